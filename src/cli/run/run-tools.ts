import type { SeenFiles } from '../../agent/session/seen-files.ts';
import type { Session } from '../../agent/session/session.ts';
import type { Tool } from '../../agent/tools/tool.ts';
import { createTools } from '../../agent/tools/toolbox.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import type { RunPartner } from './run-partner.ts';

export interface ToolSurroundings {
  readonly cli: CliSurroundings;
  readonly workspace: MemoryWorkspace;
  readonly session: Session;
  readonly partner: RunPartner;
  /** The tools' read state, as the journal knew it. */
  readonly seenFiles: SeenFiles;
}

/** The tools of a run, in the order the model sees them. */
export function composeTools({ cli, workspace, partner, seenFiles }: ToolSurroundings): readonly Tool[] {
  return createTools({
    files: cli.files,
    unsavedFiles: partner.unsavedFiles,
    readState: seenFiles,
    environment: cli.environment,
    memory: workspace,
  });
}
