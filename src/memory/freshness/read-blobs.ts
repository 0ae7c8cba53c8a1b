import type { Git } from '../../base/git.ts';
import { maxSourceBytes } from './source-text.ts';

const maxAtOnce = 32 * 1024 * 1024;

interface Listed {
  readonly name: string;
  readonly id: string;
  readonly size: number;
}

/**
 * The contents of `<commit>:<path>`, those left out that are missing, no file or larger than 1 MiB. One process lists
 * them, one reads each 32 MiB. Never rejects: what git refuses is left out.
 */
export async function readBlobs(
  git: Git,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const listed = await list(
    git,
    names.filter((name) => !name.includes('\n')),
    signal,
  );
  const sizes = new Map(listed.map(({ id, size }) => [id, size]));
  const contents = new Map<string, Uint8Array>();
  for (const ids of chunks([...sizes])) await readChunk(git, ids, contents, signal);
  const found = new Map<string, Uint8Array>();
  for (const { name, id } of listed) {
    const bytes = contents.get(id);
    if (bytes !== undefined) found.set(name, bytes);
  }
  return found;
}

async function list(git: Git, names: readonly string[], signal?: AbortSignal): Promise<readonly Listed[]> {
  if (names.length === 0) return [];
  const input = `${names.join('\n')}\n`;
  const answer = await git.text(['cat-file', '--batch-check'], {
    input,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!answer.ok) return [];
  // One line for each name, in their order.
  return answer.value.split('\n').flatMap((line, at) => {
    const [, id = '', size = ''] = /^([0-9a-f]{40,64}) blob (\d+)$/.exec(line) ?? [];
    const name = names[at];
    return id === '' || name === undefined || Number(size) > maxSourceBytes
      ? []
      : [{ name, id, size: Number(size) }];
  });
}

function* chunks(sizes: readonly (readonly [string, number])[]): Generator<readonly string[]> {
  let ids: string[] = [];
  let total = 0;
  for (const [id, size] of sizes) {
    if (total + size > maxAtOnce && ids.length > 0) {
      yield ids;
      ids = [];
      total = 0;
    }
    ids.push(id);
    total += size;
  }
  if (ids.length > 0) yield ids;
}

/** `<id> blob <size>`, line feed, content, line feed; one after the other. */
async function readChunk(
  git: Git,
  ids: readonly string[],
  contents: Map<string, Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const input = `${ids.join('\n')}\n`;
  const answer = await git.bytes(['cat-file', '--batch'], {
    input,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!answer.ok) return;
  const bytes = Buffer.from(answer.value.buffer, answer.value.byteOffset, answer.value.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const [id = '', kind = '', size = ''] = bytes
      .subarray(at, end === -1 ? bytes.length : end)
      .toString('latin1')
      .split(' ');
    if (end === -1) return;
    if (kind !== 'blob') at = end + 1;
    else {
      contents.set(id, bytes.subarray(end + 1, end + 1 + Number(size)));
      at = end + 2 + Number(size);
    }
  }
}
