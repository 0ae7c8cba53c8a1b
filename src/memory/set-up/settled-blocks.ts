import { type MergePiece, mergePieces } from '../record/merge-marks.ts';
import type { BlockStyle } from './managed-block.ts';
import { deliveryAttributesLines, excludeLines, pointerLines } from './set-up-texts.ts';

/** ASCII, so they read the same in Latin-1. */
const ownLines: ReadonlySet<string> = new Set([...pointerLines, ...deliveryAttributesLines, ...excludeLines]);

/**
 * A file in which two set-ups met, with those conflicts settled that are about nothing but lines of Varve's block: the
 * side that names the project, of two that do (or do not) the smaller. Undefined where there is none such; conflicts
 * in hand-written text stay, marks and all.
 */
export function settledBlocks(text: string, style: BlockStyle, project: string): string | undefined {
  const pieces = mergePieces(text);
  if (pieces === undefined || pieces === 'unpaired') return undefined;
  let isSettled = false;
  const out = pieces.map((piece) => {
    if ('both' in piece) return piece.both;
    const side = ownSide(piece, style, project);
    isSettled ||= side !== undefined;
    return side ?? withMarks(piece);
  });
  return isSettled ? out.join('') : undefined;
}

type Conflict = Exclude<MergePiece, { readonly both: string }>;

function ownSide({ ours, theirs }: Conflict, style: BlockStyle, project: string): string | undefined {
  // An empty side took the block out or never had it: whether it is wanted is for a person to say.
  if (![ours, theirs].every((side) => side !== '' && isOwn(side, style))) return undefined;
  const named = [ours, theirs].filter((side) => side.includes(`project=${project} `));
  return [...(named.length === 0 ? [ours, theirs] : named)].sort()[0];
}

function isOwn(side: string, style: BlockStyle): boolean {
  const begin = style === 'html' ? /^<!-- varve:begin v=1 [^<>]*-->$/ : /^# varve:begin v=1 .*$/;
  const end = style === 'html' ? '<!-- varve:end -->' : '# varve:end';
  return side
    .split(/\r?\n/)
    .every((line) => line === '' || line === end || begin.test(line) || ownLines.has(line));
}

/** The names of the sides are not kept: what was settled beside them is told by the check. */
function withMarks({ ours, theirs }: Conflict): string {
  return `<<<<<<< ours\n${ours}=======\n${theirs}>>>>>>> theirs\n`;
}
