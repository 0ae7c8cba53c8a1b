import type MarkdownIt from 'markdown-it';
import type { FilePreview, ImportPreview } from '../../memory/workspace/file-preview.ts';
import { importedTargets } from './imported-targets.ts';
import { budgetHtml, cutHtml, importHtml } from './preview-html.ts';

type Token = ReturnType<MarkdownIt['parse']>[number];

/** What is known of the document with this address; undefined for every other Markdown file. */
export type PreviewOf = (document: unknown) => FilePreview | undefined;

/** Renders text that is somebody else's: its HTML is text, its links and pictures stay words. */
type Inert = (text: string, imports: readonly ImportPreview[]) => string;

const tokenType = 'varve_memory';

/**
 * Shows in VS Code's own Markdown preview of a memory file what it costs, what its imports bring in and where it is
 * cut off. VS Code (read at 1.128) parses without an address, keeps the tokens, and names the document when it
 * renders: so the tokens are added to at that moment, in a copy. Synchronous; reads nothing.
 */
export function extendWithMemory(md: MarkdownIt, previewOf: PreviewOf): MarkdownIt {
  addHtmlRule(md);
  const drawing = new Drawing(md);
  const render = md.renderer.render.bind(md.renderer);
  md.renderer.render = (tokens, options, env) => {
    const preview = previewOf(documentOf(env));
    return render(preview === undefined ? tokens : drawing.memory(tokens, preview), options, env);
  };
  return md;
}

class Drawing {
  readonly #Token: new (
    type: string,
    tag: string,
    nesting: 0,
  ) => Token;
  readonly #inert: Inert;

  constructor(md: MarkdownIt) {
    this.#Token = new md.core.State('', md, {}).Token;
    // VS Code's own markdown-it, made anew: what other extensions added to this one has no say in a frame.
    const Constructor = md.constructor as new (options: { html: boolean; linkify: boolean }) => MarkdownIt;
    const inner = new Constructor({ html: false, linkify: false });
    inner.disable(['image', 'link', 'autolink', 'reference']);
    addHtmlRule(inner);
    this.#inert = (text, imports) =>
      inner.renderer.render(this.#framed(inner.parse(text, {}), imports), inner.options, {});
  }

  memory(tokens: readonly Token[], preview: FilePreview): Token[] {
    const shown = this.#framed(tokens, preview.imports);
    const cutAt = preview.cutLine === undefined ? -1 : indexOfLine(shown, preview.cutLine);
    if (cutAt >= 0) {
      const element = shown[cutAt]?.type === 'list_item_open' ? 'li' : 'div';
      shown.splice(cutAt, 0, this.#html(cutHtml(preview, element)));
    }
    return [this.#html(budgetHtml(preview)), ...shown];
  }

  /** The tokens with a frame for each import behind the block that names it; a table is not broken apart. */
  #framed(tokens: readonly Token[], imports: readonly ImportPreview[]): Token[] {
    const known = new Map(imports.map((one) => [one.target, one]));
    const shown: Token[] = [];
    let waiting: ImportPreview[] = [];
    let tables = 0;
    for (const [index, token] of tokens.entries()) {
      shown.push(token);
      if (token.type === 'table_open') tables += 1;
      if (token.type === 'table_close') tables -= 1;
      if (token.type === 'inline') waiting.push(...taken(known, importedTargets(token.children ?? [])));
      const endsBlock = tokens[index - 1]?.type === 'inline' || token.type === 'table_close';
      if (tables > 0 || !endsBlock) continue;
      shown.push(...waiting.map((one) => this.#html(importHtml(one, this.#inert(one.text, one.imports)))));
      waiting = [];
    }
    return shown;
  }

  #html(content: string): Token {
    const token = new this.#Token(tokenType, '', 0);
    token.content = content;
    return token;
  }
}

function addHtmlRule(md: MarkdownIt): void {
  md.renderer.rules[tokenType] = (tokens, index) => tokens[index]?.content ?? '';
}

// Each import is drawn once, where it is first named.
function taken(known: Map<string, ImportPreview>, targets: readonly string[]): readonly ImportPreview[] {
  return targets.flatMap((target) => {
    const found = known.get(target);
    known.delete(target);
    return found ?? [];
  });
}

// The first block that begins on the line or behind it; within a list the item, not the list.
function indexOfLine(tokens: readonly Token[], line: number): number {
  return tokens.findIndex(
    ({ map, nesting, type }) => map !== null && nesting >= 0 && type !== 'inline' && map[0] >= line,
  );
}

function documentOf(env: unknown): unknown {
  return typeof env === 'object' && env !== null && 'currentDocument' in env
    ? env.currentDocument
    : undefined;
}
