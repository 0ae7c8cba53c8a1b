import { isAbsolute, join } from 'node:path';
import { readIfThere, replaceFile } from '../../../base/atomic-write.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Files } from '../../../base/files.ts';
import { sha256 } from '../../../base/hash.ts';
import { ioProblem } from '../../../base/io-problem.ts';
import { acquireLock, type LockOwner } from '../../../base/lock.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import {
  isJsonObject,
  type JsonObject,
  type Migration,
  readVersionedJson,
  renderJson,
} from '../../../memory/project/json-format.ts';
import { listField, textField } from '../loose-json.ts';

/** What an answer is about: one session, or all that were worked in at a directory or below it. */
export type RelinkSubject =
  | { readonly kind: 'session'; readonly tool: string; readonly id: string }
  | { readonly kind: 'under'; readonly directory: string };

/** What a person said once: whether sessions belong to the project whose file this stands in. */
export interface RelinkAnswer {
  readonly subject: RelinkSubject;
  /** `no`: it was offered, and it is another's. */
  readonly answer: 'yes' | 'no';
  /** The working tree that was meant; absolute. */
  readonly root: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface RelinkProblem {
  readonly message: string;
}

/** None yet: version 1 is the first. */
const MIGRATIONS: readonly Migration[] = [];
/** The oldest are forgotten, and asked again. */
const MOST_ANSWERS = 10_000;
const LOCK_WAIT_MS = 5_000;

export function relinksPath(stateDirectory: string): string {
  return join(stateDirectory, 'relinks.json');
}

/** Newest last. What cannot be read answers nothing: it is asked again. Never rejects. */
export async function readRelinks(files: Files, stateDirectory: string): Promise<readonly RelinkAnswer[]> {
  try {
    const bytes = await readIfThere(files, relinksPath(stateDirectory));
    if (bytes === null) return [];
    const read = readVersionedJson(Buffer.from(bytes).toString('utf8'), MIGRATIONS);
    return read.kind === 'unreadable' ? [] : answersIn(read.value);
  } catch {
    return [];
  }
}

/** Adds answers under the project's lock; they replace older ones about the same. */
export async function addRelinks(
  around: {
    readonly files: Files;
    readonly clock: Clock;
    readonly owner: LockOwner;
    readonly stateDirectory: string;
  },
  answers: readonly RelinkAnswer[],
): Promise<Result<void, RelinkProblem>> {
  const { files, clock, owner, stateDirectory } = around;
  const path = join(stateDirectory, 'lock');
  const lock = await acquireLock({ files, clock, owner, path, timeoutMs: LOCK_WAIT_MS });
  if (!lock.ok) return failure({ message: lock.error.message });
  try {
    return await addUnderLock(files, relinksPath(stateDirectory), answers);
  } catch (error) {
    return failure(ioProblem(error, `write ${relinksPath(stateDirectory)}`));
  } finally {
    await lock.value.release();
  }
}

async function addUnderLock(
  files: Files,
  path: string,
  answers: readonly RelinkAnswer[],
): Promise<Result<void, RelinkProblem>> {
  const existing = await readIfThere(files, path);
  const read =
    existing === null ? undefined : readVersionedJson(Buffer.from(existing).toString('utf8'), MIGRATIONS);
  if (read?.kind === 'unreadable')
    return failure({
      message: `${path} cannot be used: ${read.message}. Correct it, or remove it to be asked again.`,
    });
  if (read?.kind === 'newer')
    return failure({
      message: `${path} was written by a newer Varve (format ${read.version}). Update Varve.`,
    });
  const before = read === undefined ? [] : answersIn(read.value);
  const kept = before.filter((old) => !answers.some((fresh) => replaces(fresh, old)));
  const relinks = [...kept, ...answers].slice(-MOST_ANSWERS).map(rendered);
  const bytes = Buffer.from(renderJson({ version: 1, relinks }, read?.value));
  const expected = existing === null ? null : sha256(existing);
  const written = await replaceFile(files, { path, expected, bytes, mode: 0o600 });
  return written.ok ? success(undefined) : failure({ message: written.error.message });
}

/** A yes ends all that was said before of the same; a no speaks of one place. */
function replaces(fresh: RelinkAnswer, old: RelinkAnswer): boolean {
  const isSame = JSON.stringify(fresh.subject) === JSON.stringify(old.subject);
  return isSame && (fresh.answer === 'yes' || fresh.root === old.root);
}

function rendered({ subject, answer, root, at }: RelinkAnswer): JsonObject {
  const about =
    subject.kind === 'session' ? { tool: subject.tool, session: subject.id } : { under: subject.directory };
  return { ...about, answer, root, at };
}

function answersIn(value: JsonObject): readonly RelinkAnswer[] {
  return listField(value, 'relinks').flatMap((item): readonly RelinkAnswer[] => {
    if (!isJsonObject(item)) return [];
    const [under, tool, id] = [textField(item, 'under'), textField(item, 'tool'), textField(item, 'session')];
    const [root, at] = [textField(item, 'root'), textField(item, 'at') ?? ''];
    const answer = item['answer'] === 'no' ? 'no' : 'yes';
    if (root === undefined || !isAbsolute(root)) return [];
    if (under !== undefined) return [{ subject: { kind: 'under', directory: under }, answer, root, at }];
    if (tool === undefined || id === undefined) return [];
    return [{ subject: { kind: 'session', tool, id }, answer, root, at }];
  });
}
