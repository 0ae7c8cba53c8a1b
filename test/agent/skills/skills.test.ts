import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGuard } from '../../../src/agent/guard/decide.ts';
import { findSkills } from '../../../src/agent/skills/find-skills.ts';
import { readSkill } from '../../../src/agent/skills/read-skill.ts';
import type { Skill } from '../../../src/agent/skills/skill.ts';
import { skillListing } from '../../../src/agent/skills/skill-listing.ts';
import { createSkillTool } from '../../../src/agent/skills/skill-tool.ts';
import { readToolList } from '../../../src/agent/skills/tool-list.ts';
import type { ToolContext } from '../../../src/agent/tools/tool.ts';
import { skillFile, steeringPlace, type TestPlace } from './steering-place.ts';

describe('where skills are found', () => {
  test('from the directory of work up to the root, and of the user, who comes first', async () => {
    const place = await steeringPlace();
    await place.put({
      'repo/.claude/skills/at-root/SKILL.md': skillFile('at-root', 'Root'),
      'repo/app/.claude/skills/near/SKILL.md': skillFile('near', 'Near'),
      'repo/app/.agents/skills/shared/SKILL.md': skillFile('shared', 'Near shared'),
      'repo/.agents/skills/shared/SKILL.md': skillFile('shared', 'Root shared'),
      'repo/.claude/skills/both/SKILL.md': skillFile('both', 'Project'),
      'home/.claude/skills/both/SKILL.md': skillFile('both', 'User'),
      'home/.agents/skills/mine/SKILL.md': skillFile('mine', 'Mine'),
      'repo/other/.claude/skills/elsewhere/SKILL.md': skillFile('elsewhere', 'Not on the way'),
      'repo/.claude/skills/no-skill/README.md': 'nothing',
    });
    const { skills, problems } = await findSkills(place);
    expect(skills.map(({ name, description, source }) => [name, description, source])).toEqual([
      ['at-root', 'Root', 'project'],
      ['both', 'User', 'user'],
      ['mine', 'Mine', 'user'],
      ['near', 'Near', 'project'],
      ['shared', 'Near shared', 'project'],
    ]);
    const repository = (path: string) => join(place.root, path, 'SKILL.md');
    expect(problems).toEqual([
      `${repository('.claude/skills/both')} is not offered: ${join(place.home, '.claude/skills/both/SKILL.md')} has the same name and comes first.`,
      `${repository('.agents/skills/shared')} is not offered: ${repository('app/.agents/skills/shared')} has the same name and comes first.`,
    ]);
  });

  test('a link within the repository counts once, one out of it not at all', async () => {
    const place = await steeringPlace();
    await place.put({
      'repo/.agents/skills/one/SKILL.md': skillFile('one', 'One'),
      'outside/two/SKILL.md': skillFile('two', 'Two'),
      'outside/secret.md': 'Not to be seen.',
    });
    await place.link('repo/.agents/skills', 'repo/.claude/skills');
    await place.link('outside/two', 'repo/.agents/skills/two');
    await place.link('outside/secret.md', 'repo/.agents/skills/three/SKILL.md');
    await place.link('outside/two', 'home/.claude/skills/two');
    const { skills, problems } = await findSkills(place);
    expect(skills.map(({ name, source }) => [name, source])).toEqual([
      ['one', 'project'],
      ['two', 'user'],
    ]);
    expect(problems.filter((problem) => problem.includes('is a link out of the repository'))).not.toEqual([]);
  });

  test('what cannot be used is said and never ends it', async () => {
    const place = await steeringPlace();
    await place.put({
      'repo/.claude/skills/empty/SKILL.md': '---\nname: empty\ndescription: Nothing\n---\n',
      'repo/.claude/skills/binary/SKILL.md': 'a\0b',
      'repo/.claude/skills/huge/SKILL.md': 'x'.repeat(1024 * 1024 + 1),
      'repo/.claude/skills/folder/SKILL.md/inner': '',
      'repo/.claude/skills/good/SKILL.md': skillFile('good', 'Good'),
    });
    const { skills, problems } = await findSkills(place);
    expect(skills.map(({ name }) => name)).toEqual(['good']);
    const at = (name: string) => join(place.root, '.claude/skills', name, 'SKILL.md');
    expect(problems).toEqual([
      `${at('binary')} is not UTF-8 text and does not count.`,
      `${at('empty')}: It has no instructions.`,
      `${at('folder')} is not a regular file and does not count.`,
      `${at('huge')} is larger than 1 MiB and does not count.`,
    ]);
  });
});

