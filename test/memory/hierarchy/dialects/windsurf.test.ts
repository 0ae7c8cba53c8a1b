import { expect } from 'vitest';
import { describeDialect, file } from './dialect-cases.ts';

const rule = (head: string, body = 'body\n'): string => `---\n${head}\n---\n${body}`;

describeDialect('windsurf', [
  {
    name: 'the four triggers, and none',
    files: {
      'repo/.devin/rules/a.md': rule('trigger: always_on'),
      'repo/.devin/rules/b.md': rule('trigger: glob\nglobs: src/**/*.ts'),
      'repo/.devin/rules/c.md': rule('trigger: model_decision\ndescription: x'),
      'repo/.devin/rules/d.md': rule('trigger: manual'),
      'repo/.devin/rules/e.md': 'plain',
      'repo/.devin/rules/f.md': rule('trigger: glob'),
    },
    expected: [
      'loaded repo/.devin/rules/a.md',
      'on-demand repo/.devin/rules/b.md',
      'on-demand repo/.devin/rules/c.md',
      'on-demand repo/.devin/rules/d.md',
      'loaded repo/.devin/rules/e.md',
      'on-demand repo/.devin/rules/f.md',
    ],
    reasons: {
      'repo/.devin/rules/c.md': /description fits/,
      'repo/.devin/rules/d.md': /only when you name it/,
      'repo/.devin/rules/e.md': /no trigger/,
      'repo/.devin/rules/f.md': /names none/,
    },
  },
  {
    name: 'a glob loads with a file in use',
    files: { 'repo/.windsurf/rules/b.md': rule('trigger: glob\nglobs: src/**/*.ts'), 'repo/src/x.ts': '' },
    input: (made) => ({ activeFile: made.at('repo/src/x.ts') }),
    expected: ['loaded repo/.windsurf/rules/b.md (read)'],
  },
  {
    name: 'both folders of rules are read, the new one first; folders in them are not',
    files: {
      'repo/.windsurf/rules/x.md': 'old',
      'repo/.devin/rules/x.md': 'new',
      'repo/.devin/rules/deep/y.md': 'no',
      'repo/.devin/rules/z.txt': 'no',
    },
    expected: ['loaded repo/.devin/rules/x.md', 'loaded repo/.windsurf/rules/x.md'],
  },
  {
    name: 'a rule is cut at 12,000 characters, the global file at 6,000',
    files: {
      'home/.codeium/windsurf/memories/global_rules.md': 'g'.repeat(6001),
      'repo/.devin/rules/a.md': rule('trigger: always_on', 'a'.repeat(12_001)),
      'repo/.devin/rules/b.md': rule('trigger: always_on', 'b'.repeat(12_000)),
      'repo/.windsurfrules': 'o'.repeat(20_000),
    },
    expected: [
      'loaded home/.codeium/windsurf/memories/global_rules.md',
      'loaded repo/.devin/rules/a.md',
      'loaded repo/.devin/rules/b.md',
      'loaded repo/.windsurfrules',
    ],
    check: (reading, made) => {
      const lengths = reading.hierarchy.files.map(({ text }) => text.length);
      expect(lengths).toEqual([6000, 12_000, 12_000, 12_000]);
      expect(file(reading, made.at('repo/.devin/rules/a.md')).cutOff).toMatch(/12,000 characters is cut off/);
      expect(file(reading, made.at('repo/.devin/rules/b.md')).cutOff).toBeUndefined();
      expect(reading.hierarchy.problems).toHaveLength(3);
    },
  },
  {
    name: 'AGENTS.md is always on up to the open folder and counts for its own folder below',
    files: {
      'repo/AGENTS.md': 'root',
      'repo/a/AGENTS.md': 'open',
      'repo/a/AGENTS.local.md': 'mine',
      'repo/a/web/AGENTS.md': 'web',
      'repo/a/api/AGENTS.md': 'api',
    },
    input: (made) => ({
      cwd: made.at('repo/a'),
      activeFile: made.at('repo/a/web/x.ts'),
      knownNested: [made.at('repo/a/api/AGENTS.md')],
    }),
    expected: [
      'loaded repo/AGENTS.md',
      'loaded repo/a/AGENTS.md',
      'loaded repo/a/AGENTS.local.md',
      'loaded repo/a/web/AGENTS.md (read)',
      'on-demand repo/a/api/AGENTS.md',
    ],
    check: (reading, made) => {
      expect(file(reading, made.at('repo/a/AGENTS.local.md')).scope).toBe('local');
      expect(file(reading, made.at('repo/AGENTS.md')).scope).toBe('project');
    },
  },
  {
    name: 'rules are found from the git root down and in subfolders',
    files: {
      '.windsurf/rules/no.md': 'above the root',
      'repo/.windsurf/rules/root.md': 'root',
      'repo/a/.windsurf/rules/open.md': 'open',
      'repo/a/b/.windsurf/rules/below.md': rule('trigger: glob\nglobs: "*.ts"'),
    },
    input: (made) => ({
      cwd: made.at('repo/a'),
      knownNested: [made.at('repo/a/b/.windsurf/rules/below.md')],
    }),
    expected: [
      'loaded repo/.windsurf/rules/root.md',
      'loaded repo/a/.windsurf/rules/open.md',
      'on-demand repo/a/b/.windsurf/rules/below.md',
    ],
  },
  {
    name: 'files of other programs are not read',
    files: { 'repo/CLAUDE.md': 'no', 'repo/.cursor/rules/x.mdc': 'no', 'repo/GEMINI.md': 'no' },
    expected: [],
  },
  {
    name: 'an empty rule loads nothing, a linked one once',
    files: {
      'repo/.devin/rules/empty.md': rule('trigger: always_on', '\n'),
      'repo/.devin/rules/real.md': 'text',
      'repo/.windsurf/rules/link.md': '-> ../../.devin/rules/real.md',
    },
    expected: [
      'skipped repo/.devin/rules/empty.md',
      'loaded repo/.devin/rules/real.md',
      'skipped repo/.windsurf/rules/link.md',
    ],
  },
]);
