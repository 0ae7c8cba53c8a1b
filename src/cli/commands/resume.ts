import type { BriefWording } from '../../agent/resume/brief/word-brief.ts';
import { planForeign } from '../../agent/resume/plan-foreign.ts';
import { findSession, planResume, type ResumePlan } from '../../agent/resume/plan-resume.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { showHidden } from '../../memory/record/safe-text.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { cappedModel } from '../capped-model.ts';
import { type Command, flag, type ParsedArguments, text } from '../command.ts';
import { openHere, outJson, sayProblem } from '../open-here.ts';
import { performRun } from '../run/perform-run.ts';
import { readRunOptions, runOptionsConfig } from '../run/run-options.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { resumeFresh } from './resume-fresh.ts';
import { resumeFromBrief } from './resume-from-brief.ts';
import { historyHere } from './sessions/history-here.ts';

type Problem = { readonly message: string };

export const resumeCommand: Command = {
  name: 'resume',
  usage: [
    'resume [ID] [run options]',
    'resume [ID] --brief | --json [--tokens N] [--refine]',
    'resume ID --from-brief ["TASK"] [--edit | --file FILE] [run options]',
    'resume [ID] --fresh [--into DIR] [--from REPO] [--prompt TEXT] [run options]',
  ],
  summary: 'Goes on with earlier work: continues a pending turn, else prints the brief and the next command.',
  help: `
  ID            a session, as varve sessions lists it, or the beginning of its id (default: the one last active here);
                a session of another tool too, with its tool where needed: codex:0199
  --brief       print the brief, continue nothing
  --json        the brief, its sources and what is pending as JSON, continue nothing
  --tokens N    how long a brief may be, estimated (default 2000)
  --refine      let a model put the brief into better words: off until allowed, capped by day, each call listed;
                varve memory refine --allow brief
  --from-brief  start a fresh session here from the brief; the session itself stays as it is
  --edit        open the brief in $EDITOR first: what is left of it is what the new session starts from
  --file FILE   start from this text in place of the brief; - is standard input
  --fresh       put the work into a new folder and go on there: a clone at the commit the session worked on, its files
                laid over (as they are now, or from its last checkpoint where its folder is gone), memory, first step
  --into DIR    the new folder (default: beside the session's own)
  --from REPO   a path or an address to clone from (default: what is known of the project on this machine)
  --prompt TEXT what to do next there (default: what is pending)

  Run options as with varve -p; varve -p --help lists them. With --fork-session the session itself stays as it is.
  A call that was under way when the work stopped is checked first: nothing is done twice.
  What a brief quotes reaches the model as data, not as instructions.`,
  options: {
    ...runOptionsConfig,
    brief: { type: 'boolean' },
    json: { type: 'boolean' },
    fresh: { type: 'boolean' },
    into: { type: 'string' },
    from: { type: 'string' },
    prompt: { type: 'string' },
    tokens: { type: 'string' },
    refine: { type: 'boolean' },
    'from-brief': { type: 'boolean' },
    edit: { type: 'boolean' },
    file: { type: 'string' },
  },
  run: async (cli, args) => {
    const asked = readAsked(args);
    if (!asked.ok) return sayProblem(cli, asked.error);
    const opened = await openHere(cli);
    if (!opened.ok) return sayProblem(cli, opened.error);
    if (flag(args, 'fresh')) return freshIn(cli, args, opened.value).finally(() => opened.value.dispose());
    const plan = await planOnce(cli, args, asked.value, opened.value);
    if (!plan.ok) return sayProblem(cli, plan.error);
    if (flag(args, 'json')) return outJson(cli, { version: 1, ...plan.value });
    if (flag(args, 'from-brief')) return resumeFromBrief(cli, args, plan.value);
    if (plan.value.pending && !flag(args, 'brief')) return continuePending(cli, args, plan.value);
    await cli.terminal.out(plan.value.brief);
    const { problems, readOnlyReason, next } = plan.value;
    cli.terminal.say(showHidden([...problems, readOnlyReason ?? next].map((line) => `${line}\n`).join('')));
    return 0;
  },
};

interface Asked {
  readonly word: string | undefined;
  readonly tokens: number | undefined;
}

const LEAST_TOKENS = 200;

