/** What a path of the memory tool names. Nothing of it is ever a path of the disk. */
export type MemoryPlace =
  | { readonly kind: 'root' | 'index' | 'proposed' | 'session' | 'notes' }
  /** An accepted record; `name` is without `.md`. */
  | { readonly kind: 'record'; readonly name: string }
  | { readonly kind: 'proposal'; readonly name: string };

export const memoryRoot = '/memories';
export const indexPath = `${memoryRoot}/MEMORY.md`;
export const proposedPath = `${memoryRoot}/proposed`;
export const sessionPath = `${memoryRoot}/session`;
export const notesPath = `${sessionPath}/notes.md`;

const longestName = 200;

/**
 * Reads a path as the model wrote it. Undefined for all that is not plainly inside: another root, `.` and `..` in any
 * spelling (percent signs, backslashes and control characters are refused whole), names of more than 200 characters,
 * directories that are not there.
 */
export function memoryPlace(path: string): MemoryPlace | undefined {
  if (/[\\%\p{Cc}\p{Cf}\p{Cs}]/u.test(path) || !(path === memoryRoot || path.startsWith(`${memoryRoot}/`)))
    return undefined;
  const parts = path
    .normalize('NFC')
    .split('/')
    .slice(2)
    .filter((part) => part !== '');
  if (parts.some((part) => !isName(part))) return undefined;
  const [first, second, ...more] = parts;
  if (first === undefined) return { kind: 'root' };
  if (more.length > 0) return undefined;
  if (first === 'proposed')
    return second === undefined ? { kind: 'proposed' } : { kind: 'proposal', name: stem(second) };
  if (first === 'session') return inSession(second);
  if (second !== undefined) return undefined;
  return first === 'MEMORY.md' ? { kind: 'index' } : { kind: 'record', name: stem(first) };
}

/** The one spelling of a place. */
export function pathOf(place: MemoryPlace): string {
  switch (place.kind) {
    case 'root':
      return memoryRoot;
    case 'index':
      return indexPath;
    case 'proposed':
      return proposedPath;
    case 'session':
      return sessionPath;
    case 'notes':
      return notesPath;
    case 'record':
      return `${memoryRoot}/${place.name}.md`;
    case 'proposal':
      return `${proposedPath}/${place.name}.md`;
  }
}

function inSession(name: string | undefined): MemoryPlace | undefined {
  if (name === undefined) return { kind: 'session' };
  return name === 'notes.md' ? { kind: 'notes' } : undefined;
}

/** Begins with a letter or digit, so it is neither `.` nor `..` nor hidden. */
function isName(part: string): boolean {
  return part.length <= longestName && /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._ ()'+-]*$/u.test(part);
}

function stem(name: string): string {
  return name.replace(/\.(?:md|txt)$/i, '') || name;
}
