import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SessionCatalogue } from '../../../../src/agent/history/catalogue/catalogue.ts';
import { loadSqlite } from '../../../../src/agent/history/catalogue/node-sqlite.ts';
import {
  type CatalogueSurroundings,
  openCatalogue,
} from '../../../../src/agent/history/catalogue/open-catalogue.ts';
import type { HistoryReader } from '../../../../src/agent/history/history-reader.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import type { Result } from '../../../../src/base/result.ts';
import { createTinyReader } from './tiny-reader.ts';

export const NOW = Date.parse('2026-11-20T12:00:00Z');
export const DAY = 24 * 60 * 60 * 1000;

export interface SessionText {
  /** Prompt and answer, turn by turn. */
  readonly turns?: readonly (readonly [prompt: string, answer: string])[];
  readonly commands?: readonly string[];
  /** Absolute paths. */
  readonly edits?: readonly string[];
  readonly title?: string;
  readonly cwd?: string;
  readonly branch?: string;
  readonly interrupted?: boolean;
  /** Days before {@link NOW}. */
  readonly age?: number;
}

export interface CataloguePlace {
  readonly root: string;
  /** Where the tiny reader looks. */
  readonly projects: string;
  readonly cache: string;
  readonly varveHome: string;
  /** Ids of sessions in the order in which they were read. */
  readonly reads: readonly string[];
  write(id: string, session: SessionText): Promise<string>;
  /** Another process would open it like this. */
  open(change?: Partial<CatalogueSurroundings>): Promise<SessionCatalogue>;
  readonly reader: HistoryReader;
}

/** A home with sessions in it, and a reader that tells what it reads. */
export async function makeCataloguePlace(): Promise<CataloguePlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-catalogue-')));
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const projects = join(root, 'projects');
  const varveHome = join(root, 'varve');
  const reads: string[] = [];
  const tiny = createTinyReader(projects);
  const reader: HistoryReader = {
    ...tiny,
    // Not every tool keeps its sessions by time.
    find: async (machine, limit) => {
      const found = await tiny.find(machine, limit);
      return { ...found, sessions: found.sessions.toReversed() };
    },
    read: (machine, session) => {
      reads.push(session.id);
      return tiny.read(machine, session);
    },
  };
  const owner = await currentOwner();
  return {
    root,
    projects,
    varveHome,
    cache: join(varveHome, 'cache/history'),
    reads,
    reader,
    write: async (id, session) => {
      const path = join(projects, 'demo', `${id}.jsonl`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, linesOf(id, session));
      const modified = new Date(NOW - (session.age ?? 0) * DAY);
      await utimes(path, modified, modified);
      return path;
    },
    open: async (change = {}) => {
      const catalogue = openCatalogue({
        machine: { files: nodeFiles, homeDirectory: root, environment: {}, platform: process.platform },
        readers: [reader],
        clock: { now: () => NOW },
        owner,
        varveHome,
        sqlite: loadSqlite(process),
        ...change,
      });
      onTestFinished(() => catalogue.dispose());
      return catalogue;
    },
  };
}

export function must<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function linesOf(id: string, session: SessionText): string {
  const { turns = [], commands = [], edits = [], title, cwd = '/home/user/demo', branch = 'main' } = session;
  const timestamp = new Date(NOW - (session.age ?? 0) * DAY).toISOString();
  let ordinal = 0;
  const line = (type: string, content: unknown): object => {
    ordinal += 1;
    return { type, uuid: `${id}-${ordinal}`, timestamp, cwd, gitBranch: branch, message: { content } };
  };
  const call = (name: string, input: object) =>
    line('assistant', [{ type: 'tool_use', id: `call-${ordinal}`, name, input }]);
  const lines = [
    ...turns.flatMap(([prompt, answer]) => [
      line('user', prompt),
      line('assistant', [{ type: 'text', text: answer }]),
    ]),
    ...commands.map((command) => call('Bash', { command })),
    ...edits.map((path) => call('Edit', { file_path: path })),
    ...(title === undefined ? [] : [{ type: 'summary', summary: title }]),
    ...(session.interrupted ? [{ type: 'end', state: 'interrupted' }] : []),
  ];
  return lines.map((one) => `${JSON.stringify(one)}\n`).join('');
}
