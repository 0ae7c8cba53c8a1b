/** `good`: as it should be; `notice`: worth knowing; `warning`: something is or will be missing; `error`: it does not work. */
export type FindingState = 'good' | 'notice' | 'warning' | 'error';

/** One thing that `varve doctor` looked at. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  readonly state: FindingState;
  readonly text: string;
  /** What to do about it, in a sentence. */
  readonly next?: string;
}
