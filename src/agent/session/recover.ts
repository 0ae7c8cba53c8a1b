import { removeScratch } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { errorCode } from '../../base/io-problem.ts';
import { scratchOf } from '../tools/file-change.ts';
import type { RecoveredState, SeenFile } from './journal-event.ts';
import type { OpenCall } from './session-state.ts';

/** Ends what is left of a process group, and says whether anything was. */
export interface OrphanEnder {
  /** True when the group's leader still lived with that start time, or members of it did, and were ended. */
  endOrphan(pid: number, startTime: string | undefined): Promise<boolean>;
}

/**
 * What became of a call that was under way when its process died.
 * `again`: nothing happened or it may happen twice (reads, writes whose file is still as before): the loop carries it
 * out, asking first as always. `answer`: it gets this result and is never repeated by itself; so does a call that
 * could be repeated but whose input is not kept whole.
 */
export type Recovery =
  | { readonly kind: 'again'; readonly call: OpenCall }
  | {
      readonly kind: 'answer';
      readonly call: OpenCall;
      /** Absent where nothing of it was done. */
      readonly state?: RecoveredState;
      readonly ok: boolean;
      /** What the model may count as seen: its own completed write. */
      readonly seen?: SeenFile;
      /** For the model. */
      readonly text: string;
      /** For the person; the same fact in a sentence. */
      readonly notice: string;
    };

/**
 * Judges each open call by what stands on disk and which processes live. Reads only, except that orphans are ended and
 * what a write that was cut off left beside its file is taken away.
 */
export async function recoverCalls(
  files: Files,
  orphans: OrphanEnder,
  calls: readonly OpenCall[],
): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = [];
  for (const call of calls) recoveries.push(await recoverCall(files, orphans, call));
  return recoveries;
}

async function recoverCall(files: Files, orphans: OrphanEnder, call: OpenCall): Promise<Recovery> {
  const recovery = await judgeCall(files, orphans, call);
  return recovery.kind === 'again' && call.isMasked === true ? inputNotKept(call) : recovery;
}

async function judgeCall(files: Files, orphans: OrphanEnder, call: OpenCall): Promise<Recovery> {
  // Its own session knows what it had done: that one goes on, and nothing of it is done twice.
  if (call.subagent !== undefined) return { kind: 'again', call };
  switch (call.intent?.effect) {
    case undefined:
    case 'read':
      return { kind: 'again', call };
    case 'write':
      return recoverWrite(files, call);
    case 'execute':
      return recoverCommand(orphans, call);
    case 'external':
      return unknown(call, `${nameOf(call)} was under way when the run was interrupted.`);
  }
}

async function recoverWrite(files: Files, call: OpenCall): Promise<Recovery> {
  const write = call.intent?.write;
  if (!write) return unknown(call, `${nameOf(call)} was under way when the run was interrupted.`);
  const known = new Set(write.before === null ? [] : [write.before]);
  await removeScratch(files, write.path, scratchOf(call.id, write), known);
  const now = await hashOf(files, write.path);
  if (now === write.after) {
    return {
      kind: 'answer',
      call,
      state: 'completed',
      ok: true,
      ...(now !== null && { seen: { path: write.path, hash: now } }),
      text: `The run was interrupted during this call. The file was compared afterwards: the change to ${write.path} is complete. Do not make it again.`,
      notice: `${nameOf(call)} had been completed before the run was interrupted; it is not repeated.`,
    };
  }
  if (now === write.before) return { kind: 'again', call };
  return {
    kind: 'answer',
    call,
    state: 'changed-since',
    ok: false,
    text: `The run was interrupted during this call, and ${write.path} is now neither what it was before nor what this call would have made it. Read the file before you go on.`,
    notice: `${write.path} was changed since the run was interrupted; ${nameOf(call)} is not repeated.`,
  };
}

async function recoverCommand(orphans: OrphanEnder, call: OpenCall): Promise<Recovery> {
  const { process } = call;
  const ended = process ? await orphans.endOrphan(process.pid, process.startTime) : false;
  return unknown(
    call,
    ended
      ? `${nameOf(call)} was still running after the run was interrupted and was ended.`
      : `${nameOf(call)} was under way when the run was interrupted.`,
  );
}

function inputNotKept(call: OpenCall): Recovery {
  const name = nameOf(call);
  if (call.subagent !== undefined) {
    const text = `The run was interrupted during this call. What the subagent had done by then stands. Its task held a secret that is not kept on disk, so it was not started again: go on with it by its session, ${call.subagent}.`;
    const notice = `${name} is not started again by itself: its task held a secret, which is not kept on disk.`;
    return { kind: 'answer', call, ok: false, text, notice };
  }
  return {
    kind: 'answer',
    call,
    ok: false,
    text: 'Not done: the run was interrupted before this call had an effect, and its input held a secret that is not kept on disk. Make the call again if it is still needed. Where the secret is masked in this conversation, take it from where it is kept, or ask for it.',
    notice: `${name} was not done: its input held a secret, which is not kept on disk. The model may make the call again.`,
  };
}

function unknown(call: OpenCall, what: string): Recovery {
  return {
    kind: 'answer',
    call,
    state: 'unknown',
    ok: false,
    text: `${what} Its outcome is unknown: it may have had all, some or none of its effects. It was not repeated. Check the state before you decide whether to do it again.`,
    notice: `${what} Its outcome is unknown and it was not repeated.`,
  };
}

async function hashOf(files: Files, path: string): Promise<string | null | 'unreadable'> {
  try {
    return sha256(await files.readFile(path));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? null : 'unreadable';
  }
}

function nameOf(call: OpenCall): string {
  return call.intent?.summary ?? call.name;
}
