import { dirname, resolve } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import { firstSecretLine } from '../../base/secrets.ts';
import type { MemoryFile } from '../file/memory-file.ts';
import {
  behindSection,
  type MoveProblem,
  outermost,
  type Placed,
  placePieces,
  type Spot,
  spotOffset,
  type Taken,
  takePieces,
} from '../file/move-pieces.ts';
import { parseMemoryFile } from '../file/parse-memory-file.ts';
import { allSections, contentEnd, findPiece, type Piece } from '../file/pieces.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import {
  type EditContext,
  type EditedFile,
  editableScope,
  encode,
  isShared,
  readForEdit,
  shown,
  unsavedProblem,
} from './edit-context.ts';
import type { MoveTarget, PieceAddress, PlaceName } from './edit-requests.ts';
import { pathOfPlace } from './memory-places.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import { excludeChange, firstLines, newFileNotes } from './new-file.ts';

export interface PlannedMove {
  readonly changes: readonly FileChange[];
  /** Path of the file they come to. */
  readonly target: string;
  /** Zero-based lines there, in order. */
  readonly lines: readonly number[];
  /** The files as a person would name them: where from, then where to. */
  readonly subject: readonly string[];
  /** The pieces as a person would name them. */
  readonly label: string;
  readonly notes: readonly string[];
}

interface Source {
  readonly edited: EditedFile;
  readonly pieces: readonly Piece[];
}

interface Move {
  readonly context: EditContext;
  readonly sources: readonly Source[];
  readonly target: EditedFile;
  readonly place: PlaceName;
  readonly spot: Spot | undefined;
  readonly keepOutOfGit: boolean;
}

/** Plans a move from what stands there now: every file it changes, or the sentence why it cannot be. Writes nothing. */
export async function planMove(
  context: EditContext,
  pieces: readonly PieceAddress[],
  to: MoveTarget,
  readNow: ReadNow,
): Promise<Result<PlannedMove, MemoryProblem>> {
  const target = await targetOf(context, to, readNow);
  if (!target.ok) return target;
  const sources = await sourcesOf(context, pieces, readNow);
  if (!sources.ok) return sources;
  const secret = secretProblem(context, sources.value, target.value);
  if (secret !== undefined) return failure(secret);
  const move: Move = {
    context,
    sources: sources.value,
    target: target.value,
    place: to.place,
    spot: to.spot,
    keepOutOfGit: to.keepOutOfGit ?? false,
  };
  const planned = await changesOf(move, readNow);
  if (!planned.ok) return planned;
  const unsaved = await unsavedProblem(context, planned.value.changes);
  return unsaved === undefined ? planned : failure(unsaved);
}

async function targetOf(
  context: EditContext,
  { place }: MoveTarget,
  readNow: ReadNow,
): Promise<Result<EditedFile, MemoryProblem>> {
  const path = await pathOfPlace(context, place);
  if (!path.ok) return path;
  const scope = editableScope(context, path.value);
  return scope.ok ? readForEdit(context, path.value, readNow) : scope;
}

async function sourcesOf(
  context: EditContext,
  addresses: readonly PieceAddress[],
  readNow: ReadNow,
): Promise<Result<readonly Source[], MemoryProblem>> {
  if (addresses.length === 0) return failure({ kind: 'invalid', message: 'Say which entries to move.' });
  const sources = new Map<string, { edited: EditedFile; pieces: Piece[] }>();
  for (const { path, piece: name } of addresses) {
    const scope = editableScope(context, path);
    if (!scope.ok) return scope;
    const edited = await readForEdit(context, path, readNow);
    if (!edited.ok) return edited;
    const source = sources.get(edited.value.real) ?? { edited: edited.value, pieces: [] };
    const piece = findPiece(source.edited.file, name);
    if (piece === undefined) return failure(goneProblem(context, path));
    const own = withoutBlock(source.edited.text, piece);
    if (own === undefined) return failure(blockProblem(context, path));
    source.pieces.push(own);
    sources.set(edited.value.real, source);
  }
  return success([...sources.values()].map((one) => ({ ...one, pieces: outermost(one.pieces) })));
}

