import { LISTS } from '../arguments.ts';
import type { Command, ExitCode } from '../command.ts';
import { openHere, sayProblem } from '../open-here.ts';
import { type RunOptions, readRunOptions, runOptionsConfig } from '../run/run-options.ts';
import { readPrompt } from '../run/run-prompt.ts';
import type { CliSurroundings } from '../surroundings.ts';

export const printCommand: Command = {
  name: '-p',
  usage: ['-p "TASK" [options]', '-p --resume ID ["TASK"] [options]', '-p [options] < TASK'],
  summary:
    'Runs an agent on a task and prints its answer. Follows claude -p: options, output, exit codes, signals.',
  help: `
  --output-format FORMAT       text (default), json, or stream-json: one message a line
  --input-format FORMAT        text (default), or stream-json: user messages as JSON lines, a run for each
  --include-partial-messages   with stream-json: also what the server streams, as stream_event
  --replay-user-messages       with stream-json input: each message comes back when it is taken
  --forward-subagent-text      with stream-json: also what subagents say
  --json-schema SCHEMA         the answer must fit this JSON Schema; it comes as structured_output
  --verbose                    with json: all messages as one array

  --permission-mode MODE       default, acceptEdits, plan, dontAsk, bypassPermissions
  --allowedTools RULE…         allow without asking, e.g. "Bash(npm test)" Edit
  --disallowedTools RULE…      deny, whatever else allows it
  --tools NAME…                offer only these tools; "" for none
  --add-dir DIRECTORY…         more directories that count as inside

  --resume ID, -r ID           go on with a session; with no TASK, with its pending turn
  --continue, -c               the same with the session last active here
  --fork-session               with either: in a new session that begins with what that one holds
  --fork-before N[.M]          with that: only up to its Nth prompt, or up to the Mth answer to it
  --session-id UUID            the id of the new session
  --from-session TOOL:ID       note that the new session begins with the brief of that one

  --model NAME                 the model to use
  --max-turns N                end with an error after N requests
  --max-budget-usd X           end with an error when X US dollars are spent; subagents count
  --max-budget-tokens N        the same in tokens: input, output and cache together
  --system-prompt T, --system-prompt-file FILE
                               in place of the fixed prompt; memory stays
  --append-system-prompt T, --append-system-prompt-file FILE
                               more instructions
  --agents JSON                more subagents, as JSON or a file that holds it
  --mcp-config CONFIG…         more MCP servers, as JSON or a file that holds it
  --strict-mcp-config          only those MCP servers

  Never prompts: what would ask is denied and listed in permission_denials.
  Options that take several words go on until the next option: put the task before them, or behind --.
  Exit codes: 0 done, 1 failed, 130 stopped by SIGINT, 143 ended by SIGTERM (go on with varve resume ID).
  The key comes from ANTHROPIC_API_KEY; ANTHROPIC_BASE_URL names another server.`,
  options: runOptionsConfig,
  run: async (cli, args) => {
    const options = readRunOptions(args);
    if (!options.ok) return sayProblem(cli, { message: options.error });
    if (args.values['print'] !== true) {
      return sayProblem(cli, { message: 'To give an agent a task: varve -p "…". See varve --help.' });
    }
    if (options.value.control) return (await loadRuns()).performControlledRun(cli, options.value);
    if (options.value.inputFormat === 'stream-json') {
      if (args.positionals.length > 0)
        cli.terminal.say('The task comes on standard input; the one given as an argument is passed over.\n');
      return (await loadRuns()).performStreamedRuns(cli, options.value);
    }
    return printRun(cli, args.positionals, options.value);
  },
};

/** Git looks where this is while what carries out a run is loaded. */
async function printRun(
  cli: CliSurroundings,
  positionals: readonly string[],
  options: RunOptions,
): Promise<ExitCode> {
  const opening = openHere(cli);
  const { performRun } = await loadRuns();
  const prompt = await readPrompt(cli, positionals);
  const isEmpty = prompt.ok && prompt.value === '' && !('resume' in options.session);
  if (prompt.ok && !isEmpty) return performRun(cli, options, prompt.value, opening);
  const opened = await opening;
  if (opened.ok) opened.value.dispose();
  return sayProblem(cli, { message: prompt.ok ? (swallowedPrompt(cli.args) ?? NO_TASK) : prompt.error });
}

function loadRuns(): Promise<typeof import('../run/perform-run.ts')> {
  return import('../run/perform-run.ts');
}

const NO_TASK = 'Give the task as an argument or on standard input: varve -p "…".';

/** A task that stands behind a list of words was read as one of them. */
function swallowedPrompt(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((arg) => arg.startsWith('-'));
  const list = args[at];
  const last = args.at(-1);
  if (list === undefined || !LISTS.includes(list) || at >= args.length - 1) return undefined;
  return `"${last}" was read as a value of ${list}, not as the task. Put the task before ${list}, or behind --.`;
}
