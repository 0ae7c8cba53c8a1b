import type { Git, GitProblem } from '../../base/git.ts';
import { type Result, success } from '../../base/result.ts';
import type { ChangedFile } from './change-set.ts';
import type { LoggedFile } from './git-log.ts';
import { isReadWhole } from './read-whole.ts';

type WholeTexts = (file: LoggedFile) => ChangedFile['whole'];

const largestWhole = 512 * 1024;
const absent = /^0+$/;

/** The texts of all files that rules want whole, before and after the change: two processes for the batch. */
export async function readWholeTexts(
  git: Git,
  files: readonly LoggedFile[],
  signal?: AbortSignal,
): Promise<Result<WholeTexts, GitProblem>> {
  const asked = files.filter((file) => isReadWhole(file.path) && !file.binary);
  const wanted = new Set(
    asked.flatMap((file) => [file.oldBlob, file.newBlob]).filter((id) => !absent.test(id)),
  );
  const blobs = await readBlobs(git, [...wanted], signal);
  if (!blobs.ok) return blobs;
  return success((file) => {
    if (!isReadWhole(file.path)) return undefined;
    const before = blobs.value.get(file.oldBlob);
    const after = blobs.value.get(file.newBlob);
    if (before === undefined && after === undefined) return undefined;
    return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  });
}

async function readBlobs(
  git: Git,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Result<ReadonlyMap<string, string>, GitProblem>> {
  if (ids.length === 0) return success(new Map());
  const options = signal === undefined ? {} : { signal };
  const sizes = await git.text(['cat-file', '--batch-check'], { ...options, input: `${ids.join('\n')}\n` });
  if (!sizes.ok) return sizes;
  const small = sizes.value
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, type, size]) => type === 'blob' && Number(size) <= largestWhole)
    .map(([id = '']) => id);
  const blobs = new Map<string, string>();
  // Bounded: 64 files of the largest size are half the wrapper's cap.
  for (let start = 0; start < small.length; start += 64) {
    const input = `${small.slice(start, start + 64).join('\n')}\n`;
    const output = await git.bytes(['cat-file', '--batch'], { ...options, input });
    if (!output.ok) return output;
    parseBatch(output.value, blobs);
  }
  return success(blobs);
}

function parseBatch(output: Uint8Array, into: Map<string, string>): void {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) return;
    const [id = '', , size = '0'] = bytes.toString('utf8', at, end).split(' ');
    const start = end + 1;
    into.set(id, bytes.toString('utf8', start, start + Number(size)));
    at = start + Number(size) + 1;
  }
}
