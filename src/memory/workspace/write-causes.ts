import { createHash } from 'node:crypto';
import type { Git } from '../../base/git.ts';
import { isInside, relativePath } from '../hierarchy/places.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import { fromStoredPath } from '../ledger/stored-path.ts';

/** A file that is not as it was last seen. Hashes are SHA-256; null: no file. */
export interface SeenChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** What stood there when it was last seen, where that is kept. */
  readonly beforeBytes: Uint8Array | undefined;
  readonly afterBytes: Uint8Array | undefined;
}

type WrittenBy = (path: string, hash: string | null) => boolean;

/** Whether the ledger says that Varve left this content at this path since `since` (milliseconds since the epoch). */
export function writtenByVarve(
  entries: readonly LedgerEntry[],
  stateDirectory: string,
  since: number,
): WrittenBy {
  const recent = entries.filter(({ time }) => Date.parse(time) >= since);
  const written = new Set(
    recent.flatMap(({ root, targets }) =>
      targets.map((target) => `${target.post} ${fromStoredPath(target.path, { root, stateDirectory })}`),
    ),
  );
  return (path, hash) => written.has(`${hash} ${path}`);
}

/**
 * The paths whose change is git's doing (checkout, merge, pull, stash): what stands there now is a content git has,
 * or git does not have the path any more and had what stood there. Two processes at most, whatever the number; in
 * doubt none of them.
 */
export async function changedByGit(
  git: Git,
  root: string,
  changes: readonly SeenChange[],
): Promise<ReadonlySet<string>> {
  const inside = changes.filter(({ path }) => isInside(path, root));
  if (inside.length === 0) return new Set();
  const contents = inside.map(({ afterBytes, beforeBytes }) => afterBytes ?? beforeBytes);
  const had = await gitHas(git, contents);
  const gone = inside.filter(({ after }) => after === null);
  const inHead = gone.length === 0 ? new Set<string>() : await pathsInHead(git, root, gone);
  const byGit = inside.filter(
    ({ path, after }, at) => had[at] === true && (after !== null || !inHead.has(path)),
  );
  return new Set(byGit.map(({ path }) => path));
}

async function gitHas(git: Git, contents: readonly (Uint8Array | undefined)[]): Promise<readonly boolean[]> {
  // Nothing at all is in many repositories, and says nothing about where it came from.
  const ids = contents.map((bytes) => (bytes === undefined || bytes.byteLength === 0 ? [] : blobIds(bytes)));
  const asked = ids.flat();
  if (asked.length === 0) return contents.map(() => false);
  const answer = await git.text(['cat-file', '--batch-check'], { input: `${asked.join('\n')}\n` });
  if (!answer.ok) return contents.map(() => false);
  const known = new Set(
    answer.value.split('\n').flatMap((line) => /^([0-9a-f]+) blob \d+$/.exec(line)?.[1] ?? []),
  );
  return ids.map((names) => names.some((name) => known.has(name)));
}

/** The names git may have for a content: either object format, as it stands and with the line ends git stores. */
function blobIds(bytes: Uint8Array): readonly string[] {
  const plain = Buffer.from(bytes);
  const stored = Buffer.from(plain.toString('latin1').replace(/\r\n/g, '\n'), 'latin1');
  const forms = plain.equals(stored) ? [plain] : [plain, stored];
  return forms.flatMap((form) =>
    ['sha1', 'sha256'].map((format) =>
      createHash(format).update(`blob ${form.byteLength}\0`).update(form).digest('hex'),
    ),
  );
}

async function pathsInHead(
  git: Git,
  root: string,
  changes: readonly SeenChange[],
): Promise<ReadonlySet<string>> {
  const names = changes.map(({ path }) => relativePath(root, path));
  const answer = await git.text(['ls-tree', '-z', '--full-tree', '--name-only', 'HEAD', '--', ...names]);
  // Where HEAD cannot be asked nothing is put down to git.
  if (!answer.ok) return new Set(changes.map(({ path }) => path));
  const found = new Set(answer.value.split('\0'));
  return new Set(changes.map(({ path }) => path).filter((_, at) => found.has(names[at] ?? '')));
}
