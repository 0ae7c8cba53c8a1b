import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { describeDialect, file } from './dialect-cases.ts';

const chain = (from: number, to: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: to - from + 1 }, (_unused, index) => [
      `repo/i${from + index}.md`,
      `level ${from + index} @./i${from + index + 1}.md`,
    ]),
  );

describeDialect('gemini', [
  {
    name: 'yours, then from the git root down to the folder of the session',
    files: {
      'home/.gemini/GEMINI.md': 'mine',
      'GEMINI.md': 'above the root',
      'repo/GEMINI.md': 'root',
      'repo/AGENTS.md': 'no',
      'repo/a/GEMINI.md': 'a',
    },
    input: (made) => ({ cwd: made.at('repo/a') }),
    expected: ['loaded home/.gemini/GEMINI.md', 'loaded repo/GEMINI.md', 'loaded repo/a/GEMINI.md'],
  },
  {
    name: 'subfolders come just in time: for a file in use now, the known others later',
    files: { 'repo/GEMINI.md': 'root', 'repo/web/GEMINI.md': 'web', 'repo/api/GEMINI.md': 'api' },
    input: (made) => ({
      activeFile: made.at('repo/web/src/x.ts'),
      knownNested: [made.at('repo/api/GEMINI.md'), made.at('repo/api/CLAUDE.md')],
    }),
    expected: ['loaded repo/GEMINI.md', 'loaded repo/web/GEMINI.md (read)', 'on-demand repo/api/GEMINI.md'],
    reasons: { 'repo/api/GEMINI.md': /once a tool touches a file in api/ },
  },
  {
    name: 'context.fileName of the workspace wins over yours and comes before GEMINI.md, which stays',
    files: {
      'home/.gemini/settings.json': JSON.stringify({ context: { fileName: 'MINE.md' } }),
      'repo/.gemini/settings.json':
        '{ // ours\n "context": { "fileName": ["AGENTS.md", "CONTEXT.md",], /* two */ } }',
      'home/.gemini/GEMINI.md': 'mine too',
      'home/.gemini/AGENTS.md': 'mine',
      'repo/AGENTS.md': 'agents',
      'repo/CONTEXT.md': 'context',
      'repo/GEMINI.md': 'gemini',
      'repo/MINE.md': 'no',
    },
    expected: [
      'loaded home/.gemini/AGENTS.md',
      'loaded home/.gemini/GEMINI.md',
      'loaded repo/AGENTS.md',
      'loaded repo/CONTEXT.md',
      'loaded repo/GEMINI.md',
    ],
  },
  {
    name: 'broken settings are a problem and change nothing',
    files: {
      'home/.gemini/settings.json': JSON.stringify({ context: { fileName: ' NOTES.md ' } }),
      'repo/.gemini/settings.json': '{ nope',
      'repo/NOTES.md': 'notes',
    },
    expected: ['loaded repo/NOTES.md'],
    check: ({ hierarchy }) => {
      expect(hierarchy.problems.map(({ message }) => message)).toEqual([
        expect.stringMatching(/not valid JSON/),
      ]);
    },
  },
  {
    name: 'imports follow the file that names them, five levels deep',
    files: { 'repo/GEMINI.md': 'start @./i1.md', ...chain(1, 7) },
    expected: [
      'loaded repo/GEMINI.md',
      'loaded repo/i1.md',
      'loaded repo/i2.md',
      'loaded repo/i3.md',
      'loaded repo/i4.md',
      'loaded repo/i5.md',
      'skipped repo/i6.md',
    ],
    reasons: { 'repo/i2.md': /^imported by i1\.md$/, 'repo/i6.md': /more than 5 imports deep/ },
    check: (reading, made) => {
      expect(file(reading, made.at('repo/i2.md')).parent).toBe(made.at('repo/i1.md'));
    },
  },
  {
    name: 'imports in a circle end; code, people, ~ and what is gone import nothing',
    files: {
      'repo/GEMINI.md': '@a.md and `@b.md` and @alice and @~/c.md\n\n```\n@b.md\n```\n\n@docs/gone.md\n',
      'repo/a.md': 'back to @./GEMINI.md',
      'repo/b.md': 'b',
    },
    expected: ['loaded repo/GEMINI.md', 'loaded repo/a.md'],
    check: ({ hierarchy }) => {
      expect(hierarchy.problems.map(({ message }) => message)).toEqual([
        'Imports docs/gone.md, which is not there (line 7).',
      ]);
    },
  },
  {
    name: 'imports from outside the project are refused, those of the global file outside its directory too',
    files: {
      'outside.md': 'no',
      'home/notes.md': 'no',
      'home/.gemini/own.md': 'yes',
      'home/.gemini/GEMINI.md': '@../notes.md @./own.md',
      'repo/a/GEMINI.md': '@../../outside.md @../shared.md',
      'repo/shared.md': 'shared',
    },
    input: (made) => ({ cwd: made.at('repo/a') }),
    expected: [
      'loaded home/.gemini/GEMINI.md',
      'skipped home/notes.md',
      'loaded home/.gemini/own.md',
      'loaded repo/a/GEMINI.md',
      'skipped outside.md',
      'loaded repo/shared.md',
    ],
    reasons: { 'outside.md': /outside the project/ },
  },
  {
    name: 'a link to a file that is read already is read once',
    files: { 'repo/GEMINI.md': 'root', 'repo/a/GEMINI.md': '-> ../GEMINI.md' },
    input: (made) => ({ cwd: made.at('repo/a') }),
    expected: ['loaded repo/GEMINI.md', 'skipped repo/a/GEMINI.md'],
    reasons: { 'repo/a/GEMINI.md': /the same as GEMINI\.md: it loads once/ },
  },
  {
    name: 'files of the project come sorted by path, whatever their depth',
    files: { 'repo/GEMINI.md': 'root', 'repo/A/GEMINI.md': 'a' },
    input: (made) => ({ cwd: made.at('repo/A') }),
    expected: ['loaded repo/A/GEMINI.md', 'loaded repo/GEMINI.md'],
  },
  {
    name: 'comments and indented code import too; a link out of the project is refused',
    files: {
      'secret.md': 'secret',
      'repo/GEMINI.md': 'x\n\n    @./code.md\n\n<!-- @./comment.md -->\n@./link.md\n',
      'repo/code.md': 'code',
      'repo/comment.md': 'comment',
      'repo/link.md': '-> ../secret.md',
    },
    expected: [
      'loaded repo/GEMINI.md',
      'loaded repo/code.md',
      'loaded repo/comment.md',
      'skipped repo/link.md',
    ],
    reasons: { 'repo/link.md': /outside the project/ },
  },
  {
    name: 'its own memory of the project stands last, under the name that projects.json gives',
    files: {
      'repo/GEMINI.md': 'root',
      'home/.gemini/tmp/repo-1/memory/MEMORY.md': 'index',
      'home/.gemini/tmp/repo-1/memory/GEMINI.md': 'older',
      'home/.gemini/tmp/evil/memory/MEMORY.md': 'no',
    },
    input: (made) => {
      writeFileSync(
        made.at('home/.gemini/projects.json'),
        JSON.stringify({ projects: { [made.at('repo')]: 'repo-1', [made.at('x')]: '../evil' } }),
      );
      return {};
    },
    expected: ['loaded repo/GEMINI.md', 'loaded home/.gemini/tmp/repo-1/memory/MEMORY.md'],
    check: (reading, made) => {
      expect(file(reading, made.at('home/.gemini/tmp/repo-1/memory/MEMORY.md')).scope).toBe('auto');
    },
  },
  {
    name: 'no boundary marks: the search does not go up',
    files: {
      'repo/a/.gemini/settings.json': JSON.stringify({ context: { memoryBoundaryMarkers: [] } }),
      'repo/GEMINI.md': 'root',
      'repo/a/GEMINI.md': 'a',
    },
    input: (made) => ({ cwd: made.at('repo/a') }),
    expected: ['loaded repo/a/GEMINI.md'],
  },
]);
