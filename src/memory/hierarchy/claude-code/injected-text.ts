import { stripComments } from '../../file/strip-comments.ts';
import type { Candidate } from '../candidate.ts';

/**
 * What of a file's text goes into context (Claude Code 2.1.330): front matter and block comments are gone, and the blank
 * space around it unless a read brings it in. Recall reads a topic file as it is. Only the auto memory index has its line
 * ends made one.
 */
export function injectedText({ isAutoMemory, state, trigger }: Candidate, text: string): string {
  if (isAutoMemory !== true) return trigger === 'read' ? stripComments(text) : stripComments(text).trim();
  if (state === 'on-demand') return text;
  return stripComments(text.replace(/\r\n?/g, '\n')).trim();
}
