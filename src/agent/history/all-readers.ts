import type { LockOwner } from '../../base/lock.ts';
import { claudeCodeReader } from './claude-code/claude-code-reader.ts';
import { clineReader } from './cline/cline-reader.ts';
import { createCodexReader } from './codex/codex-reader.ts';
import { copilotReader } from './copilot/copilot-reader.ts';
import { geminiReader } from './gemini-cli/gemini-reader.ts';
import type { HistoryReader } from './history-reader.ts';
import { openclawReader } from './openclaw/openclaw-reader.ts';
import { opencodeReader } from './opencode/opencode-reader.ts';
import { piReader } from './pi/pi-reader.ts';
import { createVarveReader } from './varve/varve-reader.ts';

export interface ReaderSurroundings {
  /** `$VARVE_HOME`, absolute. */
  readonly varveHome: string;
  /** This process, to tell who else is alive. */
  readonly owner: LockOwner;
}

/** One reader a tool whose sessions Varve knows how to read, in the order in which they are looked for. */
export function allReaders({ varveHome, owner }: ReaderSurroundings): readonly HistoryReader[] {
  return [
    createVarveReader(varveHome, owner),
    claudeCodeReader,
    createCodexReader(),
    geminiReader,
    copilotReader,
    clineReader,
    opencodeReader,
    openclawReader,
    piReader,
  ];
}
