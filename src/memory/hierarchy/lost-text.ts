import type { MemoryFile } from '../file/memory-file.ts';
import { stripComments } from '../file/strip-comments.ts';
import type { ResolvedFile } from './hierarchy.ts';

export interface LostText {
  /** What the limits cut off, whole. */
  readonly text: string;
  /** Zero-based line of the file on which it begins. */
  readonly line: number;
}

/** What of a file its limits cut off, and where; undefined where all of it loads. */
export function lostText(file: ResolvedFile, parsed: MemoryFile | undefined): LostText | undefined {
  if (file.cutOff === undefined || parsed === undefined) return undefined;
  const whole = wholeOf(file, parsed.text);
  if (whole === undefined) return undefined;
  const text = whole.slice(file.text.length);
  return { text, line: lineAfter(file.text, text, parsed.text) };
}

// What loads is the beginning of the text as it stands, or without front matter and comments, trimmed or not.
function wholeOf(file: ResolvedFile, text: string): string | undefined {
  const stripped = stripComments(text);
  return [text, stripped, stripped.trim()].find(
    (whole) => whole.length > file.text.length && whole.startsWith(file.text),
  );
}

// Comments were taken out between the lines: the kept ones are found again in their order. Blank ones are passed over:
// they say nothing about the place.
function lineAfter(kept: string, lost: string, text: string): number {
  const lines = text.split('\n');
  const keptLines = kept.split('\n');
  // The rest of a line that was cut in two stands on the line that is kept.
  const isWithinLine = !lost.startsWith('\n');
  if (isWithinLine) keptLines.pop();
  let next = 0;
  for (const line of keptLines) {
    const found = line.trim() === '' ? -1 : lines.indexOf(line, next);
    if (found >= 0) next = found + 1;
  }
  while (next < lines.length - 1 && lines[next]?.trim() === '') next += 1;
  return next;
}
