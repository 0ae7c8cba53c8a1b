import type { Standing } from '../../record/record.ts';
import { isStatement, outcomeOf } from './document-outcome.ts';
import { type DocumentPath, documentPath } from './document-place.ts';
import { type DocumentReference, relationsOf } from './document-references.ts';
import { isChoice, standingOf, statusTexts } from './document-standing.ts';
import { type DocumentText, readDocumentText } from './document-text.ts';
import { isPlaceholder, titleOf, writtenTitle } from './document-title.ts';
import { isLabelled, type Label } from './document-words.ts';

/** A decision document as its text tells it: pure, never throws. */
export interface DecisionDocument {
  readonly path: string;
  /** As it is spoken of, without leading zeros: `12`. */
  readonly number?: string;
  /** Its own title, without number and kind. */
  readonly title: string;
  readonly standing?: Standing;
  readonly supersedes: readonly DocumentReference[];
  readonly supersededBy: readonly DocumentReference[];
  readonly what?: string;
  readonly why?: string;
  readonly considered?: string;
}

const largest = 512 * 1024;

/** The decision that a file is; undefined where path or text say it is none, or only a form to fill in. */
export function readDecisionDocument(path: string, text: string): DecisionDocument | undefined {
  const place = documentPath(path);
  if (text.length > largest || (place === undefined && !isPlainName(path))) return undefined;
  const read = readDocumentText(path, text);
  const title = titleOf(read, path);
  const standing = standingOf(read, path, writtenTitle(read));
  if (title === '' || isPlaceholder(title) || isForm(read)) return undefined;
  if (!isDecision(read, place, standing)) return undefined;
  const number = place?.number ?? numberInTitle(writtenTitle(read));
  return {
    path,
    title,
    ...relationsOf(read, path),
    ...outcomeOf(read),
    ...(number === undefined ? {} : { number }),
    ...(standing === undefined ? {} : { standing }),
  };
}

/** Any document may be one by its text alone; not those that every repository has. */
function isPlainName(path: string): boolean {
  return (
    /\.(?:md|markdown|adoc|rst)$/i.test(path) &&
    !/(?:^|\/)(?:readme|index|changelog|contributing|[^/]*template[^/]*)\.\w+$/i.test(path) &&
    !/^\.varve\/|(?:^|\/)(?:node_modules|vendor|third_party|fixtures?|testdata|templates?|examples?|__tests__)\//i.test(
      path,
    )
  );
}

function isDecision(
  text: DocumentText,
  place: DocumentPath | undefined,
  standing: Standing | undefined,
): boolean {
  const has = (label: Label): boolean =>
    text.sections.some(({ heading }) => isLabelled(heading, label)) ||
    text.fields.some(({ name }) => isLabelled(name, label));
  const decides = has('decision') || isStatement(text);
  const around = (['context', 'consequences', 'options', 'reason'] as const).filter(has).length;
  const points = (standing === undefined ? 0 : 1) + (decides ? 1 : 0) + Math.min(2, around);
  switch (place?.place) {
    case 'decisions':
      if (place.isNumbered) return points > 0 || hasProse(text);
      return place.depth > 1 ? points >= 2 : points >= 1 && (decides || standing !== undefined);
    case 'named':
      return points > 0;
    case 'numbered':
      return decides && points >= 3;
    case 'proposals':
      return standing !== undefined && standing !== 'proposed' && (decides || around > 0);
    case undefined:
      return decides && standing !== undefined && points >= 4;
  }
}

function hasProse(text: DocumentText): boolean {
  const lines = text.sections.flatMap(({ lines: own }) => own).filter((line) => line.trim() !== '');
  const links = lines.filter((line) => /^\s*[-*+|].*\]\([^)]*\.(?:md|adoc|rst)\)/.test(line)).length;
  return lines.join(' ').length >= 60 && links * 2 < lines.length;
}

/** A template under another name: its status is still a choice, or its text is made of placeholders. */
function isForm(text: DocumentText): boolean {
  const states = statusTexts(text);
  const isOpen =
    states.length > 0 &&
    states.every(
      (state) =>
        isChoice(state) ||
        /^[\s>*_]*(?:what is the status|assign one of|\[.*\]\s*$|\{.*\}\s*$|<.*>\s*$)/i.test(state),
    );
  if (isOpen && states.some((state) => state.trim() !== '')) return true;
  const lines = text.sections.flatMap(({ lines: own }) => own).filter((line) => line.trim() !== '');
  const blanks = lines.filter((line) =>
    /^\s*(?:[-*>]\s*)?(?:\{[^}]+\}|\[[^\]]+\](?!\()|<[^>]+>)[.…\s]*$/.test(line),
  ).length;
  return blanks >= 3 && blanks * 2 > lines.length;
}

function numberInTitle(title: string): string | undefined {
  const found =
    /^(?:\[?(?:m?adr|decision(?: record)?|rfc|kep|dr)[-_ .#]*)?([a-z]{0,2}-?\d{1,5})(?:[\].:)]|\s*[-–—|])/i.exec(
      title,
    )?.[1];
  return found?.toLowerCase().replace(/^([a-z]*)-?0*(?=\d)/, '$1');
}
