import type { ChangePlan, MemoryWorkspace, SetUpOptions } from '../../memory/workspace/memory-workspace.ts';
import { colorDiff } from '../color-diff.ts';
import { colorsFor } from '../colors.ts';
import { type Command, type ExitCode, flag, type ParsedArguments, text } from '../command.ts';
import { count } from '../count.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';

export const setUpCommand: Command = {
  name: 'set-up',
  usage: ['set-up [--private] [--capture WHAT] [--dry-run]', 'set-up --remove [--dry-run]'],
  summary:
    'Connects Varve to this repository: where memory is kept and who gets it. --remove is the exact inverse.',
  help: `
  --private            keep memory on this machine, outside the repository
  --no-claude-rules    leave out .claude/rules/varve.md (Claude Code, VS Code)
  --no-agents-pointer  leave out the pointer in AGENTS.md (other agents)
  --capture WHAT       what your own commits say is saved as proposed (default), accepted, or never
  --dry-run            show the exact diff and write nothing
  --remove             take Varve away again
  --json               the plan as JSON`,
  options: {
    private: { type: 'boolean' },
    'no-claude-rules': { type: 'boolean' },
    'no-agents-pointer': { type: 'boolean' },
    capture: { type: 'string' },
    'dry-run': { type: 'boolean' },
    remove: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: (cli, args) => withWorkspace(cli, (workspace) => setUp(cli, args, workspace)),
};

async function setUp(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<ExitCode> {
  const options = readOptions(args);
  if (typeof options === 'string') return sayProblem(cli, { message: options });
  const planned = flag(args, 'remove') ? await workspace.planRemoval() : await workspace.planSetUp(options);
  if (!planned.ok) return sayProblem(cli, planned.error);
  const plan = planned.value;
  const dryRun = flag(args, 'dry-run');
  const empty = plan.changes.length === 0;
  if (!dryRun && !empty) {
    const applied = await workspace.apply(plan);
    if (!applied.ok) return sayProblem(cli, applied.error);
  }
  if (flag(args, 'json')) return outJson(cli, { version: 1, applied: !dryRun && !empty, ...plan });
  await show(cli, plan, dryRun);
  return 0;
}

function readOptions(args: ParsedArguments): SetUpOptions | string {
  const capture = text(args, 'capture') ?? 'proposed';
  if (capture !== 'proposed' && capture !== 'accepted' && capture !== 'never') {
    return `--capture is proposed, accepted or never, not "${capture}".`;
  }
  return {
    place: flag(args, 'private') ? 'private' : 'repository',
    claudeRules: !flag(args, 'no-claude-rules'),
    agentsPointer: !flag(args, 'no-agents-pointer'),
    capture,
  };
}

async function show(cli: CliSurroundings, plan: ChangePlan, dryRun: boolean): Promise<void> {
  const { terminal } = cli;
  if (plan.changes.length === 0) {
    terminal.say('Nothing to change: it is so already.\n');
    return;
  }
  if (dryRun) {
    await terminal.out(colorDiff(plan.diff, colorsFor(cli.environment, terminal.outputIsTerminal)));
    terminal.say(`${plan.title}: ${count(plan.changes.length, 'file')} would change. Nothing was written.\n`);
  } else {
    for (const { path, before, after } of plan.changes) {
      await terminal.out(
        `${after === undefined ? 'removed' : before === undefined ? 'created' : 'changed'}  ${path}\n`,
      );
    }
    terminal.say(`${plan.title}: done. Take it back with varve memory undo.\n`);
  }
  for (const note of plan.notes) terminal.say(`Note: ${note}\n`);
}
