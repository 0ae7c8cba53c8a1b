import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import { isSessionId } from '../session/session-id.ts';

/** What a file of a project's local state belongs to; `docs/formats/local-state.md`. */
export type StateArea = 'objects' | 'sessions' | 'archive' | 'cache' | 'other';

export interface StateFile {
  /** From the state directory, `/` between the parts. */
  readonly path: string;
  readonly area: StateArea;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export interface StateListing {
  readonly files: readonly StateFile[];
  /** False where there was more than is looked at: nothing may be concluded from what is missing then. */
  readonly complete: boolean;
}

/** A state directory with more files than this is listed in part only. */
export const MAX_STATE_FILES = 500_000;

const AREAS: readonly StateArea[] = ['objects', 'sessions', 'archive', 'cache'];

/**
 * Every file below a project's state directory, links not followed. What cannot be listed makes it incomplete. A
 * working tree in it is somebody's work, not state: it is not looked into.
 */
export async function listState(files: Files, stateDirectory: string): Promise<StateListing> {
  const found: StateFile[] = [];
  const waiting = [''];
  let complete = true;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entries = await files.readDirectory(join(stateDirectory, at)).catch(() => undefined);
    if (entries === undefined && at !== '') complete = false;
    for (const { name, kind } of entries ?? []) {
      const path = at === '' ? name : `${at}/${name}`;
      if (kind === 'directory' && path !== 'worktrees') waiting.push(path);
      else if (kind === 'file') {
        const status = await files.linkStatus(join(stateDirectory, path)).catch(() => undefined);
        if (status) found.push({ path, area: areaOf(path), size: status.size, modified: status.modified });
      }
      if (found.length >= MAX_STATE_FILES) return { files: found, complete: false };
    }
  }
  return { files: found, complete };
}

function areaOf(path: string): StateArea {
  const first = path.slice(0, path.indexOf('/') + 1).slice(0, -1);
  return AREAS.find((area) => area === first) ?? 'other';
}

/** The session whose file this is (`<uuid>.jsonl`, its notes, torn ends, lease and what else bears its name). */
export function sessionOf(path: string): string | undefined {
  if (!path.startsWith('sessions/')) return undefined;
  const name = path.split('/')[1] ?? '';
  const id = name.slice(0, 36);
  return isSessionId(id) && (name.length === 36 || name[36] === '.') ? id : undefined;
}

export function bytesOf(files: readonly StateFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
