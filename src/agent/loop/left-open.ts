import { interruption, type LoopConfig } from './loop-config.ts';

/** A call that an interruption overtook before it was begun: it has no result and is carried out when the session goes on. */
export const leftOpen = 'left-open';
export type LeftOpen = typeof leftOpen;

export function isInterrupted(config: LoopConfig): boolean {
  return config.signal.reason === interruption;
}
