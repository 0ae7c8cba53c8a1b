import type { Approver } from '../../agent/guard/guard.ts';
import type { EditorModels } from '../../agent/model/editor-model.ts';
import type { Asker } from '../../agent/tools/ask-user.ts';
import type { UnsavedFiles } from '../../agent/tools/unsaved-files.ts';

/** Who is asked while a run goes on. */
export interface RunPartner {
  /** Absent: nobody can be asked, and the model has no tool for it. */
  readonly asker?: Asker;
  readonly approver: Approver;
  readonly unsavedFiles: UnsavedFiles;
  /** Models that only the editor can reach. */
  readonly editorModels?: EditorModels;
  readonly takeSteering: () => string | undefined;
}
