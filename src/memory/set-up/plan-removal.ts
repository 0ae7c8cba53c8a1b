import { basename, relative } from 'node:path';
import type { FileChange } from '../ledger/operation.ts';
import { parseProjectConfig } from '../project/project-config.ts';
import { isDelivery, privateDelivery, renderDelivery } from '../record/delivery.ts';
import type { MemoryRecord } from '../record/record.ts';
import { parseRecord } from '../record/record-file.ts';
import { type BlockStyle, blockDiffers, blockState, withoutBlock } from './managed-block.ts';
import type { SetUpPlan, SetUpSnapshot } from './plan-set-up.ts';
import { type SetUpFiles, type SetUpOptions, type SetUpPlaces, setUpFiles } from './set-up-places.ts';
import { attributesText, deliveryAttributesLines, excludeLines, pointerLines } from './set-up-texts.ts';

export interface RemovalInput {
  readonly places: SetUpPlaces;
  /** Holds `setUpTargets(places)` and every file below `.varve`. */
  readonly snapshot: SetUpSnapshot;
  readonly place: SetUpOptions['place'];
  readonly realPaths?: ReadonlyMap<string, string>;
}

export interface RemovalPlan extends SetUpPlan {
  /** Directories to remove afterwards where they are empty, the deepest first. */
  readonly directories: readonly string[];
}

interface Step {
  readonly changes: readonly FileChange[];
  readonly notes: readonly string[];
}

/**
 * The inverse of set-up, from the bytes on disk alone: it works in another clone and after hand edits. What set-up and
 * later work of Varve wrote goes; hand-written text stays to the byte. Private records stay on this machine.
 */
export function planRemovalChanges(input: RemovalInput): RemovalPlan {
  const { places, snapshot, place } = input;
  const files = setUpFiles(places, place);
  const project = projectOf(snapshot, files);
  const steps = [
    place === 'repository' ? repositoryStep(snapshot, files) : privateStep(snapshot, files),
    deliveryStep(input, files),
    blockStep(input, files.deliveryAttributes, 'hash', project, deliveryAttributesLines),
    blockStep(input, files.agents, 'html', project, pointerLines),
    ...(places.exclude === undefined
      ? []
      : [blockStep(input, places.exclude, 'hash', project, excludeLines)]),
  ];
  return {
    title: 'Remove Varve from this workspace',
    changes: steps.flatMap((step) => step.changes),
    notes: steps.flatMap((step) => step.notes),
    directories: directoriesOf(places, files, place),
  };
}

function projectOf(snapshot: SetUpSnapshot, files: SetUpFiles): string | undefined {
  const bytes = snapshot.get(files.config) ?? null;
  if (bytes === null) return undefined;
  const parsed = parseProjectConfig(new TextDecoder().decode(bytes));
  if (parsed.kind === 'config') return parsed.config.id;
  return parsed.kind === 'newer' ? parsed.id : undefined;
}

const recordFile =
  /^(?:memory|archive|proposed)\/(?:.*\/)?(?:[a-z]+-[a-z0-9-]*-[0-9a-z]{6}\.md|[0-9A-HJKMNP-TV-Z]{26}\.json)$/;
const evidenceFile = /^evidence\/[0-9A-HJKMNP-TV-Z]{26}\.json$/;
const scaffold =
  /^(?:config\.json|\.gitattributes|memory\/MEMORY\.md|(?:memory|archive|proposed|evidence)\/\.keep)$/;

