import { findSession } from '../../agent/resume/plan-resume.ts';
import { bringHome } from '../../agent/session/bring-home.ts';
import { applyRewind, type RewindReport } from '../../agent/session/checkpoint/apply-rewind.ts';
import { type CheckpointRow, listCheckpointRows } from '../../agent/session/checkpoint/checkpoint-changes.ts';
import {
  planRewind,
  type RewindPart,
  type RewindPlan,
  type RewindRequest,
  type RewindSurroundings,
} from '../../agent/session/checkpoint/plan-rewind.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { redact } from '../../base/secrets.ts';
import { showHidden } from '../../memory/record/safe-text.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { ageOf } from '../age.ts';
import { colorDiff } from '../color-diff.ts';
import { colorsFor } from '../colors.ts';
import { type Command, type ExitCode, flag, type ParsedArguments } from '../command.ts';
import { count } from '../count.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';
import { rewindSurroundings } from '../rewind-surroundings.ts';
import type { CliSurroundings } from '../surroundings.ts';

type Problem = { readonly message: string };

export const rewindCommand: Command = {
  name: 'rewind',
  usage: [
    'rewind [SESSION] [--json]',
    'rewind SESSION N [--files | --conversation] [--dry-run] [--json]',
    'rewind SESSION --redo [--dry-run] [--json]',
  ],
  summary: 'Brings files and conversation back to how they were at a checkpoint of a session.',
  help: `
  SESSION         a session, as varve sessions lists it, or the beginning of its id (default: the one last active here)
  N               the checkpoint, as this command lists it; without it nothing is changed
  --files         put the files back, keep the conversation
  --conversation  take the conversation back, keep the files
  --redo          take the last rewind back
  --dry-run       show what would change, as a diff
  --json          the same as JSON

  Files that commands changed are put back, too. What stands now is kept as a checkpoint first. Commits, branches,
  the index and submodules stay as they are; files that git ignores stay unless checkpoints.ignored is set.`,
  options: {
    files: { type: 'boolean' },
    conversation: { type: 'boolean' },
    redo: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: (cli, args) => withWorkspace(cli, (workspace) => rewind(cli, args, workspace)),
};

async function rewind(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<ExitCode> {
  const request = requestOf(args);
  if (!request.ok) return sayProblem(cli, request.error);
  const around = await rewindSurroundings(cli, workspace);
  if (!around.ok) return sayProblem(cli, around.error);
  const session = await sessionNamed(cli, workspace, args.positionals[0]);
  if (!session.ok) return sayProblem(cli, session.error);
  if (request.value === undefined) return list(cli, args, around.value, session.value);
  if (flag(args, 'dry-run')) return show(cli, args, around.value, session.value, request.value);
  const done = await applyRewind(around.value, session.value, request.value);
  if (!done.ok) return sayProblem(cli, done.error);
  return report(cli, args, done.value);
}

/** Undefined: the checkpoints are listed. */
function requestOf(args: ParsedArguments): Result<RewindRequest | undefined, Problem> {
  const [session, number, ...more] = args.positionals;
  const redo = flag(args, 'redo');
  const part = partOf(args);
  if (more.length > 0)
    return failure({ message: 'A session and the number of a checkpoint are expected, no more.' });
  if (redo && (number !== undefined || part !== 'both' || session === undefined)) {
    return failure({ message: '--redo takes back what the last rewind did: varve rewind SESSION --redo.' });
  }
  if (redo) return success({ redo: true });
  if (number === undefined) return success(undefined);
  if (!/^[1-9]\d{0,8}$/.test(number)) {
    return failure({
      message: `"${number}" is no number of a checkpoint. See them with: varve rewind ${session}`,
    });
  }
  return success({ checkpoint: Number(number), what: part });
}

function partOf(args: ParsedArguments): RewindPart {
  const [files, conversation] = [flag(args, 'files'), flag(args, 'conversation')];
  if (files === conversation) return 'both';
  return files ? 'files' : 'conversation';
}

async function sessionNamed(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  word: string | undefined,
): Promise<Result<string, Problem>> {
  const { files } = cli;
  const git = cli.gitFor(workspace.root);
  const found = await findSession({ files, git, owner: await currentOwner(), workspace }, word);
  if (!found.ok) return found;
  const { clock } = cli;
  const directory = workspace.sessionsDirectory;
  const around = { files, clock, owner: await currentOwner(), directory, mask: redact };
  const home = await bringHome(around, found.value, workspace.root);
  return home.ok ? found : home;
}

async function list(
  cli: CliSurroundings,
  args: ParsedArguments,
  around: RewindSurroundings,
  session: string,
): Promise<ExitCode> {
  const rows = await listCheckpointRows(around, session);
  if (!rows.ok) return sayProblem(cli, rows.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, session, checkpoints: rows.value });
  for (const row of rows.value) await cli.terminal.out(`${showHidden(lineOf(row, cli.clock.now()))}\n`);
  cli.terminal.say(
    rows.value.length === 0
      ? `Session ${session} has no checkpoint yet.\n`
      : `Go back to one with: varve rewind ${session.slice(0, 13)} N. See first what it would change: --dry-run.\n`,
  );
  return 0;
}

const MOMENTS = {
  prompt: 'before the prompt',
  turn: 'before a later turn',
  end: 'after the run',
  rewind: 'before a rewind',
} as const;

function lineOf({ number, time, reason, prompt, filesChanged }: CheckpointRow, now: number): string {
  const changed =
    filesChanged === null ? 'changes unknown' : `${count(filesChanged, 'file')} changed after it`;
  const moment = `${MOMENTS[reason].padEnd(19)} ${prompt || '(no prompt)'}`;
  return `${String(number).padStart(4)}  ${moment}  (${ageOf(time, now)} · ${changed})`;
}

async function show(
  cli: CliSurroundings,
  args: ParsedArguments,
  around: RewindSurroundings,
  session: string,
  request: RewindRequest,
): Promise<ExitCode> {
  const plan = await planRewind(around, session, request);
  if (!plan.ok) return sayProblem(cli, plan.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, done: false, ...plan.value });
  const colors = colorsFor(cli.environment, cli.terminal.outputIsTerminal);
  for (const { diff } of plan.value.changes) await cli.terminal.out(showHidden(colorDiff(diff, colors)));
  cli.terminal.say(showHidden(`${planWords(plan.value, 'would be')}Nothing was changed.\n`));
  return 0;
}

