import { applyPatch, createTwoFilesPatch, diffArrays, diffLines as linesOf } from 'diff';
import { failure, type Result, success } from './result.ts';

export interface MergeConflict {
  readonly kind: 'conflict';
  /** How many places both sides changed differently. */
  readonly conflicts: number;
  readonly message: string;
}

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  /** With its line end, where it has one. */
  readonly text: string;
}

/** Base lines `start` to `end` (exclusive) become `lines`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** A patch of one file in unified format, as git shows it; the empty string when nothing differs. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, '', '', { context: 3 });
  const from = patch.indexOf('--- ');
  return patch
    .slice(Math.max(from, 0))
    .replace(/^(--- [^\t\n]*)\t?$/m, '$1')
    .replace(/^(\+\+\+ [^\t\n]*)\t?$/m, '$1');
}

/** `before` with a unified diff applied, exactly; undefined where it does not fit. */
export function applyUnifiedDiff(before: string, diff: string): string | undefined {
  try {
    const after = applyPatch(before, diff);
    return after === false ? undefined : after;
  } catch {
    // Not a unified diff at all.
    return undefined;
  }
}

/** The lines of both texts in order. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  return linesOf(before, after).flatMap((part) => {
    const kind = part.added ? 'added' : part.removed ? 'removed' : 'same';
    return splitLines(part.value).map((text): DiffLine => ({ kind, text }));
  });
}

/**
 * What `ours` and `theirs` each did to `base`, in one text. A conflict where both changed the same lines, or
 * inserted at the same place, differently. Changes of neighbouring lines are no conflict (git would call it one):
 * their order is certain. Line ends count as part of a line.
 */
export function threeWayMerge(base: string, ours: string, theirs: string): Result<string, MergeConflict> {
  if (ours === theirs || theirs === base) return success(ours);
  if (ours === base) return success(theirs);
  const baseLines = splitLines(base);
  const ourEdits = editsBetween(baseLines, splitLines(ours));
  const theirEdits = editsBetween(baseLines, splitLines(theirs));
  const added = theirEdits.filter((edit) => !ourEdits.some((other) => isSame(edit, other)));
  const conflicts = added.filter((edit) => ourEdits.some((other) => doOverlap(edit, other))).length;
  if (conflicts === 0) return success(applyEdits(baseLines, [...ourEdits, ...added]));
  const places = conflicts === 1 ? 'one place' : `${conflicts} places`;
  return failure({ kind: 'conflict', conflicts, message: `Both sides changed the same lines in ${places}.` });
}

function splitLines(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

function editsBetween(base: readonly string[], side: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let position = 0;
  let open: { start: number; end: number; lines: string[] } | undefined;
  for (const part of diffArrays([...base], [...side])) {
    if (!part.added && !part.removed) {
      if (open !== undefined) edits.push(open);
      open = undefined;
      position += part.value.length;
      continue;
    }
    open ??= { start: position, end: position, lines: [] };
    if (part.added) open.lines.push(...part.value);
    else {
      position += part.value.length;
      open.end = position;
    }
  }
  if (open !== undefined) edits.push(open);
  return edits;
}

function isSame(one: Edit, other: Edit): boolean {
  return one.start === other.start && one.end === other.end && one.lines.join('') === other.lines.join('');
}

function doOverlap(one: Edit, other: Edit): boolean {
  const bothInsert = one.start === one.end && other.start === other.end;
  if (bothInsert) return one.start === other.start;
  return one.start < other.end && other.start < one.end;
}

function applyEdits(base: readonly string[], edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const result: string[] = [];
  let position = 0;
  for (const edit of ordered) {
    result.push(...base.slice(position, edit.start), ...edit.lines);
    position = Math.max(position, edit.end);
  }
  result.push(...base.slice(position));
  return joinLines(result);
}

/** A last line without a line end that is no longer the last gets one. */
function joinLines(lines: readonly string[]): string {
  const lineEnd = lines.some((line) => line.endsWith('\r\n')) ? '\r\n' : '\n';
  return lines
    .map((line, at) => (at < lines.length - 1 && !line.endsWith('\n') ? line + lineEnd : line))
    .join('');
}
