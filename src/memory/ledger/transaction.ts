import { dirname } from 'node:path';
import { readIfThere, replaceFile, resolveLinks } from '../../base/atomic-write.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { createUlid } from '../../base/ids.ts';
import { ioProblem } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { directoriesMade, toEntry } from './history.ts';
import type { LedgerFile } from './ledger-file.ts';
import type { BeginLine, LineBody } from './ledger-line.ts';
import type { ObjectStore } from './object-store.ts';
import type { FileChange, LedgerEntry, LedgerProblem, LedgerTarget, Operation } from './operation.ts';
import { clearDirectories, type SettleSurroundings, settle } from './settle.ts';
import { fromStoredPath, type PathRoots, toStoredPath } from './stored-path.ts';

export interface TransactionSurroundings {
  readonly files: Files;
  readonly clock: Clock;
  readonly ledgerFile: LedgerFile;
  readonly objects: ObjectStore;
  readonly roots: PathRoots;
  /** Fencing number of the lock that is held. */
  readonly fence: number;
}

/**
 * `begin` → writes → `end`, under the project lock that the caller holds. What fails is taken back at once; what
 * cannot be taken back now stays unfinished and is settled when the project is opened again.
 */
export async function runTransaction(
  surroundings: TransactionSurroundings,
  operation: Operation & { readonly undoes?: string },
  changes: readonly FileChange[],
): Promise<Result<LedgerEntry, LedgerProblem>> {
  const effective = changes.filter((change) => !isSameContent(change.before, change.after));
  try {
    const checked = await prepareTargets(surroundings, effective);
    if (!checked.ok) return checked;
    const begin = await appendBegin(surroundings, operation, checked.value, effective);
    const written = await writeAll(surroundings, begin, effective);
    if (!written.ok) return takeBack(surroundings, begin, written.error);
    await clearDirectories(settleSurroundings(surroundings), begin, 'committed');
    return await finish(surroundings, begin);
  } catch (error) {
    return failure(ioProblem(error, 'write the memory ledger'));
  }
}

/** The surroundings of {@link settle} for what stands in the ledger now. */
export function settleSurroundings(surroundings: {
  readonly files: Files;
  readonly objects: ObjectStore;
  readonly roots: PathRoots;
  readonly ledgerFile: LedgerFile;
}): SettleSurroundings {
  const { files, objects, roots, ledgerFile } = surroundings;
  const made = directoriesMade(ledgerFile.lines).map((stored) => fromStoredPath(stored, roots));
  return { files, objects, roots, madeBefore: new Set(made) };
}

/** Checks that everything is as the change says and keeps both contents, before anything is announced. */
async function prepareTargets(
  { files, objects, roots }: TransactionSurroundings,
  changes: readonly FileChange[],
): Promise<Result<readonly LedgerTarget[], LedgerProblem>> {
  const targets: LedgerTarget[] = [];
  const seen = new Set<string>();
  for (const { path, before, after } of changes) {
    const real = await resolveLinks(files, path);
    if (seen.has(real))
      return failure(changedMeanwhile(path, `${path} would be written twice in one operation.`));
    seen.add(real);
    const current = await readIfThere(files, real);
    if (!isSameContent(current, before)) return failure(changedMeanwhile(path));
    const mode = (await files.status(real))?.mode;
    targets.push({
      path: toStoredPath(path, roots),
      pre: before === null ? null : await objects.put(before),
      post: after === null ? null : await objects.put(after),
      ...(mode === undefined ? {} : { mode }),
    });
  }
  return success(targets);
}

async function appendBegin(
  surroundings: TransactionSurroundings,
  operation: Operation & { readonly undoes?: string },
  targets: readonly LedgerTarget[],
  changes: readonly FileChange[],
): Promise<BeginLine> {
  const { clock, ledgerFile, roots, fence } = surroundings;
  const now = clock.now();
  const { action, subject, who, worktree, note, undoes } = operation;
  const body: LineBody = {
    type: 'begin',
    id: createUlid(now),
    time: new Date(now).toISOString(),
    fence,
    action,
    subject: [...subject],
    who,
    worktree,
    root: roots.root,
    ...(note === undefined ? {} : { note }),
    ...(undoes === undefined ? {} : { undoes }),
    targets,
    made: await missingDirectories(surroundings, changes),
  };
  const line = await ledgerFile.append(body);
  if (line.type !== 'begin') throw new TypeError('The ledger appended another line than it was given.');
  return line;
}

async function missingDirectories(
  { files, roots }: TransactionSurroundings,
  changes: readonly FileChange[],
): Promise<readonly string[]> {
  const missing = new Set<string>();
  for (const { path, after } of changes) {
    let directory = dirname(path);
    while (after !== null && !missing.has(directory) && (await files.status(directory)) === undefined) {
      missing.add(directory);
      directory = dirname(directory);
    }
  }
  return [...missing].sort((a, b) => a.length - b.length).map((directory) => toStoredPath(directory, roots));
}

async function writeAll(
  { files, roots }: TransactionSurroundings,
  begin: BeginLine,
  changes: readonly FileChange[],
): Promise<Result<void, LedgerProblem>> {
  for (const [at, { after }] of changes.entries()) {
    const target = begin.targets[at];
    if (target === undefined) continue;
    const path = fromStoredPath(target.path, roots);
    const replacement = { path, expected: target.pre, bytes: after, mode: target.mode, scratch: begin.id };
    const written = await replaceFile(files, replacement);
    if (written.ok) continue;
    return failure(written.error.kind === 'changed' ? changedMeanwhile(path) : written.error);
  }
  return success(undefined);
}

async function finish(
  surroundings: TransactionSurroundings,
  begin: BeginLine,
): Promise<Result<LedgerEntry, LedgerProblem>> {
  try {
    await surroundings.ledgerFile.append(endOf(surroundings, begin, 'committed'));
    return success(toEntry(begin));
  } catch (error) {
    return takeBack(surroundings, begin, ioProblem(error, 'write the memory ledger'));
  }
}

async function takeBack(
  surroundings: TransactionSurroundings,
  begin: BeginLine,
  problem: LedgerProblem,
): Promise<Result<never, LedgerProblem>> {
  const settled = await settle(settleSurroundings(surroundings), begin, 'back');
  if (!settled.ok) return failure(unfinished(problem));
  try {
    const { outcome, foreign } = settled.value;
    const end = endOf(surroundings, begin, outcome);
    await surroundings.ledgerFile.append(foreign.length === 0 ? end : { ...end, foreign });
  } catch {
    // Everything stands as before: found unfinished, it will be settled as taken back.
  }
  return failure(problem);
}

function endOf({ clock }: TransactionSurroundings, begin: BeginLine, outcome: 'committed' | 'rolled-back') {
  return { type: 'end' as const, begin: begin.id, time: new Date(clock.now()).toISOString(), outcome };
}

function unfinished(problem: LedgerProblem): LedgerProblem {
  const message = `${problem.message} The operation will be completed or taken back the next time Varve opens this project.`;
  return { ...problem, message };
}

function changedMeanwhile(path: string, message?: string): LedgerProblem {
  return {
    kind: 'changed-meanwhile',
    path,
    message: message ?? `${path} was changed by another program meanwhile. Look at it, then try again.`,
  };
}

function isSameContent(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return sha256(one) === sha256(other);
}
