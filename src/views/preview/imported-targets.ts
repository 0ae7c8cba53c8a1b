/** A piece of a line as markdown-it hands it out. */
export interface InlinePiece {
  readonly type: string;
  readonly content: string;
}

/**
 * The `@path` of one block as Claude Code 2.1.330 reads them: after white space or at the start, outside code and
 * comments; a `#fragment` is cut off and `\ ` is a space. What a path leads to was resolved before.
 */
export function importedTargets(pieces: readonly InlinePiece[]): readonly string[] {
  const text = pieces.map(textOf).join('');
  if (!text.includes('@')) return [];
  return [...text.matchAll(/(?<=^|\s)@((?:[^\s\\]|\\ )+)/g)].map(([, written = '']) =>
    (written.split('#')[0] ?? '').replaceAll('\\ ', ' '),
  );
}

function textOf({ type, content }: InlinePiece): string {
  if (type === 'text') return content;
  if (type === 'softbreak' || type === 'hardbreak') return '\n';
  // Something stands there, and it is neither a path nor white space before one; marks of emphasis are nothing.
  return type === 'code_inline' || type === 'html_inline' ? ' ' : '';
}
