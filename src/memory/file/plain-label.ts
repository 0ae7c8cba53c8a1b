const MAX_LABEL = 160;
// Controls, bidirectional overrides and zero-width marks: invisible, and able to make a label lie.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line for people of a piece of Markdown: marks, links' targets, comments and invisible characters removed. */
export function plainLabel(markdown: string): string {
  const text = firstParagraph(markdown.slice(0, MAX_LABEL * 20))
    .replace(/<!--.*?(?:-->|$)/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(`+)(.+?)\1/g, '$2')
    .replace(/(\*\*|__|~~)(?=\S)(.+?)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=\S)([^*]+)\*/g, '$1')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(INVISIBLE, '')
    .trim();
  return shorten(text);
}

/** Label of a fenced or indented code block: its first line of code. */
export function codeLabel(code: string): string {
  const line = code.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return shorten(
    line
      .slice(0, MAX_LABEL * 2)
      .replace(INVISIBLE, '')
      .trim(),
  );
}

function firstParagraph(markdown: string): string {
  const lines: string[] = [];
  for (const raw of markdown.split(/\r\n|\r|\n/)) {
    const startsAnother = /^[\s>]*(?:[-*+]|\d{1,9}[.)])\s/.test(raw) && lines.length > 0;
    const line = raw
      .replace(/^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(?:\[[ xX]\]\s+)?(?:#{1,6}\s+)?/, '')
      .trim();
    if (lines.length > 0 && (line === '' || startsAnother)) break;
    if (line !== '') lines.push(line);
  }
  return lines.join(' ');
}

function shorten(text: string): string {
  if (text.length <= MAX_LABEL) return text;
  const cut = text.slice(0, MAX_LABEL - 1).replace(/[\ud800-\udbff]$/, '');
  return `${cut.trimEnd()}…`;
}
