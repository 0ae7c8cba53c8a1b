import { basename } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import type { FileChange } from '../ledger/operation.ts';
import { parseProjectConfig, renderProjectConfig } from '../project/project-config.ts';
import { recordKinds } from '../project/record-kind.ts';
import { deliveryMark, privateDelivery, renderDelivery } from '../record/delivery.ts';
import { renderIndex } from '../record/memory-index.ts';
import type { MemoryRecord } from '../record/record.ts';
import { type BlockStyle, blockState, withBlock } from './managed-block.ts';
import {
  claudeFiles,
  type SetUpFiles,
  type SetUpOptions,
  type SetUpPlaces,
  setUpFiles,
} from './set-up-places.ts';
import { attributesText, deliveryAttributesLines, excludeLines, pointerLines } from './set-up-texts.ts';

/** Bytes on disk now by absolute path; a path that is missing or null has no file. */
export type SetUpSnapshot = ReadonlyMap<string, Uint8Array | null>;

export interface SetUpInput {
  readonly places: SetUpPlaces;
  /** Holds at least `setUpTargets(places)`. */
  readonly snapshot: SetUpSnapshot;
  readonly options: SetUpOptions;
  /** Minted by the caller; an id that stands in the repository already wins. */
  readonly projectId: string;
  /** Accepted records that stand there already; none the first time. */
  readonly records?: readonly MemoryRecord[];
  /** Where links lead, by the link's path; the snapshot holds the bytes under the link's path. */
  readonly realPaths?: ReadonlyMap<string, string>;
}

export interface SetUpPlan {
  readonly title: string;
  readonly changes: readonly FileChange[];
  /** Consequences that a diff does not show, in sentences. */
  readonly notes: readonly string[];
}

export interface SetUpProblem {
  readonly kind: 'newer-version' | 'invalid';
  readonly message: string;
  readonly path: string;
}

/** What one step of the plan adds. */
interface Step {
  readonly changes: readonly FileChange[];
  readonly notes: readonly string[];
}

/** What set-up would write, and what follows from it. Pure; nothing that stands there by hand is changed, only added to. */
export function planSetUpChanges(input: SetUpInput): Result<SetUpPlan, SetUpProblem> {
  const { places, options, snapshot } = input;
  const files = setUpFiles(places, options.place);
  const config = configOf(snapshot, files, input.projectId);
  if (!config.ok) return config;
  const id = config.value.id;
  const base = baseStep(input, files, config.value);
  const steps = [
    base,
    ...(options.claudeRules ? [deliveryStep(input, files, id)] : []),
    ...(options.place === 'repository' && options.agentsPointer ? [agentsStep(input, files, id)] : []),
    { changes: [], notes: placeNotes(options) },
  ];
  const where = options.place === 'repository' ? 'in this repository' : 'on this machine';
  return success({
    title: `Set up memory ${where}`,
    changes: steps.flatMap((step) => step.changes),
    notes: steps.flatMap((step) => step.notes),
  });
}

interface Config {
  readonly id: string;
  readonly change: FileChange | undefined;
}

function configOf(
  snapshot: SetUpSnapshot,
  files: SetUpFiles,
  projectId: string,
): Result<Config, SetUpProblem> {
  const bytes = snapshot.get(files.config) ?? null;
  if (bytes === null) {
    const text = renderProjectConfig({ version: 1, id: projectId, kinds: [...recordKinds] });
    return success({ id: projectId, change: { path: files.config, before: null, after: encode(text) } });
  }
  const parsed = parseProjectConfig(new TextDecoder().decode(bytes));
  if (parsed.kind === 'config') return success({ id: parsed.config.id, change: undefined });
  if (parsed.kind === 'newer') {
    const message = `This memory was set up by a newer Varve (version ${parsed.version}); update Varve to change it.`;
    return failure({ kind: 'newer-version', message, path: files.config });
  }
  return failure({ kind: 'invalid', message: parsed.message, path: files.config });
}

/** Config, index, attributes and the files that keep directories; what stands there already stays. */
function baseStep(input: SetUpInput, files: SetUpFiles, config: Config): Step {
  const wanted: readonly (readonly [string, string])[] = [
    [files.index, renderIndex(input.records ?? [])],
    ...(input.options.place === 'repository' ? [[files.attributes, attributesText] as const] : []),
    ...files.keep.map((path) => [path, ''] as const),
  ];
  const missing = wanted
    .filter(([path]) => (input.snapshot.get(path) ?? null) === null)
    .map(([path, text]): FileChange => ({ path, before: null, after: encode(text) }));
  const changes = config.change === undefined ? missing : [config.change, ...missing];
  const notes =
    config.change === undefined ? ['Memory was set up here before; only what is missing is added.'] : [];
  return { changes, notes };
}

