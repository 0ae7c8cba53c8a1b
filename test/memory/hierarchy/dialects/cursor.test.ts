import { expect } from 'vitest';
import { describeDialect, file } from './dialect-cases.ts';

const rule = (head: string): string => `---\n${head}\n---\nbody\n`;

describeDialect('cursor', [
  {
    name: 'a rule comes always, with files, by its description or by its name',
    files: {
      'repo/.cursor/rules/always.mdc': rule('alwaysApply: true'),
      'repo/.cursor/rules/files.mdc': rule('globs: *.ts\nalwaysApply: false'),
      'repo/.cursor/rules/fits.mdc': rule('description: Migrations'),
      'repo/.cursor/rules/named.mdc': 'no front matter at all',
    },
    expected: [
      'loaded repo/.cursor/rules/always.mdc',
      'on-demand repo/.cursor/rules/files.mdc',
      'on-demand repo/.cursor/rules/fits.mdc',
      'on-demand repo/.cursor/rules/named.mdc',
    ],
    reasons: {
      'repo/.cursor/rules/always.mdc': /alwaysApply/,
      'repo/.cursor/rules/files.mdc': /for files that match \*\.ts/,
      'repo/.cursor/rules/fits.mdc': /description fits the task/,
      'repo/.cursor/rules/named.mdc': /only when you name it/,
    },
    check: (reading, made) => {
      expect(file(reading, made.at('repo/.cursor/rules/always.mdc')).text).toBe('body\n');
      expect(file(reading, made.at('repo/.cursor/rules/files.mdc')).globs).toEqual(['*.ts']);
    },
  },
  {
    name: 'globs match the file in use: at any depth without a slash, else from the folder',
    files: {
      'repo/.cursor/rules/a.mdc': rule('globs: "*.ts, *.tsx"'),
      'repo/.cursor/rules/b.mdc': rule('globs:\n  - src/**/*.{ts,js}'),
      'repo/.cursor/rules/c.mdc': rule('globs: lib/**'),
      'repo/.cursor/rules/d.mdc': rule('globs: "x.ts"'),
      'repo/src/deep/x.ts': '',
    },
    input: (made) => ({ activeFile: made.at('repo/src/deep/x.ts') }),
    expected: [
      'loaded repo/.cursor/rules/a.mdc (read)',
      'loaded repo/.cursor/rules/b.mdc (read)',
      'on-demand repo/.cursor/rules/c.mdc',
      'loaded repo/.cursor/rules/d.mdc (read)',
    ],
    reasons: { 'repo/.cursor/rules/b.mdc': /^src\/deep\/x\.ts matches src/ },
  },
  {
    name: 'a plain .md among the rules is not read; alwaysApply as text is not true',
    files: {
      'repo/.cursor/rules/plain.md': 'plain',
      'repo/.cursor/rules/text.mdc': rule('alwaysApply: "true"'),
    },
    expected: ['skipped repo/.cursor/rules/plain.md', 'on-demand repo/.cursor/rules/text.mdc'],
    reasons: { 'repo/.cursor/rules/plain.md': /only \.mdc/ },
  },
  {
    name: 'AGENTS.md and the older file of the open folder, CLAUDE.md for the command line',
    files: { 'repo/AGENTS.md': 'agents', 'repo/.cursorrules': 'old', 'repo/CLAUDE.md': 'claude' },
    expected: ['loaded repo/AGENTS.md', 'loaded repo/.cursorrules', 'loaded repo/CLAUDE.md'],
    reasons: { 'repo/CLAUDE.md': /command line reads it/, 'repo/.cursorrules': /older form/ },
  },
  {
    name: 'AGENTS.md of a subfolder counts for that subfolder',
    files: { 'repo/AGENTS.md': 'root', 'repo/web/AGENTS.md': 'web', 'repo/api/AGENTS.md': 'api' },
    input: (made) => ({
      activeFile: made.at('repo/web/x.ts'),
      knownNested: [made.at('repo/api/AGENTS.md')],
    }),
    expected: ['loaded repo/AGENTS.md', 'loaded repo/web/AGENTS.md (read)', 'on-demand repo/api/AGENTS.md'],
  },
  {
    name: 'rules of a subfolder count for it, even those that always apply',
    files: {
      'repo/web/.cursor/rules/w.mdc': rule('alwaysApply: true'),
      'repo/api/.cursor/rules/a.mdc': rule('alwaysApply: true'),
      'repo/api/.cursor/rules/g.mdc': rule('globs: src/**'),
    },
    input: (made) => ({
      activeFile: made.at('repo/web/x.ts'),
      knownNested: [made.at('repo/api/.cursor/rules/a.mdc')],
    }),
    expected: [
      'loaded repo/web/.cursor/rules/w.mdc (read)',
      'on-demand repo/api/.cursor/rules/a.mdc',
      'on-demand repo/api/.cursor/rules/g.mdc',
    ],
  },
  {
    name: 'above the open folder nothing is read',
    files: {
      'repo/AGENTS.md': 'root',
      'repo/.cursor/rules/r.mdc': rule('alwaysApply: true'),
      'repo/a/AGENTS.md': 'a',
    },
    input: (made) => ({ cwd: made.at('repo/a') }),
    expected: ['skipped repo/AGENTS.md', 'loaded repo/a/AGENTS.md'],
    reasons: { 'repo/AGENTS.md': /above the folder that is open/ },
  },
  {
    name: 'rules stand in folders of any depth; a circle of links ends',
    files: {
      'repo/.cursor/rules/deep/er/x.mdc': rule('alwaysApply: true'),
      'repo/.cursor/rules/loop': '-> ../rules',
    },
    expected: ['loaded repo/.cursor/rules/deep/er/x.mdc'],
  },
]);
