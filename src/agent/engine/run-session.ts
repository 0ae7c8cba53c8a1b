import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import type { Approver, Guard, PermissionMode } from '../guard/guard.ts';
import { runLoop } from '../loop/loop.ts';
import type { LoopConfig } from '../loop/loop-config.ts';
import type { LoopEnd } from '../loop/loop-event.ts';
import type { Model } from '../model/model.ts';
import { NO_USAGE } from '../model/usage.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { RunCheckpoints } from '../session/checkpoint/run-checkpoints.ts';
import type { JournalEventBody } from '../session/journal-event.ts';
import { endSessionOrphans } from '../session/orphan.ts';
import { withPictures } from '../session/pictures.ts';
import { type OrphanEnder, type Recovery, recoverCalls } from '../session/recover.ts';
import type { SeenFiles } from '../session/seen-files.ts';
import type { Session } from '../session/session.ts';
import type { Tool } from '../tools/tool.ts';
import type { RunBudget, RunEvent } from './run-channel.ts';
import { createRunRecorder, type RunRecorder } from './run-recorder.ts';

/** One run of a session, with everything it works with. */
export interface SessionRun {
  readonly session: Session;
  /** Empty to go on with what is pending. */
  readonly prompt: string;
  readonly resumed: boolean;
  readonly model: Model;
  readonly modelName: string;
  readonly maxTokens: number;
  readonly maxTurns: number;
  readonly system: readonly string[];
  readonly memory: { readonly files: readonly string[]; readonly tokens: number };
  readonly branch?: string;
  readonly permissionMode: PermissionMode;
  readonly tools: readonly Tool[];
  /** The tools' read state, as the journal knew it. */
  readonly seenFiles: SeenFiles;
  readonly guard: Guard;
  readonly approver: Approver;
  /** Real path of the workspace root. */
  readonly root: string;
  /** Where pre-images are kept: `objects/` of the project's state. */
  readonly objectsDirectory: string;
  /** Keeps how the working tree stood; without it nothing can be rewound. */
  readonly checkpoints?: RunCheckpoints;
  readonly files: Files;
  readonly orphans: OrphanEnder;
  readonly clock: Clock;
  /** Raised with the loop's `interruption` as reason when the process is told to end, with any other by a person. */
  readonly signal: AbortSignal;
  readonly takeSteering: () => string | undefined;
  /** The form the answer must have; see `readOutputSchema`. */
  readonly outputSchema?: LoopConfig['outputSchema'];
  readonly budget?: LoopConfig['budget'];
  /** What the budget keeps, to be said; turns are kept by `maxTurns`. */
  readonly limits?: RunBudget;
  readonly redact?: LoopConfig['redact'];
  /** What confines its commands; said when the run starts. */
  readonly sandbox?: Sandbox;
  readonly thinking?: LoopConfig['thinking'];
  readonly flushTools?: LoopConfig['flushTools'];
  /** Ends what the tools still have under way; nothing of a run outlives it. Never rejects. */
  readonly endTools?: () => Promise<void>;
  /** Hears everything in order; must not throw. */
  readonly say: (event: RunEvent) => void;
}

export type RunEnd = RunEvent & { readonly type: 'run-end' };

/**
 * Runs the loop on a session: every event is in the journal before its effect, then said. First settles what an
 * earlier run left open. Never rejects; a journal that cannot be written ends the run as `failed`.
 */
export async function runSession(run: SessionRun): Promise<RunEnd> {
  const started = run.clock.now();
  const recorder = createRunRecorder(run);
  let end: LoopEnd;
  try {
    await open(run, started);
    end = await runLoop(await loopConfig(run, recorder));
  } catch (error) {
    end = failedEnd(run.clock.now() - started, error);
  }
  await run.endTools?.();
  // A journal that cannot be written has ended the run already.
  await recorder.settle().catch(() => {});
  return close(run, end);
}

function sayStart(run: SessionRun, time: number): void {
  run.say({
    type: 'run-start',
    time,
    session: run.session.id,
    model: run.modelName,
    cwd: run.session.header.cwd,
    tools: run.tools.map((tool) => tool.definition.name),
    permissionMode: run.permissionMode,
    memory: run.memory,
    resumed: run.resumed,
    ...(run.sandbox !== undefined && { sandbox: run.sandbox.state }),
    budget: { turns: run.maxTurns, ...run.limits },
  });
}

/**
 * Journals the start, settles calls that an interrupted run left open, and adds the prompt; then says all of it: who
 * hears of a run finds it and its prompt on disk. A run that cannot be journalled is said too, and ends.
 */
async function open(run: SessionRun, time: number): Promise<void> {
  const notices: string[] = [];
  try {
    const isNew = !run.resumed && run.session.state.openCalls.length === 0;
    await (isNew ? run.session.append(startOf(run), ...promptOf(run)) : resume(run, notices));
    if (run.prompt !== '') run.checkpoints?.beginPrompt();
  } finally {
    sayStart(run, time);
    for (const text of notices) run.say({ type: 'notice', time: run.clock.now(), text });
  }
  if (run.prompt !== '') run.say({ type: 'message-user', time: run.clock.now(), text: run.prompt });
}

