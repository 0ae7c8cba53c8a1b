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

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