async function report(cli: CliSurroundings, args: ParsedArguments, done: RewindReport): Promise<ExitCode> {
  const { plan, conflicts, undo } = done;
  const code = conflicts.length === 0 ? 0 : 1;
  if (flag(args, 'json')) {
    await outJson(cli, { version: 1, done: true, ...plan, conflicts, undo });
    return code;
  }
  const left = conflicts.map(({ path, reason }) => `Not put back: ${path}: ${reason}.\n`).join('');
  const short = plan.session.slice(0, 13);
  const next = `Take it back with: varve rewind ${short} --redo. Go on with: varve -p --resume ${plan.session} "…".\n`;
  cli.terminal.say(showHidden(`${planWords(plan, 'was')}${left}${next}`));
  return code;
}

/** What a rewind does in sentences, a line each. */
function planWords(plan: RewindPlan, tense: 'was' | 'would be'): string {
  const { changes, leftAlone, droppedPrompts, notes, checkpoint, what } = plan;
  const lines: string[] = [];
  if (what !== 'conversation') {
    const verb = tense === 'was' ? 'Back' : 'Would go back';
    const removed = changes.filter(({ kind }) => kind === 'remove').length;
    const put = changes.length - removed;
    lines.push(
      `${verb} to checkpoint ${checkpoint.number}: ${count(put, 'file')} put back, ${removed} removed.`,
    );
    for (const { path, kind } of changes) lines.push(`  ${kind.padEnd(6)}  ${path}`);
    for (const { path, reason } of leftAlone) lines.push(`Left alone: ${path}: ${reason}.`);
  }
  if (what !== 'files') {
    const dropped = droppedPrompts.map((prompt) => `  ${prompt.replace(/\s+/g, ' ').slice(0, 100)}`);
    lines.push(
      `The conversation ${tense === 'was' ? 'goes' : 'would go'} on from before ${count(droppedPrompts.length, 'prompt')}${dropped.length > 0 ? ':' : '.'}`,
      ...dropped,
    );
  }
  return [...lines, ...notes].map((line) => `${line}\n`).join('');
}
