import { describeDialect } from './dialect-cases.ts';

const rule = (head: string): string => `---\n${head}\n---\nbody\n`;

describeDialect('cline', [
  {
    name: 'global rules from each place they may stand, then those of the open folder',
    files: {
      'home/Documents/Cline/Rules/a.md': 'a',
      'home/Cline/Rules/b.txt': 'b',
      'home/.cline/rules/c.md': 'c',
      'home/.agents/AGENTS.md': 'agents',
      'repo/.clinerules/01-style.md': 'style',
      'repo/.clinerules/notes.txt': 'notes',
      'repo/.clinerules/image.png': 'no',
      'repo/.cline/rules/new.markdown': 'new',
      'repo/.cline/rules/off.md': rule('disabled: true'),
      'repo/.cline/rules/on.md': rule('enabled: true'),
    },
    expected: [
      'loaded home/Documents/Cline/Rules/a.md',
      'loaded home/Cline/Rules/b.txt',
      'loaded home/.cline/rules/c.md',
      'loaded home/.agents/AGENTS.md',
      'loaded repo/.clinerules/01-style.md',
      'loaded repo/.clinerules/notes.txt',
      'loaded repo/.cline/rules/new.markdown',
      'skipped repo/.cline/rules/off.md',
      'loaded repo/.cline/rules/on.md',
    ],
    reasons: { 'repo/.cline/rules/off.md': /front matter switches it off/ },
  },
  {
    name: 'a file of that name counts like the directory',
    files: { 'repo/.clinerules': 'old form' },
    expected: ['loaded repo/.clinerules'],
  },
  {
    name: 'workflows, hooks and skills beside the rules are none; other folders are looked into',
    files: {
      'repo/.clinerules/workflows/w.md': 'no',
      'repo/.clinerules/hooks/h.md': 'no',
      'repo/.clinerules/skills/s.md': 'no',
      'repo/.clinerules/team/t.md': 'team',
    },
    expected: ['loaded repo/.clinerules/team/t.md'],
    reasons: { 'repo/.clinerules/team/t.md': /not by its command line/ },
  },
  {
    name: 'paths wait for a file; patterns start at the open folder; an empty list switches off',
    files: {
      'repo/.clinerules/a.md': rule('paths:\n  - "src/**"'),
      'repo/.clinerules/b.md': rule('paths: ["*.ts"]'),
      'repo/.clinerules/c.md': rule('paths: []'),
      'repo/.clinerules/d.md': rule('paths: ["packages/*/src/"]'),
      'repo/src/x.ts': '',
      'repo/packages/p/src/y': '',
    },
    input: (made) => ({
      activeFile: made.at('repo/src/x.ts'),
      filesRead: [made.at('repo/packages/p/src/y')],
    }),
    expected: [
      'loaded repo/.clinerules/a.md (read)',
      'on-demand repo/.clinerules/b.md',
      'skipped repo/.clinerules/c.md',
      'loaded repo/.clinerules/d.md (read)',
    ],
    reasons: { 'repo/.clinerules/c.md': /empty list, which switches it off/ },
  },
  {
    name: 'broken front matter switches nothing off',
    files: { 'repo/.clinerules/a.md': rule('paths: [\n: :') },
    expected: ['loaded repo/.clinerules/a.md'],
  },
  {
    name: 'rules of Cursor and Windsurf are taken as they are',
    files: {
      'repo/.windsurfrules': 'w',
      'repo/.cursorrules': 'c',
      'repo/.cursor/rules/x.mdc': rule('globs: nothing/**'),
      'repo/.cursor/rules/y.md': 'no',
    },
    expected: ['loaded repo/.windsurfrules', 'loaded repo/.cursorrules', 'loaded repo/.cursor/rules/x.mdc'],
  },
  {
    name: 'one AGENTS.md in the open folder brings in all of them',
    files: { 'repo/AGENTS.md': 'root', 'repo/web/AGENTS.md': 'web' },
    input: (made) => ({ knownNested: [made.at('repo/web/AGENTS.md')] }),
    expected: ['loaded repo/AGENTS.md', 'loaded repo/web/AGENTS.md'],
  },
  {
    name: 'without it those of subfolders are not read',
    files: { 'repo/web/AGENTS.md': 'web', 'repo/CLAUDE.md': 'no' },
    input: (made) => ({ knownNested: [made.at('repo/web/AGENTS.md')] }),
    expected: ['skipped repo/web/AGENTS.md'],
    reasons: { 'repo/web/AGENTS.md': /only where the open folder has one/ },
  },
]);
