/** A line of text, or with a depth a heading without its marks. */
export interface DocumentLine {
  readonly text: string;
  readonly depth?: number;
}

/** The lines of a document without comments and code, headings told apart. */
export function readLines(path: string, text: string): readonly DocumentLine[] {
  const lines = withoutComments(text).split(/\r\n|\r|\n/);
  if (/\.rst$/i.test(path)) return rstLines(lines);
  return markdownLines(lines, /\.(?:adoc|asciidoc|asc)$/i.test(path));
}

function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?(?:-->|$)/g, '').replace(/^\/\/\/\/[\s\S]*?^\/\/\/\/.*$/gm, '');
}

const fence = /^\s{0,3}(```+|~~~+|----+\s*$|\.\.\.\.+\s*$)/;
const boldAlone =
  /^\s{0,3}(?:\*\*|__)([^*_]{2,60}?)(?:\*\*\s*[:：]?|[:：]\s*\*\*|__\s*[:：]?|[:：]\s*__)\s*$/;

function markdownLines(lines: readonly string[], isAsciiDoc: boolean): readonly DocumentLine[] {
  const found: DocumentLine[] = [];
  const mark = isAsciiDoc ? /^(={1,6}|#{1,6})\s+(\S.*)$/ : /^\s{0,3}(#{1,6})\s*(?=[^#\s])(\S.*)$/;
  let code: string | undefined;
  for (const [index, line] of lines.entries()) {
    const opened = fence.exec(line)?.[1];
    // Dashes are a block in AsciiDoc alone; in Markdown they underline or divide.
    const isFence = opened !== undefined && (isAsciiDoc || /^[`~]/.test(opened));
    if (code !== undefined) {
      if (isFence && opened.startsWith(code)) code = undefined;
      continue;
    }
    if (isFence) {
      code = opened.slice(0, 3);
      continue;
    }
    const heading = mark.exec(line);
    const under = isAsciiDoc ? null : /^\s{0,3}(=+|-+)\s*$/.exec(lines[index + 1] ?? '');
    const bold = boldAlone.exec(line)?.[1];
    if (heading?.[1] !== undefined && heading[2] !== undefined)
      found.push({ depth: heading[1].length, text: plainHeading(heading[2]) });
    else if (under?.[1] !== undefined && isHeadingText(line))
      found.push({ depth: under[1].startsWith('=') ? 1 : 2, text: plainHeading(line) });
    else if (bold !== undefined) found.push({ depth: 6, text: plainHeading(bold) });
    else if (!isUnderline(line, found.at(-1))) found.push({ text: line });
  }
  return found;
}

/** What a line of marks underlines is one line of words, not the end of a list, table or quotation. */
function isHeadingText(line: string): boolean {
  return /^\s{0,3}[\p{L}\p{N}[`"“(#]/u.test(line) && !line.includes('|') && line.length < 160;
}

function isUnderline(line: string, before: DocumentLine | undefined): boolean {
  return /^\s{0,3}(?:=+|-+)\s*$/.test(line) && before?.depth !== undefined;
}

const adornment = /^([=\-`:'"~^_*+#<>.!$%&(),/;?@[\\\]{|}])\1{1,}\s*$/;

function rstLines(lines: readonly string[]): readonly DocumentLine[] {
  const levels: string[] = [];
  const found: DocumentLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const next = lines[index + 1] ?? '';
    const over = adornment.exec(line)?.[1];
    const isFramed =
      over !== undefined && next.trim() !== '' && adornment.exec(lines[index + 2] ?? '')?.[1] === over;
    const under = line.trim() !== '' && !/^\s/.test(line) ? adornment.exec(next)?.[1] : undefined;
    if (isFramed || (over === undefined && under !== undefined)) {
      const level = isFramed ? `${over}${over}` : (under ?? '');
      if (!levels.includes(level)) levels.push(level);
      found.push({ depth: levels.indexOf(level) + 1, text: plainHeading(isFramed ? next : line) });
      index += isFramed ? 2 : 1;
    } else if (!/^\.\. |^\s*$/.test(line) || line.trim() === '') found.push({ text: line });
  }
  return found;
}

/** Without closing marks, emphasis around the whole, anchors and links. */
function plainHeading(text: string): string {
  return text
    .replace(/\s+#+\s*$/, '')
    .replace(/\s*\{#[^}]*\}\s*$/, '')
    .replace(/<a\b[^>]*>(?:<\/a>)?/gi, '')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|__/g, '')
    .replace(/^\*(.*)\*$/, '$1')
    .trim();
}
