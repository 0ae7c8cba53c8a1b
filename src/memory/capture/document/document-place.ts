/**
 * What a path says of a document: `decisions`: it stands in a directory of decisions; `named`: its own name says it is
 * one (`ADR-0007 …`, `0007-x.adr.md`); `numbered`: numbered or dated, anywhere; `proposals`: it stands among RFCs or
 * other proposals, which are decisions once they were taken. The less the path says, the more the text has to.
 */
export type DocumentPlace = 'decisions' | 'named' | 'numbered' | 'proposals';

export interface DocumentPath {
  readonly place: DocumentPlace;
  /** The number as it is spoken of, without leading zeros; undefined where the name has none, or a date. */
  readonly number?: string;
  /** The name has a number or a date in front. */
  readonly isNumbered: boolean;
  /** Directories between the file and the directory of decisions. */
  readonly depth: number;
}

const extension = /\.(?:md|mdx|markdown|mdown|mkd|adoc|asciidoc|asc|rst)$/i;

/** Compared without case, digits in front, blanks and dashes. */
const decisionDirectory =
  /^(?:adrs?|madrs?|adls?|ddrs?|[a-z]*decisions?|entscheidungen|architekturentscheidungen|decisiones|decisoes|决策|決策|決定)(?:records?|logs?|docs?|md|archived?|history|register|index)?$/;
const proposalDirectory =
  /^(?:rfcs?|rfds?|keps?|deps?|peps?|jeps?|eips?|adps?|seps?|proposals?|enhancements?|enhancementproposals|designproposals|designdocs?|designdocuments?|designs?)$/;

const foreign =
  /^\.varve\/|(?:^|\/)(?:node_modules|bower_components|vendor|third[_-]party|fixtures?|__fixtures__|testdata|__tests__|templates?|_templates?|examples?|samples?|archetypes?|boilerplates?|skeletons?|assets|images?|site-packages)\//i;

/** Names of what stands beside documents and is none. */
const besides =
  /^(?:_?index|toc|contents|table[-_ ]of[-_ ]contents|summary|overview|contributing|changelog|glossary|license|about|intro(?:duction)?|home|how[-_ ]?to.*|guidelines?|process|adrs?|decisions?|(?:adr|decision)[-_ ]?(?:log|index|list|process|guide(?:lines)?|readme|overview))$/i;
const template =
  /^(?:0+|9+|n+|x+)?[-_. ]*(?:m?adr|rfc|decisions?(?:[-_ ]records?)?|architecture[-_ ]decision[-_ ]record)?[-_. ]*(?:0+|n+|x+)?[-_. ]*(?:short|long|minimal|bare|full|nygard|madr|simple|example|sample)?[-_. ]*(?:template|vorlage|plantilla|modele|example|boilerplate)(?:[-_. ].*)?$|^(?:adr[-_ ]?)?(?:n{3,}|x{3,}|yyyy|#{2,})\b/i;

const date = /^(?:\d{4}[-_.]?\d{2}[-_.]?\d{2})(?=[-_. ]|$)/;
const numberInName =
  /^(?:\[?(?:m?adr|rfc|rfd|kep|dep|pep|eip|ddr|dr|tdr|add|edr|ad|dec|decision|proposal|record)s?)?[-_. #[]*([a-z]{0,3}-?\d{1,6})\]?(?=[-_. \]]|$)/i;
const decisionName =
  /^(?:s-)?(?:m?adr|ddr|tdr|dr|decision(?:[-_ ]record)?)s?[-_. #]*[a-z]{0,3}-?\d+(?=[-_. ]|$)|(?:^|[-_. ])m?adr$|^adr[-_. ]/i;

/** What the path says; undefined: nothing, or that it is no decision document. */
export function documentPath(path: string): DocumentPath | undefined {
  if (!extension.test(path) || foreign.test(path)) return undefined;
  const segments = path.split('/');
  const file = segments.pop() ?? '';
  const folder = segments.at(-1) ?? '';
  const own = file.replace(extension, '');
  // A directory for each document: docs/adr/0012-x/README.md.
  const isFront = /^(?:readme|index)$/i.test(own) && numberOf(folder).isNumbered;
  const name = isFront ? folder : own;
  if (/^readme$/i.test(name) || besides.test(name) || template.test(name)) return undefined;
  const parents = (isFront ? segments.slice(0, -1) : segments).map(plainSegment);
  const numbering = numberOf(name);
  const at = parents.findLastIndex((segment) => decisionDirectory.test(segment));
  const depth = parents.length - 1 - at;
  if (at >= 0) return { place: 'decisions', depth, ...numbering };
  if (decisionName.test(name)) return { place: 'named', depth: 0, ...numbering };
  if (!numbering.isNumbered) return undefined;
  const isProposal = parents.some((segment) => proposalDirectory.test(segment));
  return { place: isProposal ? 'proposals' : 'numbered', depth: 0, ...numbering };
}

function numberOf(name: string): Pick<DocumentPath, 'number' | 'isNumbered'> {
  if (date.test(name)) return { isNumbered: true };
  const number = numberInName.exec(name)?.[1];
  return number === undefined ? { isNumbered: false } : { isNumbered: true, number: plainNumber(number) };
}

/** `0012` → `12`, `D-034` → `d34`. */
export function plainNumber(number: string): string {
  return number.toLowerCase().replace(/^([a-z]*)-?0*(?=\d)/, '$1');
}

function plainSegment(segment: string): string {
  return segment
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[-_. ]/g, '')
    .replace(/^\d+/, '');
}
