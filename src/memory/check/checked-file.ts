import type { MemoryFile } from '../file/memory-file.ts';
import type { ResolvedFile } from '../hierarchy/hierarchy.ts';
import type { CheckedFile, WordedEntry } from './check-input.ts';
import type { CheckPosition } from './check-problem.ts';
import { wordedEntries } from './entry-words.ts';

/** A file with its places and entries; each is worked out when first asked for. */
export function checkedFile(
  path: string,
  kind: CheckedFile['kind'],
  file: MemoryFile,
  resolved?: ResolvedFile,
): CheckedFile {
  let starts: readonly number[] | undefined;
  const position = (offset: number): CheckPosition => {
    starts ??= lineStarts(file.text);
    return positionIn(starts, Math.min(Math.max(0, offset), file.text.length));
  };
  let worded: readonly WordedEntry[] | undefined;
  const checked: CheckedFile = {
    path,
    kind,
    file,
    ...(resolved === undefined ? {} : { resolved }),
    at: ({ start, end }) => ({ start: position(start), end: position(end) }),
    worded: () => {
      worded ??= wordedEntries(checked);
      return worded;
    },
  };
  return checked;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

function positionIn(starts: readonly number[], offset: number): CheckPosition {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: offset - (starts[low] ?? 0) };
}
