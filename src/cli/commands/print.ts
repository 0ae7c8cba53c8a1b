import type { Command } from '../command.ts';
import { sayProblem } from '../open-here.ts';
import { performControlledRun, performRun } from '../run/perform-run.ts';
import { readRunOptions, runOptionsConfig } from '../run/run-options.ts';
import { readPrompt } from '../run/run-prompt.ts';

export const printCommand: Command = {
  name: '-p',
  usage: ['-p "TASK" [options]', '-p --resume ID ["TASK"] [options]', '-p [options] < TASK'],
  summary:
    'Runs an agent on a task and prints its answer. Follows claude -p: options, output, exit codes, signals.',
  help: `
  --output-format FORMAT    text (default), json, or stream-json: one message a line
  --permission-mode MODE    default, acceptEdits, plan, dontAsk, bypassPermissions
  --allowedTools RULE…      allow without asking, e.g. "Bash(npm test)" Edit
  --disallowedTools RULE…   deny, whatever else allows it
  --model NAME              the model to use
  --max-turns N             end with an error after N requests
  --resume ID, -r ID        go on with a session; with no TASK, with its pending turn
  --continue, -c            the same with the session last active here
  --session-id UUID         the id of the new session
  --append-system-prompt T  more instructions
  --verbose                 accepted; stream-json needs no more

  Never prompts: what would ask is denied and listed in permission_denials.
  Exit codes: 0 done, 1 failed, 130 stopped by SIGINT, 143 ended by SIGTERM (go on with varve resume ID).
  The key comes from ANTHROPIC_API_KEY; ANTHROPIC_BASE_URL names another server.`,
  options: runOptionsConfig,
  run: async (cli, args) => {
    const options = readRunOptions(args);
    if (!options.ok) return sayProblem(cli, { message: options.error });
    if (args.values['print'] !== true) {
      return sayProblem(cli, { message: 'To give an agent a task: varve -p "…". See varve --help.' });
    }
    if (options.value.control) return performControlledRun(cli, options.value);
    const prompt = await readPrompt(cli, args.positionals);
    if (!prompt.ok) return sayProblem(cli, { message: prompt.error });
    if (prompt.value === '' && !('resume' in options.value.session)) {
      return sayProblem(cli, { message: 'Give the task as an argument or on standard input: varve -p "…".' });
    }
    return performRun(cli, options.value, prompt.value);
  },
};
