import { readFrontMatter } from './front-matter.ts';
import { replaceComments } from './html-comments.ts';
import { lexBlocks } from './markdown-blocks.ts';

/**
 * The text without its front matter and its block-level HTML comments, as Claude Code 2.1.330 puts it into
 * context. Comments inside code or within a paragraph stay, and so does every byte of the rest.
 */
export function stripComments(text: string): string {
  const { bodyStart } = readFrontMatter(text);
  if (!text.includes('<!--')) return text.slice(bodyStart);
  let kept = '';
  for (const { token, range } of lexBlocks(text, bodyStart).blocks) {
    const raw = text.slice(range.start, range.end);
    kept += token.type === 'html' && raw.trimStart().startsWith('<!--') ? residueOf(raw) : raw;
  }
  return kept;
}

function residueOf(raw: string): string {
  const residue = replaceComments(raw, () => '');
  return residue.trim() === '' ? '' : residue;
}
