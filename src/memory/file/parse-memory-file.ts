import type { Token, Tokens } from 'marked';
import { sha256 } from '../../base/hash.ts';
import { readFrontMatter } from './front-matter.ts';
import { replaceComments } from './html-comments.ts';
import { findImports } from './import-lines.ts';
import { LineIndex } from './line-index.ts';
import { lexBlocks, type MarkdownBlock } from './markdown-blocks.ts';
import type { Entry, MemoryFile, Section, TextRange } from './memory-file.ts';
import { codeLabel, plainLabel } from './plain-label.ts';

/**
 * Takes a memory file apart: front matter, sections, entries, imports. Never throws, whatever the text is; what
 * could not be read is named in `problems`. Offsets are UTF-16 units of `text` as given: BOM, CRLF and tabs count.
 * The Markdown is taken apart when something of it is first asked for: who loads a file without imports needs nothing.
 */
export function parseMemoryFile(text: string): MemoryFile {
  const head = readFrontMatter(text);
  let body: Body | undefined;
  const take = (): Body => {
    body ??= parseBody(text, head.bodyStart);
    return body;
  };
  return {
    text,
    ...(head.frontMatter === undefined ? {} : { frontMatter: head.frontMatter }),
    get sections() {
      return take().sections;
    },
    get imports() {
      return text.includes('@') ? take().imports : [];
    },
    get problems() {
      return [...head.problems, ...take().problems];
    },
  };
}

type Body = Pick<MemoryFile, 'sections' | 'imports' | 'problems'>;

function parseBody(text: string, bodyStart: number): Body {
  const { blocks, problem } = lexBlocks(text, bodyStart);
  const lines = new LineIndex(text);
  const builder = new SectionBuilder({ text, lines, bodyStart });
  for (const block of blocks) builder.add(block);
  return {
    sections: builder.finish(),
    imports: findImports(text, blocks, lines),
    problems: problem === undefined ? [] : [{ message: problem }],
  };
}

interface Piece {
  readonly range: TextRange;
  readonly label: string;
}

interface OpenSection {
  readonly title: string;
  readonly depth: number;
  readonly start: number;
  readonly line: number;
  readonly entries: Entry[];
  readonly sections: Section[];
}

class SectionBuilder {
  readonly #text: string;
  readonly #lines: LineIndex;
  readonly #open: OpenSection[] = [];
  readonly #finished: Section[] = [];
  readonly #ids = new Map<string, number>();

  constructor({ text, lines, bodyStart }: { text: string; lines: LineIndex; bodyStart: number }) {
    this.#text = text;
    this.#lines = lines;
    this.#open.push(this.#section('', 0, bodyStart));
  }

  add(block: MarkdownBlock): void {
    if (block.token.type === 'heading') {
      this.#startSection(block);
      return;
    }
    for (const piece of pieces(block, this.#text)) this.#addEntry(piece);
  }

  finish(): Section[] {
    this.#closeDownTo(0, this.#text.length);
    return this.#finished;
  }

  #startSection({ token, range }: MarkdownBlock): void {
    const { depth, text } = token as Tokens.Heading;
    this.#closeDownTo(depth, range.start);
    this.#open.push(this.#section(plainLabel(text), depth, range.start));
  }

  #section(title: string, depth: number, start: number): OpenSection {
    return { title, depth, start, line: this.#lines.lineAt(start), entries: [], sections: [] };
  }

  #closeDownTo(depth: number, end: number): void {
    for (let last = this.#open.at(-1); last !== undefined; last = this.#open.at(-1)) {
      if (last.depth !== 0 && last.depth < depth) return;
      this.#open.pop();
      const { start, ...rest } = last;
      const isEmptyPreamble = last.depth === 0 && last.entries.length === 0;
      const siblings = this.#open.at(-1)?.sections ?? this.#finished;
      if (!isEmptyPreamble) siblings.push({ ...rest, range: { start, end } });
    }
  }

  #addEntry({ range, label }: Piece): void {
    const section = this.#open.at(-1);
    if (section === undefined) return;
    const text = this.#text.slice(range.start, range.end);
    const place = this.#open.map((open) => open.title).join('\n');
    section.entries.push({
      id: this.#idFor(place, text),
      label,
      text,
      range,
      line: this.#lines.lineAt(range.start),
    });
  }

  #idFor(place: string, text: string): string {
    const hash = sha256(`${place}\n\n${text}`).slice(0, 12);
    const count = (this.#ids.get(hash) ?? 0) + 1;
    this.#ids.set(hash, count);
    return count === 1 ? hash : `${hash}-${count}`;
  }
}

function pieces(block: MarkdownBlock, text: string): Piece[] {
  const { token, range } = block;
  switch (token.type) {
    case 'list':
      return listItems(block, text);
    case 'code':
      return piece(text, range, codeLabel((token as Tokens.Code).text));
    case 'table':
      return piece(text, range, tableLabel(token as Tokens.Table));
    case 'html':
      return isComment(token)
        ? []
        : piece(text, range, plainLabel(token.raw.slice(0, 4000).replace(/<[^>]*>/g, ' ')));
    case 'space':
    case 'hr':
    case 'def':
      return [];
    default:
      return piece(text, range, plainLabel(token.raw));
  }
}

function listItems({ token, range, offsetAt }: MarkdownBlock, text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const item of (token as Tokens.List).items) {
    const start = offsetAt(at);
    at += item.raw.length;
    // The last item may own a line end that the list does not.
    const end = Math.min(offsetAt(at), range.end);
    found.push(...piece(text, { start, end }, plainLabel(item.raw)));
  }
  return found;
}

function tableLabel(table: Tokens.Table): string {
  return plainLabel(table.header.map((cell) => cell.text).join(' · '));
}

function isComment(token: Token): boolean {
  return replaceComments(token.raw, () => '').trim() === '';
}

// An entry is never empty: blank lines around it belong to nobody.
function piece(text: string, { start, end }: TextRange, label: string): Piece[] {
  const raw = text.slice(start, end);
  const leading = /^(?:[ \t]*(?:\r\n|\r|\n))*/.exec(raw)?.[0].length ?? 0;
  const body = raw.slice(leading).trimEnd();
  if (body.trim() === '') return [];
  return [
    {
      range: { start: start + leading, end: start + leading + body.length },
      label: label === '' ? body.trim().slice(0, 40) : label,
    },
  ];
}
