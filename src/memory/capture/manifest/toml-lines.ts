import { textLines } from './text-lines.ts';

export interface TomlLine {
  /** The table's name as written, without brackets, quotes and spaces. */
  readonly table: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Keys of a TOML text with their table, arrays and inline tables over several lines joined. Enough to name what a
 * manifest holds; not a TOML parser: what it cannot read it leaves out. Never throws.
 */
export function tomlLines(text: string): readonly TomlLine[] {
  const found: TomlLine[] = [];
  let table = '';
  const lines = textLines(text);
  for (let at = 0; at < lines.length; at++) {
    const line = withoutComment(lines[at] ?? '').trim();
    const header = /^\[\[?([^[\]]+)\]\]?$/.exec(line);
    if (header !== null) table = (header[1] ?? '').replace(/["'\s]/g, '');
    const pair = header === null ? /^("[^"]*"|'[^']*'|[\w.-]+)\s*=\s*(.*)$/.exec(line) : null;
    if (pair === null) continue;
    const parts = [pair[2] ?? ''];
    for (let open = depthOf(parts[0] ?? ''); open > 0 && at + 1 < lines.length; ) {
      const next = withoutComment(lines[++at] ?? '').trim();
      parts.push(next);
      open += depthOf(next);
    }
    found.push({ table, key: (pair[1] ?? '').replace(/["']/g, ''), value: parts.join('\n') });
  }
  return found;
}

/** The first quoted text of a value. */
export function quoted(value: string): string | undefined {
  const match = /"([^"\n]*)"|'([^'\n]*)'/.exec(value);
  return match?.[1] ?? match?.[2];
}

function withoutComment(line: string): string {
  const at = line.indexOf('#');
  if (at < 0) return line;
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const letter = line[index] ?? '';
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '#') return line.slice(0, index);
  }
  return line;
}

/** Brackets opened and not closed, those in quotes left out. */
function depthOf(value: string): number {
  const bare = value.replace(/"[^"]*"|'[^']*'/g, '');
  return bare.split(/[[{]/).length - bare.split(/[\]}]/).length;
}
