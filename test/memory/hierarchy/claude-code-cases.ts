import type { ResolveInput } from '../../../src/memory/hierarchy/hierarchy.ts';
import type { Tree } from './tree.ts';

/** A small tree of files and what Claude Code makes of it, in load order. */
export interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly input?: (made: Tree) => Partial<ResolveInput>;
  readonly expected: readonly string[];
  readonly reasons?: Readonly<Record<string, RegExp>>;
}

const big = 'x'.repeat(4 * 1024 * 1024 + 1);

export const cases: readonly Case[] = [
  {
    name: 'broadest first: managed, user, every directory from the root down, each with rules and then its local file',
    files: {
      'managed/CLAUDE.md': 'managed',
      'managed/.claude/rules/m.md': 'managed rule',
      'home/.claude/CLAUDE.md': 'user',
      'home/.claude/rules/u.md': 'user rule',
      'CLAUDE.md': 'above',
      'repo/CLAUDE.md': 'root',
      'repo/.claude/CLAUDE.md': 'root dot',
      'repo/.claude/rules/b.md': 'rule b',
      'repo/.claude/rules/deep/a.md': 'rule a',
      'repo/CLAUDE.local.md': 'local',
      'repo/sub/CLAUDE.md': 'sub',
    },
    input: (made) => ({ cwd: made.at('repo/sub') }),
    expected: [
      'loaded managed/CLAUDE.md',
      'loaded managed/.claude/rules/m.md',
      'loaded home/.claude/CLAUDE.md',
      'loaded home/.claude/rules/u.md',
      'loaded CLAUDE.md',
      'loaded repo/CLAUDE.md',
      'loaded repo/.claude/CLAUDE.md',
      'loaded repo/.claude/rules/b.md',
      'loaded repo/.claude/rules/deep/a.md',
      'loaded repo/CLAUDE.local.md',
      'loaded repo/sub/CLAUDE.md',
    ],
  },
  {
    name: 'managed text of the settings loads behind the managed file and cannot be excluded',
    files: {
      'managed/CLAUDE.md': 'm',
      'managed/managed-settings.json': JSON.stringify({ claudeMd: 'text', claudeMdExcludes: ['**'] }),
      'repo/CLAUDE.md': 'x',
    },
    expected: ['loaded managed/CLAUDE.md', 'loaded managed/managed-settings.json', 'skipped repo/CLAUDE.md'],
    reasons: { 'repo/CLAUDE.md': /claudeMdExcludes/ },
  },
  {
    name: 'AGENTS.md stands in for CLAUDE.md where there is none',
    files: { 'repo/AGENTS.md': 'agents', 'repo/.claude/rules/r.md': 'rule' },
    expected: ['loaded repo/.claude/rules/r.md', 'loaded repo/AGENTS.md'],
  },
  {
    name: 'AGENTS.md stands down for the whole project as soon as one CLAUDE.md or CLAUDE.local.md is there',
    files: { 'repo/AGENTS.md': 'agents', 'repo/sub/CLAUDE.local.md': 'mine' },
    input: (made) => ({ cwd: made.at('repo/sub') }),
    expected: ['skipped repo/AGENTS.md', 'loaded repo/sub/CLAUDE.local.md'],
    reasons: { 'repo/AGENTS.md': /sub\/CLAUDE\.local\.md is there/ },
  },
  {
    name: 'a user CLAUDE.md does not keep AGENTS.md from loading, even with the session below the home directory',
    files: {
      'home/.claude/CLAUDE.md': 'user',
      'home/.claude/rules/u.md': 'rule',
      'home/p/AGENTS.md': 'agents',
    },
    input: (made) => ({ cwd: made.at('home/p'), repositoryRoot: made.at('home/p') }),
    expected: ['loaded home/.claude/CLAUDE.md', 'loaded home/.claude/rules/u.md', 'loaded home/p/AGENTS.md'],
  },
  {
    name: 'the setting lets both load',
    files: {
      'home/.claude/settings.json': JSON.stringify({
        pluginConfigs: { 'agents-md@builtin': { options: { instructionFiles: 'claude-md-and-agents-md' } } },
      }),
      'repo/AGENTS.md': 'agents',
      'repo/CLAUDE.md': 'claude',
    },
    expected: ['loaded repo/CLAUDE.md', 'loaded repo/AGENTS.md'],
  },
  {
    name: 'the setting is not read from the project, and its old form is understood',
    files: {
      'home/.claude/settings.json': JSON.stringify({
        pluginConfigs: { 'cc-plugin-agents-md@builtin': { options: { projectInstructions: 'claude' } } },
      }),
      'repo/.claude/settings.json': JSON.stringify({
        pluginConfigs: { 'agents-md@builtin': { options: { instructionFiles: 'claude-md-and-agents-md' } } },
      }),
      'repo/AGENTS.md': 'agents',
    },
    expected: ['skipped repo/AGENTS.md'],
    reasons: { 'repo/AGENTS.md': /set to read CLAUDE\.md only/ },
  },
  {
    name: 'CLAUDE.md that is a link to AGENTS.md loads once, said in words',
    files: { 'repo/AGENTS.md': 'agents', 'repo/CLAUDE.md': '-> AGENTS.md' },
    expected: ['loaded repo/CLAUDE.md', 'skipped repo/AGENTS.md'],
    reasons: { 'repo/AGENTS.md': /CLAUDE\.md is a link to it: it loads once/ },
  },
  {
    name: 'CLAUDE.md that imports AGENTS.md loads both, once each',
    files: { 'repo/AGENTS.md': 'agents', 'repo/CLAUDE.md': '@AGENTS.md' },
    expected: ['loaded repo/CLAUDE.md', 'loaded repo/AGENTS.md'],
    reasons: { 'repo/AGENTS.md': /^imported by CLAUDE\.md$/ },
  },
  {
    name: 'the same content loads twice, but not as AGENTS.md; an empty file does not load',
    files: {
      'home/.claude/settings.json': JSON.stringify({
        pluginConfigs: { 'agents-md@builtin': { options: { instructionFiles: 'claude-md-and-agents-md' } } },
      }),
      'repo/CLAUDE.md': 'same\n',
      'repo/.claude/CLAUDE.md': 'same',
      'repo/CLAUDE.local.md': '<!-- only a comment -->\n',
      'repo/AGENTS.md': 'same',
    },
    expected: [
      'loaded repo/CLAUDE.md',
      'loaded repo/.claude/CLAUDE.md',
      'skipped repo/CLAUDE.local.md',
      'skipped repo/AGENTS.md',
    ],
    reasons: { 'repo/AGENTS.md': /same content as CLAUDE\.md/, 'repo/CLAUDE.local.md': /empty/ },
  },
  {
    name: 'a file over 4 MiB is skipped as a whole',
    files: { 'repo/CLAUDE.md': big },
    expected: ['skipped repo/CLAUDE.md'],
    reasons: { 'repo/CLAUDE.md': /4 MiB/ },
  },
  {
    name: 'imports follow four hops, relative to the importing file, and cycles end',
    files: {
      'repo/CLAUDE.md': 'see @docs/1.md',
      'repo/docs/1.md': '@2.md @../CLAUDE.md',
      'repo/docs/2.md': '@3.md 2',
      'repo/docs/3.md': '@4.md 3',
      'repo/docs/4.md': '@5.md 4',
      'repo/docs/5.md': '5',
    },
    expected: [
      'loaded repo/CLAUDE.md',
      'loaded repo/docs/1.md',
      'loaded repo/docs/2.md',
      'loaded repo/docs/3.md',
      'loaded repo/docs/4.md',
      'skipped repo/docs/5.md',
      'skipped repo/CLAUDE.md',
    ],
    reasons: { 'repo/docs/5.md': /more than 4 imports deep/, 'repo/docs/1.md': /^imported by CLAUDE\.md$/ },
  },
  {
    name: 'imports from outside the folder need approval, images never load, user imports are trusted',
    files: {
      'repo/CLAUDE.md': '@~/notes.md @../other/x.md @logo.png\n',
      'repo/logo.png': 'png',
      'other/x.md': 'x',
      'home/notes.md': 'notes',
      'home/.claude/CLAUDE.md': '@~/mine.md',
      'home/mine.md': 'mine',
    },
    expected: [
      'loaded home/.claude/CLAUDE.md',
      'loaded home/mine.md',
      'loaded repo/CLAUDE.md',
      'skipped home/notes.md',
      'skipped other/x.md',
      'skipped repo/logo.png',
    ],
    reasons: { 'other/x.md': /outside the folder/, 'repo/logo.png': /not a text file/ },
  },
  {
    name: 'approved imports from outside load',
    files: { 'repo/CLAUDE.md': '@../other/x.md\n', 'other/x.md': 'x' },
    input: () => ({ externalImportsApproved: true }),
    expected: ['loaded repo/CLAUDE.md', 'loaded other/x.md'],
  },
  {
    name: 'rules with paths wait for a matching file; user rules match from the session folder',
    files: {
      'repo/.claude/rules/ts.md': '---\npaths:\n  - "src/**/*.{ts,tsx}"\n---\nts',
      'repo/.claude/rules/py.md': '---\npaths: **/*.py\n---\npy',
      'repo/.claude/rules/all.md': '---\npaths: "**"\n---\nall',
      'repo/.claude/rules/list.md': '---\npaths: docs/**, "[broken", src/\n---\nlist',
      'home/.claude/rules/u.md': '---\npaths: src/*.ts\n---\nuser',
      'repo/src/a.ts': '',
    },
    input: (made) => ({ activeFile: made.at('repo/src/a.ts') }),
    expected: [
      'loaded repo/.claude/rules/all.md',
      'on-demand repo/.claude/rules/py.md',
      'loaded home/.claude/rules/u.md',
      'loaded repo/.claude/rules/list.md',
      'loaded repo/.claude/rules/ts.md',
    ],
    reasons: {
      'repo/.claude/rules/ts.md': /^src\/a\.ts matches src\/\*\*\/\*\.\{ts,tsx\}$/,
      'repo/.claude/rules/py.md': /^loads when a file matching \*\*\/\*\.py is read$/,
    },
  },
  {
    name: 'a trailing /** means the directory, at any depth, as the program reads it',
    files: { 'repo/.claude/rules/d.md': '---\npaths: docs/**\n---\ndocs', 'repo/pkg/docs/a.md': '' },
    input: (made) => ({ filesRead: [made.at('repo/pkg/docs/a.md')] }),
    expected: ['loaded repo/.claude/rules/d.md'],
  },
  {
    name: 'user rules are judged once, from the session folder, though the walk passes the home directory',
    files: { 'home/.claude/rules/u.md': '---\npaths: /p/x.ts\n---\nuser', 'home/p/x.ts': '' },
    input: (made) => ({
      cwd: made.at('home/p'),
      repositoryRoot: made.at('home/p'),
      activeFile: made.at('home/p/x.ts'),
    }),
    expected: ['on-demand home/.claude/rules/u.md'],
  },
  {
    name: 'a user rule that an active file calls for loads once, as a user rule',
    files: { 'home/.claude/rules/u.md': '---\npaths: x.ts\n---\nuser', 'home/p/x.ts': '' },
    input: (made) => ({
      cwd: made.at('home/p'),
      repositoryRoot: made.at('home/p'),
      activeFile: made.at('home/p/x.ts'),
    }),
    expected: ['loaded home/.claude/rules/u.md'],
    reasons: { 'home/.claude/rules/u.md': /^x\.ts matches x\.ts$/ },
  },
  {
    name: 'files between the session folder and the active file load with it, behind everything else',
    files: {
      'repo/CLAUDE.md': 'root',
      'repo/a/CLAUDE.md': 'a @more.md',
      'repo/a/more.md': 'more',
      'repo/a/b/.claude/rules/r.md': 'rule of b',
      'repo/a/b/CLAUDE.local.md': 'local of b',
      'repo/a/b/AGENTS.md': 'agents of b',
      'repo/a/b/c/CLAUDE.md': 'c',
      'repo/a/b/x.ts': '',
    },
    input: (made) => ({ activeFile: made.at('repo/a/b/x.ts') }),
    expected: [
      'loaded repo/CLAUDE.md',
      'loaded repo/a/CLAUDE.md',
      'loaded repo/a/more.md',
      'loaded repo/a/b/CLAUDE.local.md',
      'loaded repo/a/b/.claude/rules/r.md',
      'skipped repo/a/b/AGENTS.md',
    ],
    reasons: { 'repo/a/CLAUDE.md': /^loads with a\/b\/x\.ts$/ },
  },
  {
    name: 'nested files that somebody found are shown as on demand; others are not searched for',
    files: {
      'repo/AGENTS.md': 'root',
      'repo/a/CLAUDE.md': 'a',
      'repo/a/AGENTS.md': 'agents a',
      'repo/b/AGENTS.md': 'agents b',
      'repo/c/CLAUDE.md': 'c',
      'repo/d/.claude/rules/r.md': 'r',
      'repo/README.md': 'no',
    },
    input: (made) => ({
      knownNested: [
        'a/CLAUDE.md',
        'a/AGENTS.md',
        'b/AGENTS.md',
        'd/.claude/rules/r.md',
        'AGENTS.md',
        'README.md',
        '../x/CLAUDE.md',
      ].map((path) => made.at(`repo/${path}`)),
    }),
    expected: [
      'loaded repo/AGENTS.md',
      'skipped repo/a/AGENTS.md',
      'on-demand repo/a/CLAUDE.md',
      'on-demand repo/b/AGENTS.md',
      'on-demand repo/d/.claude/rules/r.md',
    ],
    reasons: {
      'repo/a/AGENTS.md': /a CLAUDE\.md stands beside it/,
      'repo/a/CLAUDE.md': /^loads when a file in a is read$/,
    },
  },
  {
    name: 'a switch in the environment keeps everything from loading, and says so',
    files: { 'home/.claude/CLAUDE.md': 'u', 'repo/CLAUDE.md': 'r', 'repo/CLAUDE.local.md': 'l' },
    input: () => ({ environment: { CLAUDE_CODE_DISABLE_CLAUDE_MDS: '1' } }),
    expected: ['skipped home/.claude/CLAUDE.md', 'skipped repo/CLAUDE.md', 'skipped repo/CLAUDE.local.md'],
    reasons: { 'repo/CLAUDE.local.md': /CLAUDE_CODE_DISABLE_CLAUDE_MDS/ },
  },
  {
    name: 'directories of --add-dir load only where the environment allows it, those of the settings never',
    files: {
      'repo/.claude/settings.json': JSON.stringify({ permissions: { additionalDirectories: ['../other'] } }),
      'other/CLAUDE.md': 'other',
      'extra/CLAUDE.md': 'extra',
      'extra/AGENTS.md': 'agents',
      'extra/.claude/rules/r.md': '---\npaths: "*.ts"\n---\nr',
    },
    input: () => ({
      addedDirectories: ['../extra'],
      environment: { CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1' },
    }),
    expected: ['loaded extra/CLAUDE.md', 'skipped extra/.claude/rules/r.md'],
    reasons: { 'extra/.claude/rules/r.md': /^no file outside the folder/ },
  },
  {
    name: 'in Restricted Mode nothing outside the workspace is read, by no way around',
    files: {
      'managed/CLAUDE.md': 'm',
      'home/.claude/CLAUDE.md': 'u',
      'home/.claude/settings.json': '{}',
      'CLAUDE.md': 'above',
      'secret.md': 'secret',
      'repo/CLAUDE.md': '@../secret.md @linked.md',
      'repo/linked.md': '-> ../secret.md',
      'repo/.claude/settings.json': JSON.stringify({
        claudeMdExcludes: ['**'],
        autoMemoryDirectory: '~/evil',
      }),
      'repo/.claude/rules': '-> ../../outer-rules',
      'outer-rules/r.md': 'outer rule',
    },
    input: () => ({ trusted: false }),
    expected: [
      'skipped managed/CLAUDE.md',
      'skipped home/.claude/CLAUDE.md',
      'loaded repo/CLAUDE.md',
      'skipped secret.md',
      'skipped repo/linked.md',
    ],
    reasons: { 'home/.claude/CLAUDE.md': /Restricted Mode/, 'repo/linked.md': /link out of the workspace/ },
  },
];
