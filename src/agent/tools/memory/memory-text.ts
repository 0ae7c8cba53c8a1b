import { failure, type Result, success } from '../../../base/result.ts';
import type { MemoryFile } from './memory-files.ts';

/** The model expects longer text to be cut (platform docs, Memory tool, 2026-11). */
const longestView = 16_000;
const mostLines = 999_999;
const snippetLines = 4;

type Problem = { readonly message: string };
type Edited = Result<{ readonly text: string; readonly line: number }, Problem>;

/** Wording of results is that of the memory tool's documentation (`memory_20250818`): models are trained on it. */
export function missing(path: string): string {
  return `The path ${path} does not exist. Please provide a valid path.`;
}

export function directoryText(path: string, files: readonly MemoryFile[]): string {
  const inside = files.filter((file) => file.path.startsWith(`${path}/`));
  const directories = [...new Set(inside.map((file) => file.path.slice(0, file.path.lastIndexOf('/'))))];
  const rows = [...new Set([path, ...directories, ...inside.map((file) => file.path)])].sort();
  const lines = rows.map((row) => `${sizeText(sizeOf(row, inside))}\t${row}`);
  return [
    `Here're the files and directories up to 2 levels deep in ${path}, excluding hidden items and node_modules:`,
    ...lines,
  ].join('\n');
}

/** `range` counts lines from 1; an end of -1 is the last one. */
export function fileText(
  { path, text }: MemoryFile,
  range: readonly [number, number] | undefined,
): Result<string, Problem> {
  const lines = linesOf(text);
  if (lines.length > mostLines)
    return failure({ message: `File ${path} exceeds maximum line limit of 999,999 lines.` });
  const [first, end] = range ?? [1, -1];
  const last = end === -1 ? lines.length : end;
  if (first < 1 || last < first || first > Math.max(1, lines.length)) {
    return failure({
      message: `Error: Invalid \`view_range\` parameter: [${first}, ${end}]. It should be within the lines of the file: [1, ${lines.length}]`,
    });
  }
  const shown = numbered(lines.slice(first - 1, last), first);
  const cut = shown.length > longestView ? `${shown.slice(0, longestView)}\n[cut; use view_range]` : shown;
  return success(`Here's the content of ${path} with line numbers:\n${cut}`);
}

export function replaceIn({ path, text }: MemoryFile, from: string, to: string): Edited {
  const at = from === '' ? -1 : text.indexOf(from);
  if (at === -1)
    return failure({
      message: `No replacement was performed, old_str \`${from}\` did not appear verbatim in ${path}.`,
    });
  const lines: number[] = [];
  for (let next = at; next !== -1; next = text.indexOf(from, next + from.length))
    lines.push(lineAt(text, next));
  if (lines.length > 1) {
    return failure({
      message: `No replacement was performed. Multiple occurrences of old_str \`${from}\` in lines: ${lines.join(', ')}. Please ensure it is unique`,
    });
  }
  return success({ text: text.slice(0, at) + to + text.slice(at + from.length), line: lineAt(text, at) });
}

/** After line `line`; 0 is before the first. */
export function insertIn({ text }: MemoryFile, line: number, inserted: string): Edited {
  const lines = linesOf(text);
  if (!Number.isInteger(line) || line < 0 || line > lines.length) {
    return failure({
      message: `Error: Invalid \`insert_line\` parameter: ${line}. It should be within the range of lines of the file: [0, ${lines.length}]`,
    });
  }
  const added = inserted.replace(/\n$/, '').split('\n');
  const all = [...lines.slice(0, line), ...added, ...lines.slice(line)];
  return success({ text: `${all.join('\n')}\n`, line: line + 1 });
}

/** The lines around a change. */
export function snippet(text: string, line: number): string {
  const first = Math.max(1, line - snippetLines);
  return numbered(linesOf(text).slice(first - 1, line + snippetLines), first);
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function numbered(lines: readonly string[], first: number): string {
  return lines.map((line, index) => `${String(first + index).padStart(6)}\t${line}`).join('\n');
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

function sizeOf(path: string, files: readonly MemoryFile[]): number {
  return files
    .filter((file) => file.path === path || file.path.startsWith(`${path}/`))
    .reduce((sum, file) => sum + Buffer.byteLength(file.text), 0);
}

function sizeText(bytes: number): string {
  return bytes < 1024 ? `${bytes}B` : `${(bytes / 1024).toFixed(1)}K`;
}
