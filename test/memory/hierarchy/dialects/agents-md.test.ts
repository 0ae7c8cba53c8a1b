import { describeDialect } from './dialect-cases.ts';

describeDialect('agents-md', [
  {
    name: 'the one in the folder of the session counts',
    files: { 'repo/AGENTS.md': 'root', 'repo/CLAUDE.md': 'no', 'AGENTS.md': 'above the repository' },
    expected: ['loaded repo/AGENTS.md'],
    reasons: { 'repo/AGENTS.md': /^the closest AGENTS\.md: in the folder where the session starts$/ },
  },
  {
    name: 'started in a subfolder, the closest above it wins and the broader one is left out',
    files: { 'repo/AGENTS.md': 'root', 'repo/a/AGENTS.md': 'a', 'repo/a/b/x.ts': '' },
    input: (made) => ({ cwd: made.at('repo/a/b') }),
    expected: ['skipped repo/AGENTS.md', 'loaded repo/a/AGENTS.md'],
    reasons: {
      'repo/AGENTS.md': /^a\/AGENTS\.md is closer, and the closest wins$/,
      'repo/a/AGENTS.md': /in a folder above/,
    },
  },
  {
    name: 'with a file in use, the closest to that file wins',
    files: { 'repo/AGENTS.md': 'root', 'repo/web/AGENTS.md': 'web', 'repo/web/src/x.ts': '' },
    input: (made) => ({ activeFile: made.at('repo/web/src/x.ts') }),
    expected: ['skipped repo/AGENTS.md', 'loaded repo/web/AGENTS.md (read)'],
    reasons: { 'repo/web/AGENTS.md': /closest AGENTS\.md to web\/src\/x\.ts/ },
  },
  {
    name: 'a file beside the folder of the session is governed by its own',
    files: { 'repo/AGENTS.md': 'root', 'repo/a/AGENTS.md': 'a', 'repo/b/AGENTS.md': 'b', 'repo/b/x': '' },
    input: (made) => ({ cwd: made.at('repo/a'), activeFile: made.at('repo/b/x') }),
    expected: ['skipped repo/AGENTS.md', 'on-demand repo/a/AGENTS.md', 'loaded repo/b/AGENTS.md (read)'],
  },
  {
    name: 'two files in use may have two winners',
    files: { 'repo/AGENTS.md': 'root', 'repo/web/AGENTS.md': 'web', 'repo/x.ts': '', 'repo/web/y.ts': '' },
    input: (made) => ({ activeFile: made.at('repo/x.ts'), filesRead: [made.at('repo/web/y.ts')] }),
    expected: ['loaded repo/AGENTS.md', 'loaded repo/web/AGENTS.md (read)'],
  },
  {
    name: 'known ones in subfolders wait',
    files: { 'repo/AGENTS.md': 'root', 'repo/web/AGENTS.md': 'web' },
    input: (made) => ({ knownNested: [made.at('repo/web/AGENTS.md'), made.at('repo/web/CLAUDE.md')] }),
    expected: ['loaded repo/AGENTS.md', 'on-demand repo/web/AGENTS.md'],
    reasons: { 'repo/web/AGENTS.md': /closest to files in web: it alone counts/ },
  },
  {
    name: 'a directory of that name is no rival',
    files: { 'repo/AGENTS.md': 'root', 'repo/a/AGENTS.md/x': 'no', 'repo/a/b.ts': '' },
    input: (made) => ({ cwd: made.at('repo/a') }),
    expected: ['loaded repo/AGENTS.md'],
  },
  {
    name: 'without a repository only the folder itself is looked at',
    files: { 'AGENTS.md': 'above', 'plain/AGENTS.md': 'here' },
    input: (made) => ({ cwd: made.at('plain') }),
    isPlainFolder: true,
    expected: ['loaded plain/AGENTS.md'],
  },
  {
    name: 'a link out of the workspace is not followed in Restricted Mode',
    files: { 'secret.md': 'secret', 'repo/AGENTS.md': '-> ../secret.md' },
    input: () => ({ trusted: false }),
    expected: [],
  },
]);