/** Options that would be passed over in silence are refused. */
function readAsked(args: ParsedArguments): Result<Asked, Problem> {
  const [word, , ...more] = args.positionals;
  const fresh = flag(args, 'from-brief');
  if (!fresh && args.positionals.length > 1) {
    return failure({ message: 'One session is expected. To give it a task: varve -p --resume ID "…".' });
  }
  if (more.length > 0)
    return failure({ message: 'A session and one task are expected: put the task in quotes.' });
  if (!fresh && (flag(args, 'edit') || text(args, 'file') !== undefined))
    return failure({ message: '--edit and --file are for --from-brief; nothing was done.' });
  if (flag(args, 'edit') && text(args, 'file') !== undefined)
    return failure({ message: 'Give --edit or --file, not both.' });
  if (fresh && (flag(args, 'brief') || flag(args, 'json')))
    return failure({ message: 'Give --from-brief, or --brief or --json to look at it first.' });
  const alone = ['into', 'from', 'prompt'].find((option) => text(args, option) !== undefined);
  if (alone !== undefined && !flag(args, 'fresh'))
    return failure({ message: `--${alone} is for --fresh; nothing was done.` });
  const given = text(args, 'tokens');
  const tokens = given === undefined ? undefined : Number(given);
  if (tokens !== undefined && !(Number.isInteger(tokens) && tokens >= LEAST_TOKENS))
    return failure({ message: `--tokens is a number from ${LEAST_TOKENS} on, not "${given}".` });
  return success({ word, tokens });
}

/** Ctrl+C ends the waiting for a model, too. */
async function planOnce(
  cli: CliSurroundings,
  args: ParsedArguments,
  asked: Asked,
  workspace: MemoryWorkspace,
): Promise<Result<ResumePlan, Problem>> {
  const stop = new AbortController();
  const listening = flag(args, 'refine') ? cli.onEndSignal(() => stop.abort()) : undefined;
  try {
    return await planIn(cli, args, asked, workspace, stop.signal);
  } finally {
    listening?.dispose();
    workspace.dispose();
  }
}

async function planIn(
  cli: CliSurroundings,
  args: ParsedArguments,
  { word, tokens }: Asked,
  workspace: MemoryWorkspace,
  signal: AbortSignal,
): Promise<Result<ResumePlan, Problem>> {
  const around = { files: cli.files, git: cli.gitFor(workspace.root), workspace };
  const surroundings = { ...around, owner: await currentOwner() };
  const wording = await wordingOf(cli, args, tokens, workspace, signal);
  if (!wording.ok) return wording;
  const own = await findSession(surroundings, word);
  const ownPlan = own.ok ? await planResume(surroundings, own.value, wording.value) : own;
  // Only what is not ours is looked for elsewhere: an id that two of ours begin with is asked about.
  if (ownPlan.ok || ownPlan.error.kind !== 'not-found' || word === undefined) return ownPlan;
  const found = await (await historyHere(cli)).find(word);
  if (!found.ok) return found;
  const read = await found.value.read();
  if (!read.ok) return read;
  const { plan } = await planForeign(around, found.value.reader, read.value, wording.value);
  return success(plan);
}

async function wordingOf(
  cli: CliSurroundings,
  args: ParsedArguments,
  tokens: number | undefined,
  workspace: MemoryWorkspace,
  signal: AbortSignal,
): Promise<Result<BriefWording, Problem>> {
  const length = tokens === undefined ? {} : { tokens };
  if (!flag(args, 'refine')) return success(length);
  const parts = await cappedModel(cli, workspace.name, text(args, 'model'));
  if (!parts.ok) return parts;
  return success({ ...length, refine: { parts: parts.value, signal } });
}

async function freshIn(cli: CliSurroundings, args: ParsedArguments, workspace: MemoryWorkspace) {
  const git = cli.gitFor(workspace.root);
  const around = { files: cli.files, git, owner: await currentOwner(), workspace };
  const found = await findSession(around, args.positionals[0]);
  if (!found.ok) {
    const other =
      'A session of another tool has no checkpoints: varve resume ID --from-brief starts afresh from it.';
    return sayProblem(cli, { message: `${found.error.message} ${other}` });
  }
  return resumeFresh(cli, args, workspace, found.value);
}

function continuePending(cli: CliSurroundings, args: ParsedArguments, plan: ResumePlan) {
  const values = { ...args.values, resume: plan.session };
  const options = readRunOptions({ values, positionals: [] });
  if (!options.ok) return sayProblem(cli, { message: options.error });
  cli.terminal.say(`${plan.title || plan.session}: ${plan.next}\n`);
  return performRun(cli, options.value, '');
}
