import { Lexer, type Token } from 'marked';
import { replaceComments } from './html-comments.ts';
import { leadingYaml } from './injected-start.ts';

// Beyond this the Markdown lexer is not asked: such a text is hand-written no more, and keeps its comments.
const MAX_UNITS = 4 * 1024 * 1024;

/**
 * The text without its front matter and its block-level HTML comments, as Claude Code 2.1.330 puts it into
 * context. Comments inside code, a list, a quote or a paragraph stay. Where a comment goes, it takes the line ends behind
 * it along, and every line end of the text becomes `\n`; else every byte of the rest stays.
 */
export function stripComments(text: string): string {
  const body = text.slice(leadingYaml(text)?.bodyStart ?? 0);
  if (!body.includes('<!--') || body.length > MAX_UNITS) return body;
  const tokens = lex(body.replace(/\r\n?/g, '\n'));
  return (tokens && withoutComments(tokens)) ?? body;
}

function lex(text: string): readonly Token[] | undefined {
  try {
    return new Lexer({ gfm: false }).blockTokens(text);
  } catch {
    // Nested deeper than the stack.
    return undefined;
  }
}

// Undefined where no comment goes: the text then stays as it is, with its line ends.
function withoutComments(tokens: readonly Token[]): string | undefined {
  let kept = '';
  let isChanged = false;
  let removed: string | undefined;
  for (const { type, raw } of tokens) {
    const text = removed === undefined ? raw : behindComment(raw, removed);
    removed = undefined;
    const isComment = type === 'html' && raw.trimStart().startsWith('<!--');
    const residue = isComment ? replaceComments(text, () => '') : text;
    if (residue !== text) isChanged = true;
    if (isComment && residue.trim() === '') removed = raw;
    else kept += residue;
  }
  return isChanged ? kept : undefined;
}

// The line ends behind a comment belong to it, whether the lexer handed them out with it or after it.
function behindComment(text: string, comment: string): string {
  return comment.endsWith('\n') ? text.replace(/^\n+/, '') : text.replace(/^[^\S\n]*\n+/, '');
}
