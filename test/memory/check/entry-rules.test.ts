import { describe, expect, it } from 'vitest';
import { covered, found, type Tree } from './check-tree.ts';

const rule = 'Run the harbor tests before every commit.';
const longRule = 'Ships that arrive after sunset wait outside the harbor until the pilot has answered them.';

describe('duplicate-entry', () => {
  it.each<[Tree]>([
    [{ 'CLAUDE.md': `- ${rule}\n`, '~/.claude/CLAUDE.md': `# Mine\n\n- ${rule}\n` }],
    [{ 'CLAUDE.md': `- ${rule}\n\n@more.md\n`, 'more.md': `* **${rule}**\n` }],
    [{ 'CLAUDE.md': `# A\n\n${rule}\n`, '.claude/rules/r.md': `- [ ] ${rule.toUpperCase()}\n` }],
    [{ 'CLAUDE.md': `- ${rule}\n`, 'CLAUDE.local.md': `1. ${rule}\n` }],
  ])('speaks of %j', async (tree) => {
    expect(await found('duplicate-entry', tree)).toMatchObject([
      { severity: 'warning', related: [{ line: expect.any(Number) }] },
    ]);
  });
  it('only notes what stands twice in one file', async () => {
    const text = `# A\n\n- ${longRule}\n\n# B\n\n- ${longRule}\n`;
    const [problem, ...others] = await found('duplicate-entry', { 'CLAUDE.md': text });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ severity: 'info', range: { start: { line: 6 } } });
    expect(covered(text, problem!)).toBe(`- ${longRule}`);
  });
  it.each<[string, Tree, object]>([
    ['a short entry', { 'CLAUDE.md': '- Be brief.\n', '.claude/rules/r.md': '- Be brief.\n' }, {}],
    [
      'another command',
      {
        'CLAUDE.md': '- Run `npm run lint` before every commit',
        '.claude/rules/r.md': '- Run `npm run test` before every commit',
      },
      {},
    ],
    ['code', { 'CLAUDE.md': `\`\`\`\n${rule}\n\`\`\``, '.claude/rules/r.md': `\`\`\`\n${rule}\n\`\`\`` }, {}],
    [
      'files that never load together',
      { 'a/CLAUDE.md': `x\n\n- ${rule}\n`, 'b/CLAUDE.md': `y\n\n- ${rule}\n` },
      { git: true },
    ],
    [
      'a change log that is imported',
      { 'CLAUDE.md': '@CHANGELOG.md', 'CHANGELOG.md': `- ${longRule}\n\n## 1\n\n- ${longRule}\n` },
      {},
    ],
    ['a file that is skipped', { 'CLAUDE.md': `- ${rule}\n`, 'AGENTS.md': `# A\n\n- ${rule}\n` }, {}],
  ])('is silent about %s', async (_name, tree, options) => {
    expect(await found('duplicate-entry', tree, options)).toEqual([]);
  });
  it('says how many more there are and does not list thousands', async () => {
    const text = Array.from(
      { length: 80 },
      (_, n) => `- Pier ${n} of the harbor is for ships of kind ${n}.\n`,
    ).join('');
    const problems = await found('duplicate-entry', {
      'CLAUDE.md': text,
      '.claude/rules/r.md': `# R\n\n${text}`,
    });
    expect(problems).toHaveLength(51);
    expect(problems.some(({ message }) => message.startsWith('30 more entries'))).toBe(true);
  });
  it('never repeats a secret', async () => {
    const secret = 'ghp_' + 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL3nR6';
    const line = `- The deploy token of the harbor is ${secret} and so on.\n`;
    const problems = await found('duplicate-entry', {
      'CLAUDE.md': line,
      '.claude/rules/r.md': `# R\n\n${line}`,
    });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });
});

describe('near-duplicate-entry', () => {
  const other = (text: string): Tree => ({
    'CLAUDE.md': `- ${longRule}\n`,
    '.claude/rules/r.md': `- ${text}\n`,
  });
  it.each([
    [longRule.replace('answered them', 'replied to them')],
    [longRule.replace('Ships that', 'All ships that')],
    [`${longRule.slice(0, -1)} twice.`],
  ])('notes %j', async (text) => {
    expect(await found('near-duplicate-entry', other(text))).toMatchObject([
      { severity: 'info', message: expect.stringContaining('%'), related: [{}] },
    ]);
  });
  it.each([
    ['a number', longRule.replace('sunset', '8 pm')],
    ['a negation', longRule.replace('wait', 'never wait')],
    ['a name in code', longRule.replace('pilot', '`pilot.ts`')],
    ['much', 'Ships that arrive in the morning moor at the long pier and tell the harbor office.'],
    ['nothing', longRule],
  ])('is silent where entries differ in %s', async (_name, text) => {
    expect(await found('near-duplicate-entry', other(text))).toEqual([]);
  });
  it('is silent within one file: a list of like sentences is a list', async () => {
    const text = `- ${longRule}\n- ${longRule.replace('answered', 'called')}\n`;
    expect(await found('near-duplicate-entry', { 'CLAUDE.md': text })).toEqual([]);
  });
});

