/** What a reader of the text has to know. */
export const lostInText =
  'Reduced from HTML: scripts, styles, pictures, forms and the layout of tables are left out.';

/** Elements whose content is not for reading. */
const silent = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'math',
  'iframe',
  'object',
  'select',
  'textarea',
]);
const blocks = new Set(
  'address article aside blockquote br dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table td th title tr ul'.split(
    ' ',
  ),
);
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  middot: '·',
  times: '×',
  rarr: '→',
  larr: '←',
  laquo: '«',
  raquo: '»',
};

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly text: string;
  /** Where what follows it begins. */
  readonly end: number;
}

/**
 * The words of an HTML page with headings, list items, code blocks and the targets of links. One pass over the text,
 * linear in its length, whatever it is; nothing of it is run or loaded.
 */
export function htmlText(html: string): string {
  const out = new TextOut();
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    if (open === -1) {
      out.words(html.slice(at));
      break;
    }
    out.words(html.slice(at, open));
    const tag = tagAt(html, open);
    at = tag.end;
    if (!tag.isEnd && silent.has(tag.name)) at = endOfElement(html, tag);
    else out.tag(tag);
  }
  return out.text();
}

class TextOut {
  readonly #parts: string[] = [];
  readonly #links: (string | undefined)[] = [];
  #preformatted = 0;

  words(html: string): void {
    const text = html.replace(
      /&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi,
      (whole, name: string) => decoded(name) ?? whole,
    );
    if (text !== '') this.#parts.push(this.#preformatted > 0 ? text : text.replace(/\s+/g, ' '));
  }

  tag({ name, isEnd, text }: Tag): void {
    if (name === 'a') this.#link(isEnd, text);
    if (!blocks.has(name)) return;
    this.#parts.push('\n');
    if (name === 'pre') {
      this.#preformatted = Math.max(0, this.#preformatted + (isEnd ? -1 : 1));
      this.#parts.push('```\n');
    }
    if (isEnd) return;
    if (name === 'li') this.#parts.push('- ');
    const level = /^h([1-6])$/.exec(name)?.[1];
    if (level !== undefined) this.#parts.push(`\n${'#'.repeat(Number(level))} `);
  }

  text(): string {
    const lines = this.#parts
      .join('')
      .split('\n')
      .map((line) => line.trimEnd());
    return lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  /** The target stands behind the words. */
  #link(isEnd: boolean, text: string): void {
    if (!isEnd) {
      const target = /\shref\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(text);
      this.#links.push(target?.[1] ?? target?.[2] ?? target?.[3]);
      return;
    }
    const target = this.#links.pop();
    if (target !== undefined && /^(?:https?:|\/|\.)/i.test(target)) this.#parts.push(` (${target})`);
  }
}

/** The tag, comment or declaration that begins here; a `<` that begins none is taken as one of its own, without a name. */
function tagAt(html: string, open: number): Tag {
  if (html.startsWith('<!--', open)) {
    const end = html.indexOf('-->', open + 4);
    return { name: '', isEnd: false, text: '', end: end === -1 ? html.length : end + 3 };
  }
  const close = html.indexOf('>', open);
  const end = close === -1 ? html.length : close + 1;
  const text = html.slice(open, end);
  const found = /^<(\/?)([a-z][a-z0-9]{0,20})/i.exec(text);
  return { name: (found?.[2] ?? '').toLowerCase(), isEnd: found?.[1] === '/', text, end };
}

function endOfElement(html: string, { name, end }: Tag): number {
  const expression = new RegExp(`</${name}[\\s>/]`, 'gi');
  expression.lastIndex = end;
  const found = expression.exec(html);
  if (found === null) return html.length;
  const close = html.indexOf('>', found.index);
  return close === -1 ? html.length : close + 1;
}

function decoded(name: string): string | undefined {
  if (!name.startsWith('#')) return entities[name.toLowerCase()];
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    ? String.fromCodePoint(code)
    : '\ufffd';
}