describe('what a SKILL.md says', () => {
  const problemsOf = (folder: string, text: string) => readSkill(folder, text).problems;
  const long = (length: number) => 'x'.repeat(length);

  test.each([
    ['good', skillFile('good', 'Good'), []],
    ['a', `---\nname: a\ndescription: ${long(1024)}\n---\nBody`, []],
    ['a', skillFile('b', 'B'), ['Its name "b" is not that of its folder, "a", which is used.']],
    [
      'a',
      'Body alone',
      [
        'It has no name; the name of its folder is used.',
        'It has no description; the first line of its instructions is used.',
      ],
    ],
    [
      'a',
      skillFile('A-b', 'B'),
      ['Its name "A-b" may have lower-case letters, digits and single hyphens between them only.'],
    ],
    [
      'a',
      skillFile('a--b', 'B'),
      ['Its name "a--b" may have lower-case letters, digits and single hyphens between them only.'],
    ],
    ['a', skillFile(long(65), 'B'), ['Its name has 65 characters; 64 is the most.']],
    ['a', skillFile('a', long(1025)), ['Its description has 1025 characters; 1024 is the most.']],
    [
      'a',
      skillFile('a', 'B', `compatibility: ${long(501)}\n`),
      ['Its compatibility has 501 characters; 500 is the most.'],
    ],
    ['a', skillFile('a', 'B', 'metadata:\n  n: 1\n'), ['Its metadata is not a map of texts.']],
    [
      'a',
      skillFile('a', 'B', 'allowed-tools: 3\n'),
      ['Its allowed-tools are not a text or a list of texts; they do not count.'],
    ],
  ])('%s: %#', (folder, text, problems) => {
    expect(problemsOf(folder, text)).toEqual(problems);
    expect(readSkill(folder, text).skill).toBeDefined();
  });

  test('reads leniently, as Claude Code does', () => {
    expect(readSkill('a', '# Title\n\nMore').skill).toMatchObject({
      description: 'Title',
      modelMayUse: true,
    });
    expect(readSkill('a', '---\nname: [a\n---\nBroken body').skill?.description).toBe('Broken body');
    const manual =
      '---\nname: a\ndescription: D\nwhen_to_use: When w.\ndisable-model-invocation: true\nallowed-tools: Bash(npm run *) Read, Edit\n---\nBody';
    expect(readSkill('a', manual).skill).toEqual({
      description: 'D When w.',
      allowedTools: ['Bash(npm run *)', 'Read', 'Edit'],
      modelMayUse: false,
    });
  });

  test('lists of tools come in three forms', () => {
    expect(readToolList('Read, Bash(git log *)')).toEqual(['Read', 'Bash(git log *)']);
    expect(readToolList(['Read', ' Bash(a, b) ', 3, ''])).toEqual(['Read', 'Bash(a, b)']);
    expect(readToolList(7)).toBeUndefined();
  });
});

