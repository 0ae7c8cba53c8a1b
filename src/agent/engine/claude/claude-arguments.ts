import type { RunTask } from '../run-engine.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a session of Claude Code gives to the commands it runs (2.1.330). A `claude` that finds these takes itself for
 * the child of that session and, among other things, does not save its transcript. The rest tells Electron and our
 * own child what to do and is nobody else's business.
 */
const sessionVariables: ReadonlySet<string> = new Set([
  'AI_AGENT',
  'CLAUDECODE',
  'CLAUDE_CODE_CHILD_NOTES_DIR',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_EXECPATH',
  'CLAUDE_CODE_MESSAGING_SOCKET',
  'CLAUDE_CODE_MESSAGING_TOKEN',
  'CLAUDE_CODE_SESSION_ATTENDED',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_EFFORT',
  'CLAUDE_PID',
  'CLAUDE_PROJECT_DIR',
  'ELECTRON_RUN_AS_NODE',
]);

/** The environment for an installed `claude`: the user's own, without what another session or the editor put there. */
export function claudeEnvironment(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !sessionVariables.has(name) && !name.startsWith('VARVE_') && !name.startsWith('VSCODE_'),
    ),
  );
}

/**
 * What stands behind `claude` for a task (2.1.330). The prompt goes over standard input, and
 * so do approvals: `--permission-prompt-tool stdio` sends `can_use_tool` to whoever holds the streams.
 */
export function claudeArguments(task: RunTask, keptRules: readonly string[]): readonly string[] {
  const rules = [...task.allowedTools, ...keptRules];
  const { turns, usd } = task.budget ?? {};
  return [
    '-p',
    '--input-format=stream-json',
    '--output-format=stream-json',
    '--verbose',
    '--include-partial-messages',
    '--replay-user-messages',
    '--permission-prompt-tool=stdio',
    `--permission-mode=${task.permissionMode}`,
    ...rules.map((rule) => `--allowedTools=${rule}`),
    ...(isModelOfClaude(task.model) ? [`--model=${task.model}`] : []),
    ...(task.resume !== undefined ? [`--resume=${task.resume}`] : []),
    ...(task.resume !== undefined && task.fork === true ? ['--fork-session'] : []),
    ...(turns !== undefined ? [`--max-turns=${turns}`] : []),
    ...(usd !== undefined ? [`--max-budget-usd=${usd}`] : []),
    ...(task.addDirectories ?? []).map((directory) => `--add-dir=${directory}`),
  ];
}

/** The model that is set may be one of a local server, which Claude Code knows nothing of. */
function isModelOfClaude(model: string | undefined): model is string {
  return model !== undefined && /^(claude-|(default|opus|sonnet|haiku|fable)\b)/.test(model);
}
