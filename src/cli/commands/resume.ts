import { findSession, planResume, type ResumePlan } from '../../agent/resume/plan-resume.ts';
import { currentOwner } from '../../base/process-identity.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type Command, flag, type ParsedArguments } from '../command.ts';
import { openHere, outJson, sayProblem } from '../open-here.ts';
import { performRun } from '../run/perform-run.ts';
import { readRunOptions, runOptionsConfig } from '../run/run-options.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { resumeFresh } from './resume-fresh.ts';

export const resumeCommand: Command = {
  name: 'resume',
  usage: [
    'resume [ID] [run options]',
    'resume [ID] --brief | --json',
    'resume [ID] --fresh [--into DIR] [--from REPOSITORY] [--prompt TEXT] [run options]',
  ],
  summary: 'Goes on with earlier work: continues a pending turn, else prints the brief and the next command.',
  help: `
  ID       a session, as varve sessions lists it, or the beginning of its id (default: the one last active here)
  --brief  print the brief, continue nothing
  --json   the brief and what is pending as JSON, continue nothing
  --fresh  put the work into a new folder and go on there: a clone at the commit the session worked on, its files laid
           over (as they are now, or from its last checkpoint where its folder is gone), memory, first step
  --into DIR          the new folder (default: beside the session's own)
  --from REPOSITORY   a path or an address to clone from (default: what is known of the project on this machine)
  --prompt TEXT       what to do next there (default: what is pending)

  Run options as with varve -p; varve -p --help lists them. With --fork-session the session itself stays as it is.
  A call that was under way when the work stopped is checked first: nothing is done twice.`,
  options: {
    ...runOptionsConfig,
    brief: { type: 'boolean' },
    json: { type: 'boolean' },
    fresh: { type: 'boolean' },
    into: { type: 'string' },
    from: { type: 'string' },
    prompt: { type: 'string' },
  },
  run: async (cli, args) => {
    if (args.positionals.length > 1) {
      return sayProblem(cli, {
        message: 'One session is expected. To give it a task: varve -p --resume ID "…".',
      });
    }
    const opened = await openHere(cli);
    if (!opened.ok) return sayProblem(cli, opened.error);
    if (flag(args, 'fresh')) return freshIn(cli, args, opened.value).finally(() => opened.value.dispose());
    const plan = await planIn(cli, args, opened.value).finally(() => opened.value.dispose());
    if (!plan.ok) return sayProblem(cli, plan.error);
    if (flag(args, 'json')) return outJson(cli, { version: 1, ...plan.value });
    if (plan.value.pending && !flag(args, 'brief')) return continuePending(cli, args, plan.value);
    await cli.terminal.out(plan.value.brief);
    cli.terminal.say(`${plan.value.readOnlyReason ?? plan.value.next}\n`);
    return 0;
  },
};

async function planIn(cli: CliSurroundings, args: ParsedArguments, workspace: MemoryWorkspace) {
  const surroundings = {
    files: cli.files,
    git: cli.gitFor(workspace.root),
    owner: await currentOwner(),
    workspace,
  };
  const found = await findSession(surroundings, args.positionals[0]);
  return found.ok ? planResume(surroundings, found.value) : found;
}

async function freshIn(cli: CliSurroundings, args: ParsedArguments, workspace: MemoryWorkspace) {
  const git = cli.gitFor(workspace.root);
  const around = { files: cli.files, git, owner: await currentOwner(), workspace };
  const found = await findSession(around, args.positionals[0]);
  if (!found.ok) return sayProblem(cli, found.error);
  return resumeFresh(cli, args, workspace, found.value);
}

function continuePending(cli: CliSurroundings, args: ParsedArguments, plan: ResumePlan) {
  const values = { ...args.values, resume: plan.session };
  const options = readRunOptions({ values, positionals: [] });
  if (!options.ok) return sayProblem(cli, { message: options.error });
  cli.terminal.say(`${plan.title || plan.session}: ${plan.next}\n`);
  return performRun(cli, options.value, '');
}
