import { expect } from 'vitest';
import { describeDialect, file } from './dialect-cases.ts';

describeDialect('codex', [
  {
    name: 'yours, then one file of each directory from the git root down, root first',
    files: {
      'home/.codex/AGENTS.md': 'mine',
      'AGENTS.md': 'above the root',
      'repo/AGENTS.md': 'root',
      'repo/CLAUDE.md': 'no',
      'repo/a/AGENTS.md': 'a',
    },
    input: (made) => ({ cwd: made.at('repo/a') }),
    expected: ['loaded home/.codex/AGENTS.md', 'loaded repo/AGENTS.md', 'loaded repo/a/AGENTS.md'],
  },
  {
    name: 'an override stands in for the file beside it, at home and in each directory',
    files: {
      'home/.codex/AGENTS.override.md': 'mine first',
      'home/.codex/AGENTS.md': 'mine',
      'repo/AGENTS.override.md': 'override',
      'repo/AGENTS.md': 'root',
    },
    expected: [
      'loaded home/.codex/AGENTS.override.md',
      'skipped home/.codex/AGENTS.md',
      'loaded repo/AGENTS.override.md',
      'skipped repo/AGENTS.md',
    ],
    reasons: { 'repo/AGENTS.md': /^AGENTS\.override\.md beside it is read instead$/ },
  },
  {
    name: 'an empty override at home gives way, in a project it silences the file beside it',
    files: {
      'home/.codex/AGENTS.override.md': ' \n',
      'home/.codex/AGENTS.md': 'mine',
      'repo/AGENTS.override.md': '',
      'repo/AGENTS.md': 'root',
    },
    expected: [
      'skipped home/.codex/AGENTS.override.md',
      'loaded home/.codex/AGENTS.md',
      'skipped repo/AGENTS.override.md',
      'skipped repo/AGENTS.md',
    ],
    reasons: { 'repo/AGENTS.override.md': /^empty$/ },
  },
  {
    name: 'all project files share 32 KiB: one is cut, the next is left out, yours does not count',
    files: {
      'home/.codex/AGENTS.md': 'm'.repeat(40_000),
      'repo/AGENTS.md': 'r'.repeat(30_000),
      'repo/a/AGENTS.md': 'a'.repeat(5000),
      'repo/a/b/AGENTS.md': 'b',
    },
    input: (made) => ({ cwd: made.at('repo/a/b') }),
    expected: [
      'loaded home/.codex/AGENTS.md',
      'loaded repo/AGENTS.md',
      'loaded repo/a/AGENTS.md',
      'skipped repo/a/b/AGENTS.md',
    ],
    reasons: { 'repo/a/b/AGENTS.md': /use up the 32,768 bytes/ },
    check: (reading, made) => {
      expect(file(reading, made.at('repo/a/AGENTS.md'))).toMatchObject({
        cutOff: expect.stringMatching(/first 2,768 of 5,000 bytes is cut off/),
        text: 'a'.repeat(2768),
      });
      expect(file(reading, made.at('repo/AGENTS.md')).cutOff).toBeUndefined();
      expect(reading.hierarchy.problems).toHaveLength(1);
    },
  },
  {
    name: 'config.toml sets the limit, other names and other marks of a root',
    files: {
      'home/.codex/config.toml':
        '# mine\nproject_doc_max_bytes = 1_000 # small\nproject_doc_fallback_filenames = [\n  "TEAM.md", # theirs\n  \'CLAUDE.md\',\n]\nproject_root_markers = [".hg"]\n[profiles.x]\nproject_doc_max_bytes = 5\n',
      '.hg/x': '',
      'TEAM.md': 't'.repeat(900),
      'CLAUDE.md': 'c',
      'repo/CLAUDE.md': 'd'.repeat(200),
    },
    expected: ['loaded TEAM.md', 'skipped CLAUDE.md', 'loaded repo/CLAUDE.md'],
    reasons: { 'CLAUDE.md': /TEAM\.md beside it is read instead/ },
    check: (reading, made) => {
      expect(file(reading, made.at('repo/CLAUDE.md')).text).toHaveLength(100);
    },
  },
  {
    name: 'a limit of 0 reads no project file; broken values are not used',
    files: {
      'home/.codex/config.toml': 'project_doc_max_bytes = 0\nproject_root_markers = "no list"\n',
      'repo/AGENTS.md': 'root',
    },
    expected: ['skipped repo/AGENTS.md'],
    reasons: { 'repo/AGENTS.md': /project_doc_max_bytes is 0/ },
  },
  {
    name: 'nothing below the folder of the session is read, not even for a file in use',
    files: { 'repo/AGENTS.md': 'root', 'repo/web/AGENTS.md': 'web', 'repo/api/AGENTS.md': 'api' },
    input: (made) => ({
      activeFile: made.at('repo/web/x.ts'),
      knownNested: [made.at('repo/api/AGENTS.md')],
    }),
    expected: ['loaded repo/AGENTS.md', 'skipped repo/web/AGENTS.md', 'skipped repo/api/AGENTS.md'],
    reasons: { 'repo/web/AGENTS.md': /below the folder where the session starts/ },
  },
  {
    name: '$CODEX_HOME moves yours',
    files: { 'home/.codex/AGENTS.md': 'no', 'elsewhere/AGENTS.md': 'mine' },
    input: (made) => ({ environment: { CODEX_HOME: made.at('elsewhere') } }),
    expected: ['loaded elsewhere/AGENTS.md'],
  },
  {
    name: 'an empty list of marks reads the folder of the session alone',
    files: {
      'home/.codex/config.toml': 'project_root_markers = []\n',
      'repo/AGENTS.md': 'root',
      'repo/a/AGENTS.md': 'a',
    },
    input: (made) => ({ cwd: made.at('repo/a') }),
    expected: ['loaded repo/a/AGENTS.md'],
  },
  {
    name: 'without a repository only the folder of the session is read',
    files: { 'plain/AGENTS.md': 'above', 'plain/a/AGENTS.md': 'here' },
    input: (made) => ({ cwd: made.at('plain/a') }),
    isPlainFolder: true,
    expected: ['loaded plain/a/AGENTS.md'],
  },
  {
    name: 'a directory in the place of the override is passed over',
    files: { 'repo/AGENTS.override.md/x': '', 'repo/AGENTS.md': 'root' },
    expected: ['skipped repo/AGENTS.override.md', 'loaded repo/AGENTS.md'],
    reasons: { 'repo/AGENTS.override.md': /cannot be read/ },
  },
]);