function deliveryStep(input: SetUpInput, files: SetUpFiles, id: string): Step {
  const before = input.snapshot.get(files.delivery) ?? null;
  const options = input.options.place === 'repository' ? undefined : privateDelivery(files.base);
  const after = encode(renderDelivery(input.records ?? [], options));
  if (
    before !== null &&
    !Buffer.from(before)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .startsWith(deliveryMark)
  ) {
    const notes = [
      '.claude/rules/varve.md stands there by hand, so it is left alone; Claude Code gets no text from Varve.',
    ];
    return { changes: [], notes };
  }
  const own =
    before !== null && Buffer.compare(before, after) === 0 ? [] : [{ path: files.delivery, before, after }];
  const beside =
    input.options.place === 'repository' ? besideInRepository(input, files, id) : excluded(input, id);
  return { changes: [...own, ...beside.changes], notes: beside.notes };
}

function besideInRepository(input: SetUpInput, files: SetUpFiles, id: string): Step {
  return blockStep(input, files.deliveryAttributes, 'hash', id, deliveryAttributesLines);
}

function excluded(input: SetUpInput, id: string): Step {
  const path = input.places.exclude;
  if (path === undefined)
    return {
      changes: [],
      notes: ['There is no git here, so .claude/rules/varve.md is not hidden from anything.'],
    };
  const step = blockStep(input, path, 'hash', id, excludeLines);
  return {
    changes: step.changes,
    notes: [
      ...step.notes,
      '.claude/rules/varve.md is listed in the repository’s info/exclude, so git does not show it.',
    ],
  };
}

function agentsStep(input: SetUpInput, files: SetUpFiles, id: string): Step {
  const real = input.realPaths?.get(files.agents) ?? files.agents;
  if (real !== files.agents && !isBelow(real, input.places.root)) {
    return {
      changes: [],
      notes: ['AGENTS.md is a link that leads out of this repository, so it is left alone.'],
    };
  }
  const step = blockStep(input, files.agents, 'html', id, pointerLines);
  const changes = step.changes.map((change) => ({ ...change, path: real }));
  return { changes, notes: [...step.notes, ...(changes.length === 0 ? [] : [agentsNote(input, files)])] };
}

function agentsNote(input: SetUpInput, files: SetUpFiles): string {
  const exists = (input.snapshot.get(files.agents) ?? null) !== null;
  const claude = claudeFiles(input.places).filter((path) => (input.snapshot.get(path) ?? null) !== null);
  const real = input.realPaths?.get(files.agents) ?? files.agents;
  const linked = claude.some((path) => (input.realPaths?.get(path) ?? path) === real);
  if (linked) return 'CLAUDE.md and AGENTS.md are one file by a link, so Claude Code reads the pointer too.';
  if (exists && claude.length === 0) {
    return 'AGENTS.md gets one block at its end. Claude Code goes on reading it, because set-up makes no CLAUDE.md.';
  }
  if (exists) return 'AGENTS.md gets one block at its end; every other byte stays as it is.';
  if (claude.length === 0) {
    return 'AGENTS.md is new. Claude Code (from 2.1.277) reads it too, as long as no CLAUDE.md stands beside it.';
  }
  return 'AGENTS.md is new. Claude Code goes on reading CLAUDE.md and does not read AGENTS.md beside it.';
}

function blockStep(
  input: SetUpInput,
  path: string,
  style: BlockStyle,
  project: string,
  lines: readonly string[],
): Step {
  const before = input.snapshot.get(path) ?? null;
  const name = basename(path);
  switch (blockState(before, style, project)) {
    case 'absent':
      return { changes: [{ path, before, after: withBlock(before, { style, project, lines }) }], notes: [] };
    case 'present':
      return { changes: [], notes: [] };
    case 'foreign-encoding':
      return { changes: [], notes: [`${name} is not UTF-8 text, so nothing is added to it.`] };
    case 'broken':
      return {
        changes: [],
        notes: [`${name} has the begin of a Varve block without its end, so it is left alone.`],
      };
  }
}

function placeNotes(options: SetUpOptions): readonly string[] {
  const notes: string[] = [];
  if (options.place === 'private' && options.agentsPointer) {
    notes.push(
      'AGENTS.md gets no pointer in private mode: it is shared, and these records are on this machine only.',
    );
  }
  if (options.place === 'private')
    notes.push('Records stay on this machine; nobody who clones the repository gets them.');
  if (options.capture === 'accepted') {
    notes.push(
      'What your own commits say is accepted at once, on this machine; for others it stays proposed.',
    );
  }
  if (!options.claudeRules && (options.place === 'private' || !options.agentsPointer)) {
    notes.push(
      'No agent gets the accepted records by itself: neither the rules file nor the pointer was chosen.',
    );
  }
  return notes;
}

function isBelow(path: string, directory: string): boolean {
  const normal = (text: string): string => text.replaceAll('\\', '/').replace(/\/$/, '');
  return normal(path).startsWith(`${normal(directory)}/`);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
