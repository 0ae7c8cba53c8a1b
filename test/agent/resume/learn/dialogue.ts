import type { RecordKind } from '../../../../src/memory/project/record-kind.ts';
import { answers, asks, runs, type Told, writes } from '../told-session.ts';

/** What a session should leave: its kind, and words that its title has. */
export type Expected = readonly [kind: RecordKind, words: string];

/** A hand-written session, labelled before it was ever run. */
export interface Dialogue {
  readonly style: string;
  readonly told: readonly Told[];
  /** Everything worth remembering in it; what is found beside is wrong. */
  readonly expected: readonly Expected[];
}

export const person = asks;
export const agent = answers;
export const file = (path: string): Told => writes(`/repo/${path}`);
export const passes = (command: string, text = ''): Told => runs(command, { exitCode: 0, text });
export const fails = (command: string, text: string): Told => runs(command, { ok: false, exitCode: 1, text });
