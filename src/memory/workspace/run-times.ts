/** When a run of an agent went on, both ends included; milliseconds since the epoch. */
export interface RunTime {
  readonly from: number;
  /** `Infinity` while it goes on. */
  readonly to: number;
}

/**
 * Port: when runs went on whose sessions stand in this directory. What was committed meanwhile is an agent's, whatever
 * name it carries. Never rejects.
 */
export type RunTimes = (sessionsDirectory: string) => Promise<readonly RunTime[]>;
