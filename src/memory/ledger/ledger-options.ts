import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import type { LockOwner } from '../../base/lock.ts';
import type { Result } from '../../base/result.ts';

export interface LedgerOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly owner: LockOwner;
  /** What `root:` stands for: the project's root. */
  readonly root: string;
  /** The project's state directory; may be missing until the first write. */
  readonly stateDirectory: string;
  /** Makes the state directory at the first write and answers where it is (`ensureStateDirectory`). */
  readonly prepare?: () => Promise<Result<string, { readonly message: string }>>;
  /** A sentence; set when nothing may be written. */
  readonly readOnly?: string | undefined;
  /** Milliseconds to wait for the project lock; 10,000 unless told. */
  readonly lockTimeoutMs?: number;
}
