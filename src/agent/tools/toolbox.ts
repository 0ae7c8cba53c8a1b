import type { Files } from '../../base/files.ts';
import { type Asker, createAskUserTool } from './ask-user.ts';
import { createCommandOutputTool } from './command-output.ts';
import { createEditTool } from './edit.ts';
import { createFetchTool, type FetchOptions } from './fetch/fetch.ts';
import { createGlobTool } from './glob.ts';
import { createGrepTool } from './grep.ts';
import { createListTool } from './list.ts';
import { createMemoryTool, type MemoryToolOptions } from './memory/memory.ts';
import type { MemoryRecall } from './memory-recall.ts';
import { createMultiEditTool } from './multi-edit.ts';
import { createReadTool } from './read.ts';
import type { ReadState } from './read-state.ts';
import { createRecallTool } from './recall.ts';
import { createRecordDecisionTool } from './record-decision.ts';
import { createRecordMilestoneTool } from './record-milestone.ts';
import { createRunCommandTool } from './run-command.ts';
import type { RunningCommands } from './running-commands.ts';
import { createStopCommandTool } from './stop-command.ts';
import { createTodoTool } from './todo.ts';
import type { Tool } from './tool.ts';
import type { UnsavedFiles } from './unsaved-files.ts';
import { createWriteTool } from './write.ts';

export interface ToolboxOptions {
  readonly files: Files;
  readonly unsavedFiles: UnsavedFiles;
  readonly readState: ReadState;
  /** The commands of the run; whoever made them ends them with it. */
  readonly commands: RunningCommands;
  /** What the run may ask; without it there is no `recall`. */
  readonly memory?: MemoryRecall;
  /** What the run reads as files and proposes to; without it there are no `memory` and `record_…`. */
  readonly store?: Omit<MemoryToolOptions, 'files'>;
  /** What `fetch` may; without it there is none. */
  readonly fetch?: FetchOptions;
  /** Who answers the model's questions; without it there is no `ask_user`. */
  readonly asker?: Asker;
}

/** The tools of a run, in the order the model sees them. The order is part of what is cached: add at the end. */
export function createTools(options: ToolboxOptions): readonly Tool[] {
  const { files, readState, unsavedFiles, commands, memory, asker, store, fetch } = options;
  return [
    createReadTool({ files, readState }),
    createListTool({ files }),
    createGlobTool({ files }),
    createGrepTool({ files }),
    createEditTool({ files, readState, unsavedFiles }),
    createWriteTool({ files, readState, unsavedFiles }),
    createRunCommandTool({ commands }),
    ...(memory === undefined ? [] : [createRecallTool({ memory })]),
    createMultiEditTool({ files, readState, unsavedFiles }),
    createCommandOutputTool({ commands }),
    createStopCommandTool({ commands }),
    createTodoTool(),
    ...(asker === undefined ? [] : [createAskUserTool({ asker })]),
    ...(store === undefined ? [] : storeTools(options, store)),
    ...(fetch === undefined ? [] : [createFetchTool(fetch)]),
  ];
}

function storeTools({ files }: ToolboxOptions, store: Omit<MemoryToolOptions, 'files'>): readonly Tool[] {
  return [
    createMemoryTool({ files, ...store }),
    createRecordDecisionTool(store),
    createRecordMilestoneTool(store),
  ];
}
