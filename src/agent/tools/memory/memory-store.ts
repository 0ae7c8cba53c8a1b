import type { Result } from '../../../base/result.ts';
import type { Proposal } from '../../../memory/inbox/proposal.ts';
import type { MemoryRecord } from '../../../memory/record/record.ts';
import type { RecordDraft } from '../../../memory/workspace/memory-workspace.ts';

type Problem = { readonly message: string };

/** Port: the memory a run reads and proposes to. A `MemoryWorkspace` is one. */
export interface MemoryStore {
  records(): Promise<readonly MemoryRecord[]>;
  proposals(): Promise<readonly Proposal[]>;
  propose(draft: RecordDraft): Promise<Result<Proposal, Problem>>;
  /** Replaces the text of a proposal's file, which was `base`. */
  edit(id: string, text: string, base: string): Promise<Result<unknown, Problem>>;
}

/** Port: the working notes of the session, a text of its own beside the journal. */
export interface SessionNotes {
  read(): Promise<string>;
  write(text: string): Promise<Result<void, Problem>>;
}
