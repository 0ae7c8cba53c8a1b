import type { HierarchyReading } from '../hierarchy/hierarchy.ts';
import { isInside, shortPath } from '../hierarchy/places.ts';
import { readRecordFiles } from '../inbox/record-files.ts';
import { Catalog, type CatalogItem } from '../search/catalog.ts';
import { fileGroup, recordGroup } from '../search/hit-group.ts';
import type { SearchHit, SearchOptions } from '../search/search.ts';
import type { OpenProject } from './open-project.ts';

/** Search over records, proposals, entries and files: reads what changed when next asked, and keeps the rest. */
export class MemorySearch {
  readonly #open: OpenProject;
  readonly #hierarchy: () => Promise<HierarchyReading>;
  readonly #catalog = new Catalog();
  #upToDate: Promise<void> | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(open: OpenProject, hierarchy: () => Promise<HierarchyReading>) {
    this.#open = open;
    this.#hierarchy = hierarchy;
  }

  /** Something changed: what is asked next is answered from the disk as it is then. */
  forget(): void {
    this.#upToDate = undefined;
  }

  async search(query: string, options: SearchOptions = {}): Promise<readonly SearchHit[]> {
    this.#upToDate ??= this.#refresh();
    await this.#upToDate;
    return options.signal?.aborted === true ? [] : this.#catalog.search(query, options);
  }

  /** One after another: the catalog is changed in stretches. */
  #refresh(): Promise<void> {
    this.#reading = this.#reading
      .catch(() => {})
      .then(async () => this.#catalog.become(await readItems(this.#open, this.#hierarchy)));
    return this.#reading;
  }
}

async function readItems(
  open: OpenProject,
  hierarchy: () => Promise<HierarchyReading>,
): Promise<readonly CatalogItem[]> {
  const { memory, archive, proposed, machineInbox } = open.places;
  const [reading, ...records] = await Promise.all([
    hierarchy(),
    recordItems(open, memory, 'record'),
    recordItems(open, archive, 'record'),
    recordItems(open, proposed, 'proposal'),
    recordItems(open, machineInbox, 'proposal'),
  ]);
  return [...records.flat(), ...fileItems(open, reading)];
}

/** The delivery file says again what the records say, so it would only answer twice. */
function fileItems({ project, places, surroundings }: OpenProject, reading: HierarchyReading) {
  const labels = { root: project.folder, homeDirectory: surroundings.homeDirectory };
  return reading.hierarchy.files.flatMap((file): readonly CatalogItem[] => {
    const parsed = reading.files.get(file.path);
    if (parsed === undefined || file.path === places.delivery) return [];
    const group = () => fileGroup(file, shortPath(file.path, labels), parsed);
    return [{ id: file.path, stamp: `${file.scope} ${file.state}`, text: parsed.text, group }];
  });
}

async function recordItems(
  { project, surroundings }: OpenProject,
  directory: string,
  kind: 'record' | 'proposal',
): Promise<readonly CatalogItem[]> {
  // In Restricted Mode nothing outside the folder is read.
  if (!surroundings.trusted && !isInside(directory, project.folder)) return [];
  const { records } = await readRecordFiles(surroundings.files, directory);
  return records.map((file) => {
    const group = () => recordGroup(file, kind);
    return { id: file.path, stamp: kind, text: file.text, group };
  });
}
