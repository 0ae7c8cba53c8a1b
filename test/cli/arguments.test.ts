import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { nearest } from '../../src/cli/nearest.ts';
import { splitRules } from '../../src/cli/run/option-values.ts';
import { readRunOptions, runOptionsConfig } from '../../src/cli/run/run-options.ts';

function options(...args: readonly string[]) {
  const read = readArguments(args, runOptionsConfig);
  if (!read.ok) throw new Error(read.error);
  return { read: readRunOptions(read.value), positionals: read.value.positionals };
}

describe('the options of a run', () => {
  it('take rules as words, as a list, and in either spelling', () => {
    const { read } = options(
      '-p',
      'x',
      '--allowedTools',
      'Bash(npm run *)',
      'Edit',
      '--allowed-tools=Read,Grep',
      '--model',
      'm',
    );
    expect(read).toMatchObject({
      ok: true,
      value: { allowedTools: ['Bash(npm run *)', 'Edit', 'Read', 'Grep'], model: 'm' },
    });
  });

  it('leave the prompt alone, wherever it stands before a list', () => {
    expect(options('fix it', '-p', '--disallowedTools', 'Bash').positionals).toEqual(['fix it']);
    expect(options('-p', '--allowedTools', 'Edit', '--', 'fix it').positionals).toEqual(['fix it']);
  });

  it('never cut a rule inside its parentheses', () => {
    const rule = fc.stringMatching(/^[A-Z][a-z]{0,5}\([a-z ,*]{0,12}\)$/);
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), fc.constantFrom(',', ' ', ', '), (rules, between) => {
        expect(splitRules(rules.join(between))).toEqual(rules);
      }),
    );
  });

  it('names an option that only Claude Code has, and takes a value that begins with a dash', () => {
    expect(readArguments(['-p', 'x', '--effort', 'high'], runOptionsConfig)).toEqual({
      ok: false,
      error: "Claude Code's option --effort does not exist here. Choose another --model.",
    });
    expect(options('-p', 'x', '--append-system-prompt', '- Be brief.').read).toMatchObject({
      ok: true,
      value: { appendSystemPrompt: [{ text: '- Be brief.' }] },
    });
    expect(options('-p', 'x', '--tools', '').read).toMatchObject({ ok: true, value: { tools: [] } });
  });

  it('refuse a new id together with an old session', () => {
    expect(
      options('-p', 'x', '--session-id', '11111111-2222-4333-8444-555555555555', '-c').read,
    ).toMatchObject({ ok: false });
  });
});

describe('the nearest word', () => {
  it.each([
    ['sesions', 'sessions'],
    ['effectiv', 'effective'],
    ['setup', 'set-up'],
    ['memroy', 'memory'],
    ['capture', 'capture'],
  ])('of %s is %s', (word, expected) => {
    expect(nearest(word, ['set-up', 'memory', 'effective', 'capture', 'sessions', 'resume'])).toBe(expected);
  });

  it('is none where nothing is near', () => {
    expect(nearest('database', ['set-up', 'memory'])).toBeUndefined();
  });
});
