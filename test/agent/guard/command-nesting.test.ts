import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGuard } from '../../../src/agent/guard/decide.ts';
import type { RuleSet } from '../../../src/agent/guard/rules.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Ways to run a command inside another one; each keeps it running. */
const nestings: readonly ((inner: string) => string)[] = [
  (inner) => `npm test; ${inner}`,
  (inner) => `npm test && ${inner}`,
  (inner) => `npm test || ${inner}`,
  (inner) => `npm test & ${inner}`,
  (inner) => `npm test | ${inner}`,
  (inner) => `npm test\n${inner}`,
  (inner) => `( ${inner}\n)`,
  (inner) => `{ ${inner}\n}`,
  (inner) => `{ ! { ${inner}\n}; }`,
  (inner) => `npm test "$( ${inner})"`,
  (inner) => `x=$( ${inner}) npm test`,
  (inner) => `npm test <(${inner})`,
  (inner) => `npm test > >(${inner})`,
  (inner) => `if true; then ${inner}\nfi`,
  (inner) => `while ${inner}\ndo npm test; done`,
  (inner) => `for x in a b; do ${inner}\ndone`,
  (inner) => `case a in a) ${inner}\n;; esac`,
  (inner) => `f() { ${inner}\n}; f`,
  (inner) => `{ coproc { ${inner}\n}; }`,
  (inner) => `[[ -n $( ${inner}) ]]`,
  (inner) => `echo $((1 + $( ${inner})))`,
  (inner) => `bash -c ${quoted(inner)}`,
  (inner) => `sh -ec ${quoted(inner)}`,
  (inner) => `eval ${quoted(inner)}`,
  (inner) => `trap ${quoted(inner)} EXIT`,
  (inner) => `timeout 5 bash -c ${quoted(inner)}`,
  (inner) => `sudo -u root env A=1 sh -c ${quoted(inner)}`,
  (inner) => `find . -exec sh -c ${quoted(inner)} \\;`,
  (inner) => `xargs -n 1 sh -c ${quoted(inner)}`,
];

const nested = fc
  .tuple(
    fc.constantFrom(
      'evil x',
      'e\\vil x',
      '"evil" x',
      "'ev'il x",
      '/opt/evil x',
      'A=1 evil x',
      'evil x > /dev/null',
    ),
    fc.array(fc.constantFrom(...nestings), { maxLength: 4 }),
  )
  .map(([command, ways]) => ways.reduce<string>((inner, way) => way(inner), command));

async function decide(command: string, rules: Partial<RuleSet>) {
  const guard = createGuard({
    files: nodeFiles,
    root: '/workspace-that-is-not-there',
    home: '/home/ada',
    mode: 'default',
    rules: { allow: [], deny: [], ask: [], ...rules },
  });
  return (await guard.decide({ tool: 'run_command', effect: 'execute', command })).decision;
}

test('a command no rule allows is never let pass, however it is wrapped', async () => {
  await fc.assert(
    fc.asyncProperty(nested, async (command) => {
      expect(await decide(command, { allow: ['Bash(npm test)', 'Bash(npm test *)', 'Bash(echo *)'] })).toBe(
        'ask',
      );
    }),
    { numRuns: 300 },
  );
});

test('a denied command is denied, however it is wrapped', async () => {
  await fc.assert(
    fc.asyncProperty(nested, async (command) => {
      expect(await decide(command, { allow: ['Bash'], deny: ['Bash(evil *)'] })).toBe('deny');
    }),
    { numRuns: 300 },
  );
});

test('any text at all gets a verdict', async () => {
  const part = fc.constantFrom(
    'npm',
    ' ',
    'test',
    '$(',
    ')',
    '`',
    '"',
    "'",
    '\\',
    '{',
    '}',
    ';',
    '&',
    '|',
    '<',
    '>',
    '\n',
    '#',
    '$',
    '((',
    '))',
    '[[',
    ']]',
    '<<E',
    'case',
    'esac',
    'in',
    'if',
    'fi',
    '\u0000',
    '=',
    '~',
    '*',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 30 }), async (parts) => {
      expect(['allow', 'ask', 'deny']).toContain(await decide(parts.join(''), { allow: ['Bash(npm *)'] }));
    }),
    { numRuns: 1000 },
  );
});