describe('the block of the system prompt', () => {
  const skill = (name: string, description: string, modelMayUse = true): Skill => ({
    name,
    description,
    source: 'project',
    path: `/r/${name}/SKILL.md`,
    directory: `/r/${name}`,
    allowedTools: [],
    modelMayUse,
  });

  test('names what a model may use', () => {
    expect(skillListing([skill('b', 'manual', false)])).toBeUndefined();
    expect(
      skillListing([skill('a', 'For a.'), skill('b', 'manual', false)])
        ?.split('\n')
        .slice(1),
    ).toEqual(['- a: For a.']);
  });

  test('keeps within its budget and says what did not fit', () => {
    const many = Array.from({ length: 300 }, (_, index) => skill(`skill-${index}`, 'd'.repeat(1_600)));
    const listing = skillListing(many) ?? '';
    expect(listing.length).toBeLessThanOrEqual(8_000);
    expect(Math.max(...listing.split('\n').map((line) => line.length))).toBeLessThanOrEqual(1_536);
    expect(listing).toMatch(/\[296 more, without room for what they are for: skill-4, /);
  });
});

describe('the skill tool', () => {
  async function toolIn(place: TestPlace, askFirst: readonly string[] = []) {
    const guard = createGuard({
      files: place.files,
      root: place.cwd,
      home: place.home,
      mode: 'dontAsk',
      rules: { allow: [], deny: [], ask: [] },
    });
    const { skills } = await findSkills(place);
    const tool = createSkillTool({
      files: place.files,
      skills,
      askFirst: new Set(askFirst),
      allow: (rule) => guard.remember(rule),
    });
    const context: ToolContext = {
      root: place.cwd,
      signal: new AbortController().signal,
      onOutput: () => {},
      onProcess: async () => {},
    };
    const call = async (input: unknown) => {
      const plan = await tool.plan(input, context);
      if (!('run' in plan)) return plan;
      const { decision } = await guard.decide(plan.permission);
      return decision === 'allow' ? plan.run(context) : { ok: false, text: decision };
    };
    const reads = async (path: string) =>
      (await guard.decide({ tool: 'read', effect: 'read', path: join(place.base, path) })).decision;
    const runs = async (command: string) =>
      (await guard.decide({ tool: 'run_command', effect: 'execute', command })).decision;
    return { call, reads, runs };
  }

  test('loads the instructions, and then what lies in the folder may be read, and nothing else', async () => {
    const place = await steeringPlace();
    await place.put({
      'home/.claude/skills/a[b]c/SKILL.md': 'ignored',
      'home/.claude/skills/report/SKILL.md': skillFile('report', 'Reports'),
      'home/.claude/skills/report/references/form.md': 'form',
      'home/.claude/skills/other/SKILL.md': skillFile('other', 'Other'),
      'home/secret.txt': 'secret',
    });
    await place.link('home/secret.txt', 'home/.claude/skills/report/leak.txt');
    const { call, reads } = await toolIn(place);
    expect(await reads('home/.claude/skills/report/references/form.md')).toBe('deny');
    expect(await call({ name: 'report' })).toEqual({
      ok: true,
      text: `Skill report of the person you work for. Paths in it are relative to ${place.home}/.claude/skills/report\n\nDo it as report says.`,
    });
    expect(await reads('home/.claude/skills/report/references/form.md')).toBe('allow');
    expect(await reads('home/.claude/skills/report/leak.txt')).toBe('deny');
    expect(await reads('home/.claude/skills/report/../other/SKILL.md')).toBe('deny');
  });

  test('allowed-tools count for a skill of the user, never for one of the project', async () => {
    const place = await steeringPlace();
    const allowing = 'allowed-tools: Bash(npm run *)\n';
    await place.put({
      'repo/.claude/skills/theirs/SKILL.md': skillFile('theirs', 'Project', allowing),
      'home/.claude/skills/mine/SKILL.md': skillFile('mine', 'User', allowing),
    });
    const { call, runs } = await toolIn(place);
    await call({ name: 'theirs' });
    expect(await runs('npm run build')).toBe('deny');
    await call({ name: 'mine' });
    expect(await runs('npm run build')).toBe('allow');
  });

  test('takes arguments, caps what is too long, and says what it cannot load', async () => {
    const place = await steeringPlace();
    await place.put({
      'repo/.claude/skills/placed/SKILL.md': '---\ndescription: P\n---\nFix $ARGUMENTS now.',
      'repo/.claude/skills/long/SKILL.md': `---\ndescription: L\n---\n${'y'.repeat(50_000)}`,
      'repo/.claude/skills/manual/SKILL.md': skillFile('manual', 'M', 'disable-model-invocation: true\n'),
      'repo/.claude/skills/asked/SKILL.md': skillFile('asked', 'A'),
    });
    const { call } = await toolIn(place, ['asked']);
    expect((await call({ name: 'placed', arguments: 'a $& b' })).text).toMatch(/\n\nFix a \$& b now\.$/);
    const long = await call({ name: 'long', arguments: 'A B' });
    expect(long.text.length).toBeLessThan(40_500);
    expect(long.text).toMatch(/\[10016 more characters; read .*long\/SKILL\.md for them\]$/);
    expect((await call({ name: 'manual' })).text).toMatch(/is for a person to start/);
    expect((await call({ name: 'asked' })).text).toBe('deny');
    expect((await call({ name: 'nothing' })).text).toBe(
      'There is no skill "nothing". There are: asked, long, placed.',
    );
    expect((await call({})).text).toMatch(/"name" must be of type string/);
  });
});
