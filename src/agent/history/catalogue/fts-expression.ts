import { spaced } from './index-document.ts';
import type { QueryTerm } from './session-query.ts';

/**
 * A term as an FTS5 string: nothing in it has a meaning to FTS5, whatever was typed. The index parts it into words as
 * it parts texts, and they must follow one another.
 */
export function ftsTerm({ text, isBeginning }: QueryTerm): string {
  // FTS5 reads up to the first NUL.
  const quoted = spaced(text).replaceAll('\0', ' ').replaceAll('"', '""');
  return `"${quoted}"${isBeginning ? '*' : ''}`;
}

export function ftsExpression(terms: readonly QueryTerm[]): string {
  return terms.map(ftsTerm).join(' AND ');
}