describe('contradiction', () => {
  const two = (a: string, b: string): Tree => ({
    'CLAUDE.md': `- ${a}\n`,
    '~/.claude/CLAUDE.md': `# Mine\n\n- ${b}\n`,
  });
  it.each([
    ['Always use default exports.', 'Never use default exports.'],
    ['Use tabs for indentation', 'Use 2 spaces for indentation'],
    ['Use pnpm, never npm', 'Use npm to install dependencies'],
    ['Prefer single quotes', 'Always use double quotes for strings'],
    ['Use semicolons.', "Don't use semicolons"],
    ['We use Vitest for unit tests', 'Use jest for testing.'],
    ['Use **yarn** as package manager.', 'Please use `bun`.'],
    ['Commit generated files.', 'Do not commit generated files'],
    ['Use barrel files', 'Avoid barrel files'],
    ['Format with care. Use Prettier.', 'Use Biome for formatting'],
    ['Use ES modules', 'Use CommonJS'],
    ['Always use pnpm, never npm or yarn.', 'This project uses **npm** for package management.'],
    ['Never use npm or yarn', 'Use yarn'],
    ['Indent: 2 spaces (not tabs)', 'Use 4-space indentation'],
    ['Quotes: Prefer single quotes', 'Prefer double quotes for strings'],
    ['Must use pnpm - never npm', 'Package manager: npm'],
  ])('speaks of “%s” and “%s”', async (a, b) => {
    const problems = await found('contradiction', two(a, b));
    expect(problems).toMatchObject([{ severity: 'warning', related: [{ line: expect.any(Number) }] }]);
    expect(problems[0]?.message).toMatch(/two |one demands/);
  });
  it.each([
    ['Use tabs in Makefiles', 'Use spaces for indentation'],
    ['Use tabs', 'Use tabs for indentation'],
    ['Never use default exports', 'Use default exports for pages'],
    ['Use npm scripts for builds', 'Use pnpm'],
    ['Use jest-dom matchers', 'Use vitest'],
    ['Use spaces for indentation', 'Use 2 spaces'],
    ['If there is no lockfile, use npm', 'Use pnpm'],
    ['Use pytest for tests', 'Use vitest for tests'],
    ['Do not use any', 'Use any free port'],
    ['Prefer composition over inheritance', 'Avoid deep inheritance'],
    ['Use single quotes in JavaScript', 'Use double quotes in JSON'],
    ['Never commit secrets', 'Commit often'],
    ['Use a tab bar for navigation', 'Use two spaces'],
    ['Should I use npm?', 'Use pnpm'],
    ['Use yarn to run the docs site', 'Use pnpm'],
    [
      'Prefer single quotes for strings; use double quotes when the string contains a single quote.',
      'Use single quotes',
    ],
    ['Prefer single quotes for strings unless interpolation is needed.', 'Use double quotes'],
    ['Use npm, but only for publishing', 'Use pnpm'],
    ['Always use pnpm. never use npm.', '**Never use npm or yarn - always use pnpm.**'],
    ['Prefer `type` over `interface`', 'Use interface names that tell'],
    ['Never run `playwright` directly', 'Run playwright through scripts'],
    ['Package management must use pnpm, not npm or yarn', 'Always use pnpm commands'],
  ])('is silent about “%s” and “%s”', async (a, b) => {
    expect(await found('contradiction', two(a, b))).toEqual([]);
  });
  it('is silent where both never load together', async () => {
    const tree = { 'a/CLAUDE.md': '- Use tabs\n', 'b/CLAUDE.md': '- Use 4 spaces\n' };
    expect(await found('contradiction', tree, { git: true })).toEqual([]);
    expect(
      await found('contradiction', { ...tree, 'CLAUDE.md': '- Use 2 spaces\n' }, { git: true }),
    ).toHaveLength(2);
  });
  it('names both places and speaks once for two files', async () => {
    const tree = two('Use npm', 'Use pnpm\n- Use yarn');
    const problems = await found('contradiction', tree);
    expect(problems.filter(({ path }) => path.endsWith('harbor/CLAUDE.md'))).toHaveLength(1);
    expect(problems[0]?.message).toContain('package managers');
  });
});
