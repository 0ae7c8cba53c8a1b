import { relinkKey } from '../relink/relinked-sessions.ts';
import type { SessionRow } from '../session-row.ts';

/** Where a project stands on this machine, and stood. */
export interface ProjectPlaces {
  /** Absolute: the root of the workspace, its git worktrees, where the project was seen before. */
  readonly directories: readonly string[];
  /** Where Varve keeps the project's own sessions: those are its own wherever they were worked in. */
  readonly sessionsDirectory?: string;
  /** What persons said of single sessions that could not be told; each by its tool and id. */
  readonly relinked?: { readonly own: readonly string[]; readonly others: readonly string[] };
  /** File systems of Windows and macOS do not tell upper from lower case. */
  readonly ignoreCase: boolean;
}

/** Pure. A session is a project's when it was last worked in one of its directories, or below one, or a person said so. */
export function belongsTo(
  row: Pick<SessionRow, 'cwd' | 'path' | 'tool' | 'id'>,
  places: ProjectPlaces,
): boolean {
  const { directories, sessionsDirectory, relinked, ignoreCase } = places;
  if (relinked?.own.includes(relinkKey(row))) return true;
  if (relinked?.others.includes(relinkKey(row))) return false;
  if (
    row.tool === 'varve' &&
    sessionsDirectory !== undefined &&
    isBelow(row.path, sessionsDirectory, ignoreCase)
  )
    return true;
  return row.cwd !== '' && directories.some((directory) => isBelow(row.cwd, directory, ignoreCase));
}

/** True for the directory itself, too. Both separators count, because a session may have come from anywhere. */
export function isBelow(path: string, directory: string, ignoreCase: boolean): boolean {
  const [inner, outer] = [comparable(path, ignoreCase), comparable(directory, ignoreCase)];
  return outer !== '' && (inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`));
}

/** A path as it is compared: one kind of separator, none at the end. The root of a disk stays one. */
export function comparable(path: string, ignoreCase: boolean): string {
  const slashed = path.replaceAll('\\', '/').replace(/(?<=.)\/+$/, '');
  return ignoreCase ? slashed.toLowerCase() : slashed;
}
