import { appendFile, mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchiveSurroundings } from '../../../../src/agent/history/archive/archive.ts';
import { listKept } from '../../../../src/agent/history/archive/archive.ts';
import { archivedFiles } from '../../../../src/agent/history/archive/archived-files.ts';
import type { Manifest } from '../../../../src/agent/history/archive/manifest.ts';
import type {
  HistoryReader,
  MachinePlaces,
  SessionFile,
  ToolRetention,
} from '../../../../src/agent/history/history-reader.ts';
import type { Files } from '../../../../src/base/files.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import { temporaryDirectory } from '../../../fakes/temporary-directory.ts';
import { createSmallReader } from './small-reader.ts';

export const NOW = 1_795_000_000_000;
export const DAY_MS = 86_400_000;

/** A home with another tool's sessions, and an archive beside it. */
export interface ArchivePlace {
  readonly root: string;
  readonly home: string;
  readonly around: ArchiveSurroundings;
  readonly machine: MachinePlaces;
  readonly reader: HistoryReader;
  /** Writes a session's own file, or with `part` one that belongs to it. `days`: how long ago. */
  write(id: string, text: string | Uint8Array, options?: { part?: string; days?: number }): Promise<string>;
  append(id: string, text: string): Promise<void>;
  session(id: string): Promise<SessionFile>;
  /** The content of a session's files by what the archive holds. */
  contents(manifest: Manifest): Promise<Record<string, string>>;
  manifests(): Promise<readonly Manifest[]>;
}

export async function makeArchivePlace(
  options: { readonly files?: Files; readonly retention?: ToolRetention } = {},
): Promise<ArchivePlace> {
  const root = await temporaryDirectory();
  const home = join(root, 'home');
  const { files = nodeFiles, retention } = options;
  const reader = createSmallReader(retention);
  const around: ArchiveSurroundings = {
    files,
    clock: { now: () => NOW },
    owner: await currentOwner(),
    directory: join(root, 'varve', 'archive'),
  };
  const machine: MachinePlaces = { files, homeDirectory: home, environment: {}, platform: 'linux' };
  const directory = join(home, '.claude', 'projects', '-home-user-demo');
  const own = (id: string) => join(directory, `${id}.jsonl`);
  return {
    root,
    home,
    around,
    machine,
    reader,
    write: async (id, text, { part, days = 1 } = {}) => {
      const path = part === undefined ? own(id) : join(directory, id, part);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      const at = new Date(NOW - days * DAY_MS);
      await utimes(path, at, at);
      return path;
    },
    append: (id, text) => appendFile(own(id), text),
    session: async (id) => {
      const { sessions } = await reader.find({ ...machine, files: nodeFiles }, 1_000);
      const found = sessions.find((session) => session.id === id);
      if (found === undefined) throw new Error(`There is no session ${id}.`);
      return found;
    },
    contents: async (manifest) => {
      const view = archivedFiles({ ...around, files: nodeFiles }, [manifest]);
      const read = manifest.versions[0].parts.map(
        async ({ path }) => [path, Buffer.from(await view.readFile(path)).toString('latin1')] as const,
      );
      return Object.fromEntries(await Promise.all(read));
    },
    manifests: async () =>
      (await listKept({ ...around, files: nodeFiles })).sessions.map(({ manifest }) => manifest),
  };
}

export function value<T, E extends { readonly message: string }>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E },
): T {
  if (result.ok) return result.value;
  throw new Error(`Expected success: ${result.error.message}`);
}

export function line(say: string, more: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ say, ...more })}\n`;
}
