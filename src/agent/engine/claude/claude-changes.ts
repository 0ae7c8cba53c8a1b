import type { Files } from '../../../base/files.ts';
import { unifiedDiff } from '../../../base/text-diff.ts';
import { storeObject } from '../../session/object-store.ts';
import type { RunEvent } from '../run-channel.ts';
import { shownPath } from './claude-words.ts';

export type FileChange = NonNullable<Extract<RunEvent, { readonly type: 'tool-end' }>['change']>;

/** What files held before Claude Code's tools wrote to them. */
export interface ClaudeChanges {
  /** Called before the tool may begin. */
  before(call: string, path: string): Promise<void>;
  /** The change of a call that is done; undefined where nothing differs or it was none that writes. */
  after(call: string): Promise<FileChange | undefined>;
}

export interface ChangeSurroundings {
  readonly files: Files;
  readonly cwd: string;
  /** `objects/` of the project's local state; without it nothing is kept to go back to. */
  readonly objectsDirectory: string | undefined;
}

/** A larger file is not compared. */
const MAX_BYTES = 5 * 1024 * 1024;

export function createClaudeChanges({ files, cwd, objectsDirectory }: ChangeSurroundings): ClaudeChanges {
  const seen = new Map<string, { readonly path: string; readonly bytes: Uint8Array | undefined }>();
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const status = await files.status(path);
    return status === undefined || status.size > MAX_BYTES ? undefined : files.readFile(path);
  };
  return {
    before: async (call, path) => {
      const bytes = await read(path).catch(() => undefined);
      seen.set(call, { path, bytes });
    },
    after: async (call) => {
      const then = seen.get(call);
      seen.delete(call);
      if (then === undefined) return undefined;
      const { path, bytes } = then;
      const now = await read(path).catch(() => undefined);
      if (now === undefined || (bytes !== undefined && Buffer.compare(bytes, now) === 0)) return undefined;
      const diff = unifiedDiff(shownPath(cwd, path), textOf(bytes), textOf(now));
      if (bytes === undefined || objectsDirectory === undefined) return { path, diff };
      const beforeObject = await storeObject(files, objectsDirectory, bytes).catch(() => undefined);
      return { path, diff, ...(beforeObject !== undefined && { beforeObject }) };
    },
  };
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}
