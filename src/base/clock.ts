/** The time as a collaborator, so that tests decide it. */
export interface Clock {
  /** Milliseconds since the epoch. May go back: never order by it alone. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
