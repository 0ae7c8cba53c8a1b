import type { Result } from '../../../base/result.ts';
import type { FoundSessions, SessionFile } from '../history-reader.ts';
import type { Transcript } from '../transcript.ts';

/**
 * Port: sessions of other tools that Varve keeps. Those whose own file is still there are listed from it; the rest,
 * which their tool deleted, are listed from here, marked as archived. Nothing throws.
 */
export interface ArchivedRows {
  /** Each as it stood when it was kept last: path, size and time are of the tool's own file. */
  find(): Promise<FoundSessions>;
  /** Fails only where nothing at all can be said, with a sentence. */
  read(session: SessionFile): Promise<Result<Transcript, { readonly message: string }>>;
}