async function changesOf(move: Move, readNow: ReadNow): Promise<Result<PlannedMove, MemoryProblem>> {
  const { context, sources, target } = move;
  const changes: FileChange[] = [];
  let base = target.text;
  let taken: Taken | undefined;
  for (const { edited, pieces } of sources) {
    const rest = takePieces(edited.file, pieces);
    if (!rest.ok) return failure(moveProblem(context, edited.path, rest.error));
    if (edited.real === target.real) {
      taken = rest.value;
      base = rest.value.text;
    } else changes.push({ path: edited.path, before: edited.bytes, after: encode(rest.value.text) });
  }
  if (target.bytes === null) base = await firstLines(context, target.path, move.place);
  const placed = putPieces(move, base, taken);
  if (!placed.ok) return placed;
  if (placed.value.text === target.text) {
    const message = 'It stands there already.';
    return failure({ kind: 'invalid', message, path: target.path });
  }
  // The target first: whoever looks in between finds the text twice, never nowhere.
  changes.unshift({ path: target.path, before: target.bytes, after: encode(placed.value.text) });
  const exclude =
    target.bytes === null && move.keepOutOfGit
      ? await excludeChange(context, target.path, readNow)
      : undefined;
  if (exclude !== undefined) changes.push(exclude);
  const notes = await notesOf(move, changes);
  const from = sources.map(({ edited }) => shown(context, edited.path));
  return success({
    changes,
    target: target.path,
    lines: placed.value.lines,
    subject: [...new Set([...from, shown(context, target.path)])],
    label: labelOf(sources),
    notes,
  });
}

/** Puts the pieces into the text of the target, from which its own were taken already. */
function putPieces(move: Move, base: string, taken: Taken | undefined): Result<Placed, MemoryProblem> {
  const { context, sources, target } = move;
  const pieces = sources.flatMap((source) => source.pieces);
  // Where the file is new its place is found in what it begins with.
  const file: MemoryFile = target.bytes === null ? parseMemoryFile(base) : target.file;
  const spot = move.spot ?? usualSpot(file, pieces);
  let offset = spotOffset(file, spot);
  if (offset === undefined) return failure(goneProblem(context, target.path));
  const depths = pieces.filter(({ kind }) => kind === 'section').map(({ depth }) => depth);
  if (depths.length > 0 && spot.kind !== 'end') offset = behindSection(file, offset, Math.min(...depths));
  if (isInBlock(file.text, offset)) return failure(blockProblem(context, target.path));
  const after = taken === undefined ? offset : taken.offsetAfter(offset);
  if (after === undefined) {
    const message = 'An entry or section cannot be moved into itself.';
    return failure({ kind: 'invalid', message, path: target.path });
  }
  const at = contentEnd(base, 0, spot.kind === 'end' ? base.length : after);
  const placed = placePieces(base, at, pieces);
  return placed.ok ? placed : failure(moveProblem(context, target.path, placed.error));
}

/** Entries that leave a section go to the section of that title where there is one. */
function usualSpot(file: MemoryFile, pieces: readonly Piece[]): Spot {
  const titles = new Set(pieces.map(({ kind, title }) => (kind === 'entry' ? title : '')));
  const [title = ''] = titles;
  const isThere = allSections(file.sections).some((one) => one.depth > 0 && one.title === title);
  return titles.size === 1 && title !== '' && isThere ? { kind: 'section', title } : { kind: 'end' };
}

const block = /<!-- varve:begin [^>\r\n]*-->[\s\S]*?<!-- varve:end -->/g;

function blocksOf(text: string): readonly { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(block)].map(({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
  }));
}

function isInBlock(text: string, offset: number): boolean {
  return blocksOf(text).some(({ start, end }) => start < offset && offset < end);
}

