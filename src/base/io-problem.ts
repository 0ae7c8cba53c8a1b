/** A failure of the file system as a value. */
export interface IoProblem {
  readonly kind: 'io';
  /** Node's code, e.g. `ENOSPC`; `UNKNOWN` where there was none. */
  readonly code: string;
  readonly message: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and try again',
  EDQUOT: 'your disk quota is used up. Free some space and try again',
  EROFS: 'the disk is read-only',
  EACCES: 'permission was denied. Check who owns it',
  EPERM: 'the system does not permit it',
  EMFILE: 'too many files are open. Close some programs and try again',
  ENFILE: 'too many files are open. Close some programs and try again',
  EIO: 'the disk reported an error. Check the disk',
  ENOENT: 'it is not there',
  EISDIR: 'it is a directory, not a file',
  ENOTDIR: 'a part of its path is not a directory',
  ENOLINK: 'it is a link to something that is not there. Remove the link, or make what it points to',
  EINVAL: 'it is not a regular file',
  ELOOP: 'its links go round in a circle',
  ENAMETOOLONG: 'its name is too long for this system',
  EBUSY: 'another program is using it. Close that program and try again',
};

/** The `code` of a Node error, e.g. `ENOENT`; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What went wrong as a sentence: `doing` names the act and the thing, e.g. `write /home/ada/CLAUDE.md`. */
export function ioProblem(error: unknown, doing: string): IoProblem {
  const code = errorCode(error) ?? 'UNKNOWN';
  const reason = REASONS[code] ?? `the system answered ${code}`;
  return { kind: 'io', code, message: `Could not ${doing}: ${reason}.` };
}
