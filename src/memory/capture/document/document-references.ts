import { dirname, join } from 'node:path/posix';
import { plainNumber } from './document-place.ts';
import type { DocumentText, Section } from './document-text.ts';
import { isLabelled } from './document-words.ts';

/** Another decision as a document names it; the first that is there says the most. */
export interface DocumentReference {
  /** From the root of the repository. */
  readonly path?: string;
  readonly number?: string;
  readonly title?: string;
  /** The file's name without its ending. */
  readonly stem?: string;
  /** Only a part of it: the other one stays in force. */
  readonly partly?: boolean;
}

export interface DocumentRelations {
  readonly supersedes: readonly DocumentReference[];
  readonly supersededBy: readonly DocumentReference[];
}

const passive =
  /(?:(?:(?:partially|partly)\s+)?(?:super[cs]ee?ded|replaced|obsoleted|overridden|overruled|deprecated)(?:[-_ ](?:by|in favou?r of|with|through)\b|\s*(?=[:[]))|(?:ersetzt|abgelöst|überholt)\s+(?:durch|von)|(?:remplacée?|supplantée?)\s+par|(?:reemplazad[oa]|sustituid[oa]|superad[oa]|substituíd[oa])\s+(?:por|pel[ao])|sostituit[oa]\s+da|vervangen\s+door|(?:已)?被(?=.{0,80}(?:取代|替代|替换))|由(?=.{0,80}(?:取代|替代|替换))|(?=\S.{0,80}(?:に|によ(?:って|り))(?:置き換え|上書き|差し替え))|(?:заменен\p{L}*|заменён)\s+(?:на)?|zastąpion\p{L}*\s+przez)\s*[:：]?\s*/iu;
const active =
  /(?:super[cs]ee?d(?:es|ing|s)|replaces|replacing|obsoletes|overrides|ersetzt(?!\s+(?:durch|von)\b)|löst(?=.{0,80}\bab\b)|(?<!\p{L})remplace(?!\p{L})|reemplaza(?: a)?(?!\p{L})|sustituye(?: a)?|substitui(?!\p{L})|sostituisce|vervangt|(?<!被.{0,60}|由.{0,60}|已)(?:取代|替代|替换)|置き換え対象|заменяет|zastępuje)\s*[:：]?\s*/iu;

/** The fields whose value is nothing but references. */
const passiveField =
  /^(?:superseded[-_ ]?by|superceded[-_ ]?by|replaced[-_ ]?by|obsoleted[-_ ]?by|ersetzt durch|abgelöst durch|remplacée? par|reemplazad[oa] por|sustituid[oa] por|substituíd[oa] por|被取代|被替代|取代者|後継|置き換え先)(?: .*)?$/iu;
const activeField =
  /^(?:supersed(?:es|ing)|supercedes|replaces|obsoletes|ersetzt|remplace|reemplaza(?: a)?|sustituye(?: a)?|substitui|取代|替代|置き換え|置き換え対象)(?: (?:adrs?|decisions?))?$/iu;
/** `supersedes:` with lists of documents by kind below: only decisions count. */
const otherKinds = / (?:rfcs?|guides?|rules?|projects?)$/;

const inPart =
  /\b(?:in part|partial(?:ly)?|partly|only|portions?|parts? of|some (?:aspects|parts)|aspects of|sections?|clause|teilweise|partiellement|parcialmente)\b|§|部分|一部/i;

/** Which decisions it takes the place of, and which took its own; written as links, numbers, file names or titles. */
export function relationsOf(text: DocumentText, path: string): DocumentRelations {
  const supersedes: DocumentReference[] = [];
  const supersededBy: DocumentReference[] = [];
  for (const { name, value } of text.fields) {
    if (passiveField.test(name)) supersededBy.push(...referencesIn(value, path, true));
    else if (activeField.test(name) && !otherKinds.test(name))
      supersedes.push(...referencesIn(value, path, true));
  }
  for (const [index, section] of text.sections.entries()) {
    const isTelling =
      index < 2 || isLabelled(section.heading, 'status') || isLabelled(section.heading, 'links');
    const heading = relationHeading(section, path);
    supersedes.push(...heading.supersedes);
    supersededBy.push(...heading.supersededBy);
    for (const statement of statementsOf(section)) {
      const found = relationIn(statement, path, isTelling);
      supersedes.push(...found.supersedes);
      supersededBy.push(...found.supersededBy);
    }
  }
  for (const { name, value } of text.fields.filter((field) => isLabelled(field.name, 'status')))
    supersededBy.push(...relationIn(`${name}: ${value}`, path, true).supersededBy);
  return { supersedes: distinct(supersedes), supersededBy: distinct(supersededBy) };
}

/** `### Supersedes` with the references below it. */
function relationHeading(section: Section, path: string): DocumentRelations {
  const name = section.heading
    .replace(/[:：]\s*$/, '')
    .trim()
    .toLowerCase();
  const references = (): readonly DocumentReference[] =>
    section.lines.slice(0, 20).flatMap((line) => referencesIn(line, path, false));
  return {
    supersedes: activeField.test(name) ? references() : [],
    supersededBy: passiveField.test(name) ? references() : [],
  };
}

/** Sentences and list items; a reference may stand on the line after its verb. */
function statementsOf(section: Section): readonly string[] {
  const joined = section.lines.join('\n').replace(/\n(?!\s*\n|\s*(?:[-*+•>|]|\d+[.)])\s|\s*\*\*|:\w)/g, ' ');
  return joined.split(/\n+|(?<=(?<!\d)[.;。])\s+(?=[A-ZÄÖÜ*_])/);
}

