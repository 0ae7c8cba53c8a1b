import { failure, type Result, success } from '../../../base/result.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { numberField, parseLoose, textField } from '../loose-json.ts';
import { PiReading } from '../pi/pi-reading.ts';
import { readSqlite, type SqliteDatabase, type SqliteRow } from '../sqlite/sqlite-database.ts';
import { asLineOfPi, openclawShapes } from './openclaw-event.ts';

/** What OpenClaw notes of a session besides what was said. */
export interface SessionNote {
  readonly title: string;
  readonly status: string | undefined;
  readonly parent: string | undefined;
  readonly agent: string | undefined;
  readonly forkOf: string | undefined;
  readonly created: number | undefined;
  readonly version: string | undefined;
}

export interface ReadSession {
  readonly note: SessionNote;
  readonly reading: PiReading;
  readonly problems: readonly string[];
}

const NODE = [
  'session_key',
  'current_session_id',
  'status',
  'spawned_by',
  'fork_source_session_key',
  'label',
  'display_name',
  'created_at',
];
const WINDOW = ['session_id', 'session_key', 'updated_at', 'transcript_updated_at'];

/**
 * Sessions of one agent, by their rows alone. A key is what a person opens, so it is the name of the session that it
 * stands for now; those that it stood for before have their own ids.
 */
export async function sessionsIn(
  { files }: MachinePlaces,
  path: string,
): Promise<Result<readonly SessionFile[], { readonly message: string }>> {
  return readSqlite(files, path, async (database) => {
    const nodes = new Map<string, SqliteRow>();
    for await (const row of database.rows('session_nodes', NODE))
      nodes.set(text(row, 'session_key') ?? '', row);
    const sessions: SessionFile[] = [];
    for await (const row of database.rows('session_windows', WINDOW)) {
      const id = text(row, 'session_id');
      if (id === undefined) continue;
      const key = text(row, 'session_key') ?? '';
      const node = nodes.get(key);
      const isCurrent = text(node, 'current_session_id') === id;
      const parent = text(node, 'spawned_by');
      sessions.push({
        tool: 'openclaw',
        id: isCurrent ? key : id,
        path,
        size: 0,
        modified: number(row, 'transcript_updated_at') ?? number(row, 'updated_at') ?? 0,
        ...(parent !== undefined && { parent }),
        isShared: true,
      });
    }
    return sessions;
  });
}

/** One session and all that was said in it. */
export async function readFromDatabase(
  { files, homeDirectory }: MachinePlaces,
  { path, id }: SessionFile,
): Promise<Result<ReadSession, { readonly message: string }>> {
  const read = await readSqlite(files, path, async (database): Promise<ReadSession | undefined> => {
    const node = await firstRow(database, 'session_nodes', NODE, 'session_key', id);
    const sessionId = text(node, 'current_session_id') ?? id;
    const window = await firstRow(
      database,
      'session_windows',
      ['session_id', 'session_key', 'created_at', 'status'],
      'session_id',
      sessionId,
    );
    if (window === undefined) return undefined;
    const own =
      node ??
      (await firstRow(database, 'session_nodes', NODE, 'session_key', text(window, 'session_key') ?? ''));
    const reading = new PiReading(homeDirectory, openclawShapes);
    const problems = await readEvents(database, sessionId, reading);
    return { note: noteOf(own, window, node !== undefined, await version(database)), reading, problems };
  });
  if (!read.ok) return read;
  return read.value === undefined
    ? failure({ message: `${path} holds no session ${id} any more. List the sessions again.` })
    : success(read.value);
}

/** An event is JSON, or JSON that was compressed. */
async function readEvents(
  database: SqliteDatabase,
  sessionId: string,
  reading: PiReading,
): Promise<readonly string[]> {
  let [unreadable, compressed] = [0, 0];
  const unpack = process.getBuiltinModule('node:zlib').zstdDecompressSync;
  const columns = ['event_json', 'event_zstd'];
  const ofSession = { column: 'session_id', is: sessionId };
  for await (const row of database.rows('transcript_events', columns, ofSession)) {
    const packed = row['event_zstd'];
    if (packed instanceof Uint8Array && unpack === undefined) {
      compressed += 1;
      continue;
    }
    const json = packed instanceof Uint8Array ? unpacked(packed, unpack) : text(row, 'event_json');
    const event = json === undefined ? undefined : parseLoose(json);
    if (event) reading.add(asLineOfPi(event));
    else unreadable += 1;
  }
  const cold = await firstRow(
    database,
    'session_transcript_cold_archives',
    ['session_id'],
    'session_id',
    sessionId,
  );
  return [
    ...(unreadable > 0 ? [`${unreadable} of its events could not be read.`] : []),
    ...(compressed > 0
      ? [`${compressed} of its events are compressed with Zstandard, which Node reads from 22.15 on.`]
      : []),
    ...(cold ? ['OpenClaw put this session into its cold storage: open it there to bring it back.'] : []),
  ];
}

/** The limit is OpenClaw's own. */
const EVENT_BYTES = 4 * 1024 * 1024;

function unpacked(
  packed: Uint8Array,
  unpack: (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array,
): string | undefined {
  try {
    return Buffer.from(unpack(packed, { maxOutputLength: EVENT_BYTES })).toString('utf8');
  } catch {
    return undefined;
  }
}

function noteOf(
  node: SqliteRow | undefined,
  window: SqliteRow,
  isCurrent: boolean,
  appVersion: string | undefined,
): SessionNote {
  const parent = text(node, 'spawned_by');
  return {
    title: text(node, 'label') ?? text(node, 'display_name') ?? '',
    status: text(window, 'status') ?? (isCurrent ? text(node, 'status') : undefined),
    parent,
    agent: parent === undefined ? undefined : text(node, 'label'),
    forkOf: text(node, 'fork_source_session_key'),
    created: number(window, 'created_at'),
    version: appVersion,
  };
}

async function version(database: SqliteDatabase): Promise<string | undefined> {
  for await (const row of database.rows('schema_meta', ['app_version'])) return text(row, 'app_version');
  return undefined;
}

async function firstRow(
  database: SqliteDatabase,
  table: string,
  columns: readonly string[],
  column: string,
  is: string,
): Promise<SqliteRow | undefined> {
  for await (const row of database.rows(table, columns, { column, is })) return row;
  return undefined;
}

function text(row: SqliteRow | undefined, name: string): string | undefined {
  return textField(row, name) || undefined;
}

function number(row: SqliteRow | undefined, name: string): number | undefined {
  return numberField(row, name);
}
