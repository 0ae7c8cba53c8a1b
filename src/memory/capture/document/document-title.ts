import { basename, dirname } from 'node:path/posix';
import type { DocumentText, Section } from './document-text.ts';
import { isLabelled, type Label, labels, plainLabel } from './document-words.ts';

/** Kinds of records that a title may open with, and the number of this one. */
const opening =
  /^(?:\[?(?:(?:architecture|architectural|any|technical|design|engineering|lightweight)\s+)?(?:decision|design)\s+(?:records?|documents?|logs?)|\[?decision|\[?m?adr|\[?rfc|\[?rfd|\[?kep|\[?dep|\[?pep|\[?eip|\[?ddr|\[?tdr|\[?dr|\[?edr|\[?ad)(?:\b|(?=\d))\s*(?:\((?:m?adr|lad?r)\))?\s*(?:(?:no\.?|nr\.?|number|№|#)\s*)?[-_.#\s]*(?:[a-z]{0,4}-?\d+\b)?\]?\s*(?:[:：|.)–—-]+\s*|\s+(?=\S)|$)/i;
const number =
  /^(?:\[?[#№]?\s*(?:[A-Z]{1,5}-)?\d{1,6}\]?\s*(?:[.:：)|–—-]+\s+|[.:：)|](?=\S)|\s+)|\d{4}-\d{2}-\d{2}\s*[:–—-]?\s+)(?=\S)/;
const generic =
  /^(?:(?:architecture|architectural|technical|design)\s+)?(?:decision(?:s)?(?:\s+(?:record|log|document))?s?|m?adr|record|title|titel|untitled|document)(?:\s*\(?m?adrs?\)?)?$/i;

/** The title as a person says it, without number and kind. Empty where the document has none. */
export function titleOf(text: DocumentText, path: string): string {
  const [head, ...sections] = text.sections;
  const own = sections.filter(({ heading }) => !isKnown(heading));
  const first = sections.find(({ depth }) => depth === 1);
  const candidates = [
    first === undefined || isKnown(first.heading) ? '' : first.heading,
    fieldOf(text, /^(?:title|titel|titre|título|标题|タイトル|dct title)$/u),
    textOf(sections.find(({ heading }) => isLabelled(heading, 'title'))),
    own[0] !== undefined && sections.indexOf(own[0]) === 0 ? own[0].heading : '',
    titleOfSecond(first, own),
    firstLine(head),
    fromName(path),
  ];
  return candidates.map(plainTitle).find((title) => title !== '' && !generic.test(title)) ?? '';
}

/** As written in the document, marks such as `[superseded]` included. */
export function writtenTitle(text: DocumentText): string {
  return text.sections.find(({ depth }) => depth === 1)?.heading ?? '';
}

function isKnown(heading: string): boolean {
  const plain = plainLabel(heading);
  return (Object.keys(labels) as Label[])
    .filter((label) => label !== 'title')
    .some((label) => labels[label].test(plain));
}

/** Below a heading that only says what kind of document this is, the next one names the matter. */
function titleOfSecond(first: Section | undefined, own: readonly Section[]): string {
  if (first === undefined || plainTitle(first.heading) === '' || generic.test(plainTitle(first.heading)))
    return own.find((section) => section !== first)?.heading ?? '';
  return '';
}

function fieldOf(text: DocumentText, name: RegExp): string {
  return text.fields.find((field) => name.test(field.name) && field.value !== '')?.value ?? '';
}

function textOf(section: Section | undefined): string {
  return section?.lines.find((line) => line.trim() !== '')?.trim() ?? '';
}

/** Text that begins without a heading: a short first line is one. */
function firstLine(head: Section | undefined): string {
  const line = textOf(head);
  return line.length < 100 && /^(?:\**)(?:adr|\d+[.:])/i.test(line) ? line : '';
}

function fromName(path: string): string {
  const stem = basename(path).replace(/\.[a-z]+$/i, '');
  const name = /^(?:readme|index)$/i.test(stem) ? basename(dirname(path)) : stem;
  const words = name
    .replace(/^(?:m?adr|rfc|kep)?[-_. #]*(?:\d{4}-?\d{2}-?\d{2}|\d+)[-_. ]*/i, '')
    .replace(/\.adr$/i, '')
    .replace(/[-_.]+/g, ' ')
    .trim();
  return words === '' ? '' : words.charAt(0).toUpperCase() + words.slice(1);
}

function plainTitle(heading: string): string {
  const bare = heading
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/~~|\*\*|__/g, '')
    .replace(
      /\s*[[(]\s*(?:superseded|superceded|deprecated|rejected|accepted|proposed|draft|obsolete|withdrawn|wip)\b[^\])]*[\])]\s*$/i,
      '',
    )
    .replace(/^(?:superseded|deprecated|rejected)\s*[:–—-]\s*/i, '')
    .replace(/\s+/g, ' ')
    .trim();
  const unlabelled = bare.replace(opening, '');
  const named = unlabelled.replace(number, '').replace(/^(?:titel|title|titre|título)\s*[:：]\s*/i, '');
  // "Decision log" and "ADR 7" are nothing but their kind; a lone number is no title.
  const title = named.trim();
  return /^[\d.#\s-]*$/.test(title) ? '' : title.replace(/^["“'](.*)["”']$/, '$1').trim();
}

/** What stands in a template for a title. */
export function isPlaceholder(title: string): boolean {
  return (
    /^[[{<(].*[\]}>)]$|\{\{?[^}]*\}\}?|^<.*>|\[[^\]]*(?:title|titel|name|decision|problem|description)[^\]]*\]|\bNNNN?\b|\bX{3,}\b|\bYYYY\b/i.test(
      title,
    ) ||
    /^(?:short title|title|adr title|your title|name of the decision|decision title|insert title|template|titre|título|titel|noun[- ]phrase)\b(?:\s*(?:of|here|of (?:the )?(?:solved )?problem.*|goes here.*))?$/i.test(
      title,
    ) ||
    /^(?:short title of|short noun phrase|descriptive title|template for|.*\btemplate$)/i.test(title)
  );
}