const none: DocumentRelations = { supersedes: [], supersededBy: [] };

function relationIn(statement: string, path: string, isTelling: boolean): DocumentRelations {
  const text = statement.replace(/~~.*?~~/g, '').slice(0, 2_000);
  if (
    /\b(?:may|might|could|should|would|must|can|will|if|when|until|unless)\b[^.]{0,30}\b(?:be )?(?:supers|replac)/i.test(
      text,
    )
  )
    return none;
  const isOwn = /^\W*(?:\w+\W+){0,3}?this\b|^\W*(?:supers|diese|cette?|esta?|本|この)/i.test(text);
  const by = passive.exec(text);
  if (by !== null && (isTelling || isOwn)) {
    const rest = by[0] === '' ? text : text.slice(by.index + by[0].length);
    return { supersedes: [], supersededBy: referencesIn(rest, path, false, isPart(text, by.index)) };
  }
  const of = active.exec(text);
  if (of === null || (by !== null && !isTelling)) return none;
  const isOfThis = isTelling
    ? /^\W*(?:(?:\w|[()'-])+\W+){0,6}$/u.test(text.slice(0, of.index)) || isOwn
    : isOwn;
  if (!isOfThis) return none;
  // After "ersetzt", "replaces": a product, unless it is named as a decision.
  const references =
    /^löst/i.test(of[0]) || /^(?:取代|替代|替换)/.test(of[0])
      ? referencesIn(text.slice(of.index + of[0].length) || text, path, false, isPart(text, of.index))
      : referencesIn(text.slice(of.index + of[0].length), path, false, isPart(text, of.index));
  return { supersedes: references, supersededBy: [] };
}

function isPart(text: string, at: number): boolean {
  return (
    inPart.test(text.slice(0, at)) ||
    /^.{0,160}?\b(?:in part|partial(?:ly)?|some aspects|only\b)|§/i.test(
      text.slice(at).replace(/\]\([^)]*\)/g, ']'),
    )
  );
}

const nothing =
  /^[\s"'(]*(?:none|no|n\/?a|not applicable|null|nil|nothing|tbd|~|[-–—]+|keine?|aucune?|ningun[oa]|nenhum[a]?|无|無|なし)?[\s"').]*$/i;
const token =
  /\[\[([^\]|]+)(?:\|[^\]]*)?\]\]|\[((?:[^[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]+)>?[^)]*\)|\[([^\]]+)\]\[[^\]]*\]|(?:xref|link):([^[\s]+)\[([^\]]*)\]|<<([^,>]+)(?:,([^>]*))?>>|:(?:ref|doc):`(?:([^<`]*)<)?([^>`]+)>?`|`([^`\s]+\.(?:md|adoc|rst|markdown|mdx))`|((?:[\w.-]+\/)*[\w-]*\d[\w.-]*\.(?:md|adoc|rst|markdown|mdx))|(?<![\p{L}\p{N}./-])([\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+){2,})(?![\p{L}\p{N}]|\.\w)|\b(?:m?adr|rfc|rfd|kep|dep|decision|dr|dec|record)s?\s*(?:no\.?\s*|nr\.?\s*|#)?[-_ .]*([a-z]{0,3}-?\d+)\b|(?<![\w./-])#(\d+)\b|(?<![\p{L}\p{N}./#§-])(\d{1,6})(?:\.\s+([\p{L}"“][^,;|]*)|(?![\p{L}\p{N}.:/-]|\s*(?:%|x\b)))|["“]([^"”]{4,120})["”]/giu;

/** The decisions a text names, up to its end. A value that is nothing but references may also be a title or a number. */
function referencesIn(
  text: string,
  path: string,
  isValue: boolean,
  partly = false,
): readonly DocumentReference[] {
  if (nothing.test(text)) return [];
  const found: DocumentReference[] = [];
  const marked = partly || (isValue && inPart.test(text)) ? { partly: true } : {};
  // What follows the references in a sentence speaks of something else.
  const reach = isValue
    ? text
    : text.replace(/\s(?:because|since|which|as it|while|but|weil|car|porque)\s.*$/i, '');
  for (const match of reach.matchAll(token)) {
    // A lone number in a sentence is a decision only right after the verb, or in a list of such.
    const before = reach.slice(0, match.index).replace(/\b(?:and|und|et|adrs?)\b/gi, '');
    const reference = referenceOf(match, path, !isValue && /\p{L}{3,}/u.test(before));
    if (reference !== undefined) found.push({ ...reference, ...marked });
    if (found.length === 20) break;
  }
  const title = text.replace(/^[\s"'“”*_:]+|[\s"'“”*_.]+$/g, '');
  if (found.length === 0 && isValue && /\p{L}/u.test(title) && title.length <= 120)
    return [{ title, ...marked }];
  return found;
}

function referenceOf(match: RegExpMatchArray, path: string, isProse: boolean): DocumentReference | undefined {
  const [
    ,
    wiki,
    text,
    href,
    loose,
    xref,
    xrefText,
    anchor,
    anchorText,
    roleText,
    role,
    code,
    file,
    slug,
    number,
    hash,
    bare,
    after,
    quoted,
  ] = match;
  if (href !== undefined) return linked(text ?? '', href, path);
  if (xref !== undefined) return linked(xrefText ?? '', xref, path);
  if (role !== undefined) return named(`${roleText ?? ''} ${role}`, role);
  if (anchor !== undefined) return named(`${anchorText ?? ''} ${anchor}`, anchor);
  if (wiki !== undefined) return /\.\w+$/.test(wiki) ? linked('', wiki, path) : named(wiki, wiki);
  if (loose !== undefined) return named(loose, loose);
  const local = code ?? file;
  if (local !== undefined) return linked('', local, path);
  if (slug !== undefined) return ofSlug(slug);
  const digits = number ?? hash;
  if (digits !== undefined) return { number: plainNumber(digits) };
  if (bare !== undefined)
    return isProse || isDateOrYear(bare, match)
      ? undefined
      : { number: plainNumber(bare), ...(after === undefined ? {} : { title: after.trim() }) };
  if (quoted !== undefined) return { title: quoted };
  return undefined;
}

/** The name of a file without its ending; a date is none. */
function ofSlug(slug: string): DocumentReference | undefined {
  if (!/\p{L}/u.test(slug)) return undefined;
  const isDated = /^\d{4}-?\d{2}-?\d{2}/.test(slug);
  const words = named(slug, slug);
  return isDated
    ? { stem: slug, title: slug.replace(/^[\d-]+/, '').replace(/[-_]/g, ' ') }
    : { ...words, stem: slug };
}

/** "on 2026-05-19", "2020": no decision of that number. */
function isDateOrYear(digits: string, match: RegExpMatchArray): boolean {
  const rest = (match.input ?? '').slice(
    (match.index ?? 0) + digits.length,
    (match.index ?? 0) + digits.length + 3,
  );
  return /^[-/.]\d/.test(rest) || /^(?:19|20)\d{2}$/.test(digits);
}

function linked(text: string, href: string, path: string): DocumentReference | undefined {
  const target = decoded(href.replace(/[#?].*$/, ''));
  const own = named(text, text);
  if (/^[a-z]+:\/\//i.test(target)) {
    const file = /\/(?:blob|tree|src\/branch|-\/blob|raw)\/[^/]+\/(.+)$/.exec(target)?.[1];
    return file === undefined ? own : { ...own, path: file };
  }
  if (target === '') return own;
  const resolved = target.startsWith('/') ? target.slice(1) : join(dirname(path), target);
  return { ...own, path: resolved };
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** A number where the words have one, and the rest as a title. */
function named(words: string, whole: string): DocumentReference | undefined {
  const number =
    /(?:^|[^\p{L}\p{N}])(?:m?adr|rfc|kep|dep|decision|dr|dec)?[-_ .#]*([a-z]{0,2}-?\d{1,6})(?=$|[^\p{N}])/iu.exec(
      words,
    )?.[1];
  const title = whole
    .replace(/^\W*(?:m?adr|rfc|kep|dep|decision|dr)?[-_ .#]*[a-z]{0,2}-?\d+\W*/iu, '')
    .replace(/[-_]/g, ' ')
    .trim();
  if (number === undefined && title === '') return undefined;
  return {
    ...(number === undefined ? {} : { number: plainNumber(number) }),
    ...(title === '' ? {} : { title }),
  };
}

function distinct(references: readonly DocumentReference[]): readonly DocumentReference[] {
  const seen = new Map<string, DocumentReference>();
  for (const reference of references) {
    const key = reference.path ?? reference.stem ?? reference.number ?? reference.title ?? '';
    if (key !== '' && !seen.has(key)) seen.set(key, reference);
  }
  return [...seen.values()];
}
