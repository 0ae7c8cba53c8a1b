import { Marked } from 'marked';
import { readFrontMatter } from './front-matter.ts';

/**
 * HTML of a memory file without its front matter, by `marked` with GitHub's extensions. NOT sanitised: raw HTML
 * and any link of the text are in it, so whoever shows it purifies it first.
 *
 * @throws where the Markdown is nested deeper than the stack.
 */
export function renderHtml(text: string): string {
  const { bodyStart } = readFrontMatter(text);
  return new Marked({ gfm: true }).parse(text.slice(bodyStart), { async: false });
}
