const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A fenced block whose fence is longer than any run of backticks in the text: nothing in it can end it. */
export function fence(text: string, language: string): string {
  const marks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  const body = text.replace(/^(?:[ \t]*[\r\n])+|\s+$/g, '');
  return `${marks}${language}\n${body}\n${marks}`;
}

/** Text as a code span on one line; invisible characters are shown as U+FFFD. */
export function formatMarkdownCode(text: string): string {
  const shown = text.replace(INVISIBLE, '\uFFFD');
  const marks = '`'.repeat(longestRun(shown) + 1);
  const gap = /^`|`$|^ .* $/.test(shown) ? ' ' : '';
  return `${marks}${gap}${shown}${gap}${marks}`;
}

/** Words on one line in which nothing is a mark or an address: reasons name files and patterns. */
export function formatMarkdownText(text: string): string {
  return text
    .replace(INVISIBLE, ' ')
    .replace(/[\\`*_{}[\]<>#|!&~@]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.');
}

/** The same as the beginning of a sentence. */
export function formatMarkdownSentence(text: string): string {
  const words = formatMarkdownText(text);
  // Only words: a path keeps its own case.
  return /^[a-z]+[ ,]/.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

export interface TableColumn {
  readonly title: string;
  readonly align?: 'right';
}

/**
 * A table that is in columns also where nobody renders it, but for its last one. A `|` within a cell does not end
 * it. Cells are Markdown that is inert already.
 */
export function formatMarkdownTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) => row.map(escapePipes));
  const widths = columns.map((_, index) => Math.max(3, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, index) => padded(cell, index)).join(' | ')} |`;
  const padded = (cell: string, index: number): string => {
    if (index === columns.length - 1) return cell;
    const width = widths[index] ?? 0;
    return columns[index]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
  };
  const rule = columns.map(({ align }, index) => {
    const width = index === columns.length - 1 ? 3 : (widths[index] ?? 3);
    return align === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width);
  });
  const [head, ...body] = cells.map(line);
  return [head, `| ${rule.join(' | ')} |`, ...body].join('\n');
}

// An odd number of backslashes: some readers count them, others look at the last.
function escapePipes(cell: string): string {
  return cell.replace(/(\\*)\|/g, (all, marks: string) => (marks.length % 2 === 1 ? all : `\\${all}`));
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
