/** The two texts that git put into one file with conflict marks. */
export interface MergeSides {
  readonly ours: string;
  readonly theirs: string;
}

const marks = { begin: /^<{7}(?: .*)?$/, base: /^\|{7}(?: .*)?$/, middle: /^={7}$/, end: /^>{7}(?: .*)?$/ };

/** A piece of a text: outside of a conflict, or the lines that each side has there, line ends included. */
export type MergePiece = { readonly both: string } | { readonly ours: string; readonly theirs: string };

/**
 * Takes a text with git's conflict marks apart (`merge`, `diff3` and `zdiff3` style, marks of seven signs); undefined
 * where it has none. Marks that do not pair give `unpaired`: what each side is cannot be told.
 */
export function mergePieces(text: string): readonly MergePiece[] | 'unpaired' | undefined {
  if (!text.includes('<<<<<<<') && !text.includes('>>>>>>>')) return undefined;
  const pieces: MergePiece[] = [];
  let state: 'both' | 'ours' | 'base' | 'theirs' = 'both';
  let [both, ours, theirs] = ['', '', ''];
  let isPaired = true;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const bare = line.replace(/\r?\n$/, '');
    if (state === 'both' && marks.begin.test(bare)) {
      pieces.push({ both });
      [state, both, ours, theirs] = ['ours', '', '', ''];
    } else if (state === 'ours' && marks.base.test(bare)) state = 'base';
    else if ((state === 'ours' || state === 'base') && marks.middle.test(bare)) state = 'theirs';
    else if (state === 'theirs' && marks.end.test(bare)) {
      pieces.push({ ours, theirs });
      state = 'both';
    } else if (marks.begin.test(bare) || marks.end.test(bare)) isPaired = false;
    else if (state === 'both') both += line;
    else if (state === 'ours') ours += line;
    else if (state === 'theirs') theirs += line;
  }
  if (!isPaired || state !== 'both') return 'unpaired';
  return pieces.length === 0 ? undefined : [...pieces, { both }];
}

/** Both whole texts of a file with conflict marks; undefined where there are none or they do not pair. */
export function mergeSides(text: string): MergeSides | undefined {
  const pieces = mergePieces(text);
  if (pieces === undefined || pieces === 'unpaired') return undefined;
  const side = (name: 'ours' | 'theirs'): string =>
    pieces.map((piece) => ('both' in piece ? piece.both : piece[name])).join('');
  return { ours: side('ours'), theirs: side('theirs') };
}

/** Whether git left conflict marks in the text, at the margin; in doubt (marks that do not pair) it did. */
export function hasMergeMarks(text: string): boolean {
  return mergePieces(text) !== undefined;
}
