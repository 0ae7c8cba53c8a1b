import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import type { Approver, Guard, PermissionMode } from '../guard/guard.ts';
import { runLoop } from '../loop/loop.ts';
import type { LoopConfig } from '../loop/loop-config.ts';
import type { LoopEnd } from '../loop/loop-event.ts';
import type { Model } from '../model/model.ts';
import { type OrphanEnder, type Recovery, recoverCalls } from '../session/recover.ts';
import type { SeenFiles } from '../session/seen-files.ts';
import type { Session } from '../session/session.ts';
import { NO_USAGE } from '../session/session-state.ts';
import type { Tool } from '../tools/tool.ts';
import type { RunEvent } from './run-channel.ts';
import { createRunRecorder } from './run-recorder.ts';

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
  readonly files: Files;
  readonly orphans: OrphanEnder;
  readonly clock: Clock;
  /** Raised with the loop's `interruption` as reason when the process is told to end, with any other by a person. */
  readonly signal: AbortSignal;
  readonly takeSteering: () => string | undefined;
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
  let end: LoopEnd;
  try {
    await open(run, started);
    end = await runLoop(loopConfig(run));
  } catch (error) {
    end = failedEnd(run.clock.now() - started, error);
  }
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
  });
}

/**
 * Journals the start, settles calls that an interrupted run left open, and adds the prompt; then says all of it: who
 * hears of a run finds it and its prompt on disk. A run that cannot be journalled is said too, and ends.
 */
async function open(run: SessionRun, time: number): Promise<void> {
  const notices: string[] = [];
  try {
    await journalStart(run);
    for (const recovery of await recoverCalls(run.files, run.orphans, run.session.state.openCalls)) {
      notices.push(...(await settle(run, recovery)));
    }
    if (run.prompt !== '') await run.session.append({ type: 'message-user', text: run.prompt });
  } finally {
    sayStart(run, time);
    for (const text of notices) run.say({ type: 'notice', time: run.clock.now(), text });
  }
  if (run.prompt !== '') run.say({ type: 'message-user', time: run.clock.now(), text: run.prompt });
}

function journalStart(run: SessionRun): Promise<void> {
  return run.session.append({
    type: 'run-start',
    model: run.modelName,
    permissionMode: run.permissionMode,
    ...(run.branch !== undefined && { branch: run.branch }),
    memory: run.memory,
    systemHash: sha256(run.system.join('\n')),
    pid: process.pid,
  });
}

/** What a person should know of it. */
async function settle(run: SessionRun, recovery: Recovery): Promise<readonly string[]> {
  const { session } = run;
  const { call } = recovery;
  if (recovery.kind === 'answer') {
    const { state, ok, text, notice, seen } = recovery;
    if (seen) run.seenFiles.remember(seen.path, seen.hash);
    const result = { type: 'tool-result', id: call.id, name: call.name, ok, text, recovered: state } as const;
    await session.append({ ...result, seen: run.seenFiles.takeNew() });
    await session.append({ type: 'notice', text: notice });
    return [notice];
  }
  if (run.prompt !== '') {
    // Something new was asked for: what was not begun is left, and the model may begin it again itself.
    const text = 'The run was interrupted before this call was carried out: nothing of it was done.';
    await session.append({ type: 'tool-result', id: call.id, name: call.name, ok: false, text });
  }
  return [];
}

function loopConfig(run: SessionRun): LoopConfig {
  const recorder = createRunRecorder(run);
  return {
    model: run.model,
    modelName: run.modelName,
    maxTokens: run.maxTokens,
    system: run.system,
    history: run.session.state.messages,
    tools: run.tools,
    guard: run.guard,
    approver: run.approver,
    root: run.root,
    signal: run.signal,
    maxTurns: run.maxTurns,
    emit: (event) => recorder.record(event),
    takeSteering: run.takeSteering,
    clock: run.clock,
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