/** Everything in `.varve` that Varve made; what somebody put there by hand stays. */
function repositoryStep(snapshot: SetUpSnapshot, files: SetUpFiles): Step {
  const inside = [...snapshot]
    .map(([path, bytes]) => ({ path, bytes, name: relative(files.base, path).replaceAll('\\', '/') }))
    .filter((file) => file.bytes !== null && !file.name.startsWith('../') && file.name !== '..');
  const isOwn = (name: string): boolean =>
    scaffold.test(name) || recordFile.test(name) || evidenceFile.test(name);
  const own = inside.filter((file) => isOwn(file.name));
  const kept = inside.filter((file) => !isOwn(file.name));
  const accepted = acceptedIn(snapshot, files).length;
  const notes: string[] = [];
  if (accepted > 0) {
    const records = accepted === 1 ? 'One accepted record leaves' : `${accepted} accepted records leave`;
    notes.push(
      `${records} the working tree; undo brings them back, and so does git where they were committed.`,
    );
  }
  if (kept.length > 0) {
    notes.push(
      `Left in .varve, because Varve did not make it: ${kept
        .map((file) => file.name)
        .sort()
        .join(', ')}.`,
    );
  }
  const attributes = snapshot.get(files.attributes) ?? null;
  if (attributes !== null && plainText(attributes) !== attributesText) {
    notes.push('.varve/.gitattributes was edited by hand; it goes with the directory.');
  }
  const changes = own.map((file) => ({ path: file.path, before: file.bytes, after: null }));
  return { changes: changes.sort((a, b) => (a.path < b.path ? -1 : 1)), notes };
}

/** The records of private mode have no git to bring them back, so only what marks the set-up goes. */
function privateStep(snapshot: SetUpSnapshot, files: SetUpFiles): Step {
  const marks = [files.config, files.index, ...files.keep];
  const changes = marks.flatMap((path): readonly FileChange[] => {
    const before = snapshot.get(path) ?? null;
    return before === null ? [] : [{ path, before, after: null }];
  });
  return {
    changes,
    notes: [`Your private records stay in ${files.base}; “varve purge” removes them for good.`],
  };
}

function acceptedIn(snapshot: SetUpSnapshot, files: SetUpFiles): readonly MemoryRecord[] {
  return [...snapshot].flatMap(([path, bytes]) => {
    const name = relative(files.base, path).replaceAll('\\', '/');
    if (bytes === null || !/^memory\/[^/]+\.md$/.test(name) || name === 'memory/MEMORY.md') return [];
    const parsed = parseRecord(basename(path), new TextDecoder().decode(bytes));
    return parsed.ok && parsed.value.status === 'accepted' ? [parsed.value] : [];
  });
}

function deliveryStep(input: RemovalInput, files: SetUpFiles): Step {
  const before = input.snapshot.get(files.delivery) ?? null;
  if (before === null) return { changes: [], notes: [] };
  const text = plainText(before);
  if (!isDelivery(text)) {
    return { changes: [], notes: ['.claude/rules/varve.md was not written by Varve, so it stays.'] };
  }
  const options = input.place === 'repository' ? undefined : privateDelivery(files.base);
  const isEdited = text !== renderDelivery(acceptedIn(input.snapshot, files), options);
  const note =
    '.claude/rules/varve.md does not hold what the records say now: edited by hand or out of date; it goes with the rest.';
  return { changes: [{ path: files.delivery, before, after: null }], notes: isEdited ? [note] : [] };
}

function blockStep(
  input: RemovalInput,
  path: string,
  style: BlockStyle,
  project: string | undefined,
  lines: readonly string[],
): Step {
  const before = input.snapshot.get(path) ?? null;
  const name = basename(path);
  const state = blockState(before, style, project);
  if (state === 'broken') {
    return {
      changes: [],
      notes: [`${name} has the begin of a Varve block without its end; take the rest out by hand.`],
    };
  }
  if (before === null || state !== 'present') return { changes: [], notes: [] };
  const note = `The text between Varve’s marks in ${name} was edited by hand; it goes with the block.`;
  const change = {
    path: input.realPaths?.get(path) ?? path,
    before,
    after: withoutBlock(before, style, project),
  };
  return { changes: [change], notes: blockDiffers(before, style, lines) ? [note] : [] };
}

function directoriesOf(
  places: SetUpPlaces,
  files: SetUpFiles,
  place: SetUpOptions['place'],
): readonly string[] {
  const below = place === 'repository' ? ['memory', 'archive', 'proposed', 'evidence'] : [];
  const rules = files.delivery.slice(0, -'/varve.md'.length);
  const own = below.map((name) => `${files.base}/${name}`);
  const claude = rules.slice(0, -'/rules'.length);
  return [
    ...own,
    ...(place === 'repository' ? [files.base] : []),
    rules,
    ...(claude === places.root ? [] : [claude]),
  ];
}

/** As text with line feeds, whatever git's conversion made of it. */
function plainText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\r\n/g, '\n');
}
