import type { Approver } from '../../agent/guard/guard.ts';
import type { UnsavedFiles } from '../../agent/tools/unsaved-files.ts';

/** Who is asked while a run goes on. */
export interface RunPartner {
  readonly approver: Approver;
  readonly unsavedFiles: UnsavedFiles;
  readonly takeSteering: () => string | undefined;
}