/** What an earlier run left is settled between the start of this one and its prompt. */
async function resume(run: SessionRun, notices: string[]): Promise<void> {
  await run.session.append(startOf(run));
  for (const recovery of await recoverCalls(run.files, run.orphans, run.session.state.openCalls))
    notices.push(...(await settle(run, recovery)));
  notices.push(...(await endBackground(run)));
  const prompt = promptOf(run);
  if (prompt.length > 0) await run.session.append(...prompt);
}

function promptOf({ prompt }: SessionRun): readonly JournalEventBody[] {
  return prompt === '' ? [] : [{ type: 'message-user', text: prompt }];
}

/** Commands that an earlier run left in the background when its process died, and what they had started. */
async function endBackground({ session, orphans, files, resumed }: SessionRun): Promise<readonly string[]> {
  if (!resumed) return [];
  let ended = 0;
  for (const { pid, startTime } of session.state.backgroundProcesses)
    if (await orphans.endOrphan(pid, startTime)) ended += 1;
  const others = await endSessionOrphans(files, session.id);
  if (ended + others === 0) return [];
  const text = 'What the interrupted run had left running in the background was ended.';
  await session.append({ type: 'notice', text });
  return [text];
}

function startOf(run: SessionRun): JournalEventBody {
  return {
    type: 'run-start',
    model: run.modelName,
    permissionMode: run.permissionMode,
    ...(run.branch !== undefined && { branch: run.branch }),
    memory: run.memory,
    systemHash: sha256(run.system.join('\n')),
    pid: process.pid,
  };
}

/** What a person should know of it. */
async function settle(run: SessionRun, recovery: Recovery): Promise<readonly string[]> {
  const { session } = run;
  const { call } = recovery;
  if (recovery.kind === 'answer') {
    const { state, ok, text, notice, seen } = recovery;
    if (seen) run.seenFiles.remember(seen.path, seen.hash);
    const result = { type: 'tool-result', id: call.id, name: call.name, ok, text } as const;
    const recovered = state === undefined ? {} : { recovered: state };
    await session.append({ ...result, ...recovered, seen: run.seenFiles.takeNew() });
    await session.append({ type: 'notice', text: notice });
    return [notice];
  }
  if (run.prompt !== '') {
    // Something new was asked for: what was not begun is left, and the model may begin it again itself.
    const text =
      call.subagent === undefined
        ? 'The run was interrupted before this call was carried out: nothing of it was done.'
        : `The run was interrupted during this call. What the subagent had done by then stands; go on with it by its session, ${call.subagent}.`;
    await session.append({ type: 'tool-result', id: call.id, name: call.name, ok: false, text });
  }
  return [];
}

async function loopConfig(run: SessionRun, recorder: RunRecorder): Promise<LoopConfig> {
  const { state } = run.session;
  return {
    model: run.model,
    modelName: run.modelName,
    maxTokens: run.maxTokens,
    system: run.system,
    history: await withPictures(run.files, run.objectsDirectory, state.messages),
    promptTokens: state.promptTokens,
    tools: run.tools,
    guard: run.guard,
    approver: run.approver,
    root: run.root,
    signal: run.signal,
    maxTurns: run.maxTurns,
    emit: (event) => recorder.record(event),
    takeSteering: run.takeSteering,
    clock: run.clock,
    ...(run.outputSchema !== undefined && { outputSchema: run.outputSchema }),
    ...(run.budget !== undefined && { budget: run.budget }),
    ...(run.redact !== undefined && { redact: run.redact }),
    ...(run.thinking !== undefined && { thinking: run.thinking }),
    ...(run.flushTools !== undefined && { flushTools: run.flushTools }),
  };
}

async function close(run: SessionRun, end: LoopEnd): Promise<RunEnd> {
  const { outcome } = end;
  const message =
    outcome === 'interrupted'
      ? `The run was interrupted. Continue it with: varve resume ${run.session.id}`
      : end.message;
  const { totals } = run.session.state;
  // The run is over either way; a journal without its end is read as interrupted, which is then the truth.
  await run.session.append({ type: 'run-end', outcome, message, totals }).catch(() => {});
  const said: RunEnd = {
    type: 'run-end',
    time: run.clock.now(),
    outcome,
    message,
    turns: end.turns,
    durationMs: end.durationMs,
    apiDurationMs: end.apiDurationMs,
    usage: end.usage,
    costUsd: end.costUsd,
    denials: end.denials,
    ...(end.structuredOutput !== undefined && { structuredOutput: end.structuredOutput }),
    ...(end.problem !== undefined && { problem: end.problem }),
  };
  run.say(said);
  return said;
}

function failedEnd(durationMs: number, error: unknown): LoopEnd {
  const why = error instanceof Error ? error.message : String(error);
  return {
    outcome: 'failed',
    message: `The run could not go on: ${why}`,
    turns: 0,
    durationMs,
    apiDurationMs: 0,
    usage: NO_USAGE,
    costUsd: null,
    denials: [],
  };
}
