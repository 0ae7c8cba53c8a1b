import type { MemoryFile, Section } from '../file/memory-file.ts';
import type { ResolvedFile } from '../hierarchy/hierarchy.ts';
import type { RecordFile } from '../inbox/record-files.ts';
import { recordTitle } from '../record/record-parts.ts';
import { plainLine } from './excerpt.ts';
import type { SearchHit } from './search.ts';
import type { SearchDocument, SearchGroup } from './search-group.ts';

/** All of a hit but what depends on the question. */
export type HitFace = Omit<SearchHit, 'excerpt' | 'matches' | 'line' | 'score'>;

/** A piece that can be found, with the hit it becomes. */
export interface HitDocument extends SearchDocument {
  readonly face: HitFace;
  /** Zero-based line its text begins on; undefined where no line can be named. */
  readonly line: number | undefined;
}

export interface HitGroup extends SearchGroup {
  readonly documents: readonly HitDocument[];
}

const sectionMark = ' › ';

/** A memory file and its entries. `name` is its path as people read it. */
export function fileGroup(
  file: Pick<ResolvedFile, 'path' | 'scope' | 'state'>,
  name: string,
  parsed: MemoryFile,
): HitGroup {
  const { path, scope, state } = file;
  const place = { path, place: scope, state };
  const headings: string[] = [];
  const entries = entriesOf(parsed.sections, [], headings, place);
  const description = parsed.frontMatter?.values['description'];
  const about = [typeof description === 'string' ? description : '', ...headings];
  const face: HitFace = { kind: 'file', id: path, title: plainLine(name), ...place };
  // The file itself comes first: its headings speak for the entry they stand over.
  const itself = { id: 'file', title: name, text: about.join('\n'), face, line: undefined };
  return { id: path, title: '', documents: [itself, ...entries] };
}

type Place = Pick<SearchHit, 'path' | 'place' | 'state'>;

function entriesOf(
  sections: readonly Section[],
  above: readonly string[],
  headings: string[],
  place: Place,
): readonly HitDocument[] {
  return sections.flatMap((section) => {
    const path = section.title === '' ? above : [...above, section.title];
    if (section.title !== '') headings.push(section.title);
    const shown = path.map(plainLine).join(sectionMark);
    const own = section.entries.map((entry): HitDocument => {
      const face: HitFace = {
        kind: 'entry',
        id: `${place.path}#${entry.id}`,
        title: plainLine(entry.label),
        ...(shown === '' ? {} : { section: shown }),
        ...place,
      };
      return { id: entry.id, context: path.join('\n'), text: entry.text, face, line: entry.line };
    });
    return [...own, ...entriesOf(section.sections, path, headings, place)];
  });
}

/** A record, or one that awaits review. */
export function recordGroup({ path, text, record }: RecordFile, kind: 'record' | 'proposal'): HitGroup {
  const face: HitFace = {
    kind,
    id: record.id,
    title: plainLine(recordTitle(record)) || record.name,
    path,
    place: record.kind,
    state: kind === 'proposal' ? 'proposed' : record.status,
  };
  const { kind: recordKind, description, body } = record;
  const isBare = body.trim() === '';
  const lines = text.replace(/\r\n?/g, '\n');
  const start = isBare ? lines.search(/^description:/m) : lines.lastIndexOf(body);
  const line = start < 0 ? undefined : lines.slice(0, start).split('\n').length - 1;
  const title = `${recordKind} ${description}`;
  const document = { id: 'record', title, text: isBare ? description : body, face, line };
  return { id: path, title: '', documents: [document] };
}
