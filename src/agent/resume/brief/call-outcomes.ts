import type { CallEntry, Transcript, TranscriptEntry } from '../../history/transcript.ts';
import { type CheckCommand, checkIn } from './check-command.ts';

/** An entry with its place in the transcript, counted from 1. */
export interface Numbered<T extends TranscriptEntry = TranscriptEntry> {
  readonly number: number;
  readonly entry: T;
}

export function numbered(transcript: Transcript): readonly Numbered[] {
  return transcript.entries.map((entry, index) => ({ number: index + 1, entry }));
}

export function isOfKind<K extends TranscriptEntry['kind']>(
  one: Numbered,
  kind: K,
): one is Numbered<Extract<TranscriptEntry, { readonly kind: K }>> {
  return one.entry.kind === kind;
}

export function callsOf(transcript: Transcript): readonly Numbered<CallEntry>[] {
  return numbered(transcript).flatMap((one) => (isOfKind(one, 'call') ? [one] : []));
}

/** `unknown`: it has no result, or its result does not say. */
export type Outcome = 'passed' | 'failed' | 'denied' | 'unknown';

export function outcomeOf({ result }: CallEntry): Outcome {
  if (result === undefined) return 'unknown';
  if (result.denied === true) return 'denied';
  return result.ok && (result.exitCode ?? 0) === 0 ? 'passed' : 'failed';
}

/** A check that ran, with what it said of the code. */
export interface CheckRun {
  readonly call: Numbered<CallEntry>;
  readonly check: CheckCommand;
  readonly outcome: Outcome;
}

/** In their order. */
export function checkRuns(calls: readonly Numbered<CallEntry>[]): readonly CheckRun[] {
  return calls.flatMap((call) => {
    const check = call.entry.command === undefined ? undefined : checkIn(call.entry.command);
    return check === undefined ? [] : [{ call, check, outcome: checkOutcome(call.entry, check) }];
  });
}

const looked = 16_384;
const failing =
  /(?<![\d.])[1-9]\d* (?:tests? |specs? |suites? |examples? )?(?:failed|failing|failures?|errors?)\b|\bFAIL(?:ED|URES)?\b|\berror TS\d+|npm ERR!|\berror\[E\d+\]|AssertionError|Traceback \(most recent|Failures?: [1-9]|Errors?: [1-9]/;
const passing =
  /(?<![\d.])[1-9]\d* (?:tests? |specs? )?(?:passed|passing)\b|\btest result: ok\b|\bBUILD SUCCESS|\bOK \(\d+|\b0 (?:failures|failed|errors)\b|^ok\s+\S+/im;

/**
 * What the check itself said. Where only a pipe's exit code is known, or a tool notes none, its words decide: a check
 * is never called green because `tail` was.
 */
function checkOutcome(call: CallEntry, check: CheckCommand): Outcome {
  const outcome = outcomeOf(call);
  const { text = '', exitCode } = call.result ?? {};
  if (outcome !== 'passed' || (exitCode === 0 && !check.isMasked)) return outcome;
  const end = text.slice(-looked);
  if (failing.test(end)) return 'failed';
  return check.isMasked && !passing.test(end) ? 'unknown' : 'passed';
}
