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

/** A row of a table; a `|` within a cell does not end it. Cells are Markdown that is inert already. */
export function formatMarkdownRow(...cells: readonly string[]): string {
  return `| ${cells.map(escapePipes).join(' | ')} |`;
}

// An odd number of backslashes: some readers count them, others look at the last.
function escapePipes(cell: string): string {
  return cell.replace(/(\\*)\|/g, (all, marks: string) => (marks.length % 2 === 1 ? all : `\\${all}`));
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
