import type { Files } from '../../base/files.ts';
import { createEditTool } from './edit.ts';
import { createGlobTool } from './glob.ts';
import { createGrepTool } from './grep.ts';
import { createListTool } from './list.ts';
import type { MemoryRecall } from './memory-recall.ts';
import { createReadTool } from './read.ts';
import type { ReadState } from './read-state.ts';
import { createRecallTool } from './recall.ts';
import { createRunCommandTool } from './run-command.ts';
import type { Tool } from './tool.ts';
import type { UnsavedFiles } from './unsaved-files.ts';
import { createWriteTool } from './write.ts';

export interface ToolboxOptions {
  readonly files: Files;
  readonly unsavedFiles: UnsavedFiles;
  readonly readState: ReadState;
  /** Path or name of a POSIX shell; `bash` unless told. */
  readonly shell?: string;
  /** Handed on to commands without keys. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the run may ask; without it there is no `recall`. */
  readonly memory?: MemoryRecall;
}

/** The tools of a run, in the order the model sees them. The order is part of what is cached: add at the end. */
export function createTools(options: ToolboxOptions): readonly Tool[] {
  const { files, readState, unsavedFiles, environment, memory } = options;
  return [
    createReadTool({ files, readState }),
    createListTool({ files }),
    createGlobTool({ files }),
    createGrepTool({ files }),
    createEditTool({ files, readState, unsavedFiles }),
    createWriteTool({ files, readState, unsavedFiles }),
    createRunCommandTool({ shell: options.shell ?? 'bash', environment }),
    ...(memory === undefined ? [] : [createRecallTool({ memory })]),
  ];
}
