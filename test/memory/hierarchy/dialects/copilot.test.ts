import { describeDialect } from './dialect-cases.ts';

const rule = (head: string, body: string): string => `---\n${head}\n---\n${body}\n`;

describeDialect('copilot', [
  {
    name: 'instructions of the open folder in every form, without a promised order',
    files: {
      'repo/.github/copilot-instructions.md': 'copilot',
      'repo/AGENTS.md': 'agents',
      'repo/CLAUDE.md': 'claude',
      'repo/.claude/CLAUDE.md': 'dot claude',
      'repo/CLAUDE.local.md': 'local',
      'repo/GEMINI.md': 'gemini',
    },
    expected: [
      'loaded repo/.github/copilot-instructions.md',
      'loaded repo/AGENTS.md',
      'loaded repo/CLAUDE.md',
      'loaded repo/.claude/CLAUDE.md',
      'loaded repo/CLAUDE.local.md',
      'loaded repo/GEMINI.md',
    ],
    reasons: {
      'repo/AGENTS.md': /promises no order/,
      'repo/GEMINI.md': /read by Copilot CLI and the cloud agent, not by the chat of VS Code/,
    },
  },
  {
    name: 'yours: Copilot CLI, instructions, CLAUDE.md and rules',
    files: {
      'home/.copilot/copilot-instructions.md': 'cli',
      'home/.copilot/instructions/deep/a.instructions.md': rule('applyTo: "**"', 'a'),
      'home/.copilot/instructions/no.md': 'no',
      'home/.claude/CLAUDE.md': 'mine',
      'home/.claude/rules/r.md': 'r',
    },
    expected: [
      'loaded home/.copilot/copilot-instructions.md',
      'loaded home/.claude/CLAUDE.md',
      'loaded home/.copilot/instructions/deep/a.instructions.md',
      'loaded home/.claude/rules/r.md',
    ],
  },
  {
    name: 'applyTo decides when instructions come in',
    files: {
      'repo/.github/instructions/all.instructions.md': rule('applyTo: "**"', 'all'),
      'repo/.github/instructions/described.instructions.md': rule('description: For tests', 'described'),
      'repo/.github/instructions/mine.instructions.md': 'by hand',
      'repo/.github/instructions/py.instructions.md': rule("applyTo: '**/*.py'", 'py'),
      'repo/.github/instructions/ts.instructions.md': rule('applyTo: "src/*.TS,lib/**"', 'ts'),
      'repo/packages/p/src/x.ts': '',
    },
    input: (made) => ({ activeFile: made.at('repo/packages/p/src/x.ts') }),
    expected: [
      'loaded repo/.github/instructions/all.instructions.md',
      'on-demand repo/.github/instructions/described.instructions.md',
      'on-demand repo/.github/instructions/mine.instructions.md',
      'on-demand repo/.github/instructions/py.instructions.md',
      'loaded repo/.github/instructions/ts.instructions.md (read)',
    ],
    reasons: {
      'repo/.github/instructions/described.instructions.md': /description fits the task/,
      'repo/.github/instructions/mine.instructions.md': /only when you add it/,
      'repo/.github/instructions/ts.instructions.md': /packages\/p\/src\/x\.ts matches/,
    },
  },
  {
    name: "rules in Claude's format: without paths in every request",
    files: {
      'repo/.claude/rules/always.md': 'always',
      'repo/.claude/rules/ts.md': rule('paths:\n  - "**/*.ts"', 'ts'),
    },
    expected: ['loaded repo/.claude/rules/always.md', 'on-demand repo/.claude/rules/ts.md'],
  },
  {
    name: 'the same text counts once',
    files: {
      'repo/AGENTS.md': 'same text',
      'repo/CLAUDE.md': '-> AGENTS.md',
      'repo/GEMINI.md': ' same text\n',
    },
    expected: ['loaded repo/AGENTS.md', 'skipped repo/CLAUDE.md', 'skipped repo/GEMINI.md'],
    reasons: { 'repo/CLAUDE.md': /the same as AGENTS\.md/ },
  },
  {
    name: 'above the open folder it depends on the face',
    files: {
      'repo/AGENTS.md': 'root',
      'repo/.github/instructions/a.instructions.md': rule('applyTo: "**"', 'a'),
    },
    input: (made) => ({ cwd: made.at('repo/packages') }),
    expected: ['loaded repo/AGENTS.md', 'loaded repo/.github/instructions/a.instructions.md'],
    reasons: {
      'repo/AGENTS.md': /useCustomizationsInParentRepositories/,
      'repo/.github/instructions/a.instructions.md': /^in every request .*; above the open folder/,
    },
  },
  {
    name: 'subfolders count for work in them, AGENTS.md of them in VS Code by a setting',
    files: { 'repo/web/AGENTS.md': 'web', 'repo/web/CLAUDE.md': 'claude', 'repo/api/AGENTS.md': 'api' },
    input: (made) => ({ activeFile: made.at('repo/web/x'), knownNested: [made.at('repo/api/AGENTS.md')] }),
    expected: [
      'loaded repo/web/AGENTS.md (read)',
      'loaded repo/web/CLAUDE.md (read)',
      'on-demand repo/api/AGENTS.md',
    ],
    reasons: {
      'repo/api/AGENTS.md': /chat\.useNestedAgentsMdFiles/,
      'repo/web/CLAUDE.md': /not by the chat/,
    },
  },
  {
    name: 'rules of other editors are not read',
    files: { 'repo/.cursor/rules/x.mdc': 'no', 'repo/.cursorrules': 'no', 'repo/.clinerules': 'no' },
    expected: [],
  },
]);