/** A section in AGENTS.md may have Varve's block behind its own text: that stays. Undefined where it is in the middle. */
function withoutBlock(text: string, piece: Piece): Piece | undefined {
  const { start, end } = piece.range;
  const inside = blocksOf(text).filter((one) => one.start < end && start < one.end);
  const [first] = inside;
  if (first === undefined) return piece;
  const isBehind = inside.length === 1 && /^\s*$/.test(text.slice(first.end, end));
  if (piece.kind === 'entry' || first.start <= start || !isBehind) return undefined;
  const range = { start, end: contentEnd(text, start, first.start) };
  return { ...piece, range, text: text.slice(range.start, range.end) };
}

function secretProblem(
  context: EditContext,
  sources: readonly Source[],
  target: EditedFile,
): MemoryProblem | undefined {
  if (!isShared(context, target.path)) return undefined;
  for (const { edited, pieces } of sources) {
    // What is checked in already does not get further by a move within the repository.
    if (isShared(context, edited.path)) continue;
    const found = pieces.map((piece) => ({ piece, secret: firstSecretLine(piece.text) }));
    const { piece, secret } = found.find((one) => one.secret !== undefined) ?? {};
    if (secret === undefined || piece === undefined) continue;
    const line = edited.text.slice(0, piece.range.start).split('\n').length + secret.line - 1;
    const place = `${shown(context, edited.path)}:${line}`;
    const message = `${place} holds what looks like a secret (${secret.kind}), and ${shown(context, target.path)} is shared with everyone on this project. Take the secret out, then move it.`;
    return { kind: 'secret', message, path: edited.path };
  }
  return undefined;
}

async function notesOf(move: Move, changes: readonly FileChange[]): Promise<readonly string[]> {
  const { context, sources, target, keepOutOfGit } = move;
  const isEmptied = (edited: EditedFile): boolean => {
    const after = changes.find(({ path }) => path === edited.path)?.after;
    return after !== undefined && after !== null && new TextDecoder().decode(after).trim() === '';
  };
  const emptied = sources
    .filter(({ edited }) => isEmptied(edited))
    .map(({ edited }) => `${shown(context, edited.path)} is empty now.`);
  const made = target.bytes === null ? await newFileNotes(context, target.path, keepOutOfGit) : [];
  return [...sources.flatMap((source) => importNotes(context, source, target.path)), ...emptied, ...made];
}

/** Imports are read relative to the file they stand in (Claude Code 2.1.330). */
function importNotes(context: EditContext, { edited, pieces }: Source, target: string): readonly string[] {
  const [from, to] = [dirname(edited.path), dirname(target)];
  if (from === to) return [];
  return pieces
    .flatMap((piece) => parseMemoryFile(piece.text).imports)
    .filter((one) => !/^[~/]/.test(one.target))
    .map(
      (one) =>
        `@${one.target} meant ${shown(context, resolve(from, one.target))} and now means ${shown(context, resolve(to, one.target))}.`,
    );
}

function labelOf(sources: readonly Source[]): string {
  const [first, ...others] = sources.flatMap(({ pieces }) => pieces.map(({ label }) => label));
  return others.length === 0 ? `"${first ?? ''}"` : `"${first ?? ''}" and ${others.length} more`;
}

function moveProblem(context: EditContext, path: string, problem: MoveProblem): MemoryProblem {
  return { kind: 'invalid', message: `${shown(context, path)} stays as it is: ${problem.message}.`, path };
}

function goneProblem(context: EditContext, path: string): MemoryProblem {
  const message = `${shown(context, path)} was changed meanwhile and does not hold it any more. Look at it, then try again.`;
  return { kind: 'changed-meanwhile', message, path };
}

function blockProblem(context: EditContext, path: string): MemoryProblem {
  const message = `That part of ${shown(context, path)} is written by Varve's set-up and goes with it.`;
  return { kind: 'invalid', message, path };
}
