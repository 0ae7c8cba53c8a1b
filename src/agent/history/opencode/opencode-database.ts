import { failure, type Result, success } from '../../../base/result.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { type LooseObject, parseLoose, textField } from '../loose-json.ts';
import { readSqlite, type SqliteDatabase } from '../sqlite/sqlite-database.ts';
import { OpencodeReading } from './opencode-reading.ts';

/** A session's own row, in the names that files have. */
export interface StoredSession {
  readonly title: string;
  readonly directory: string;
  readonly version: string | undefined;
  readonly parent: string | undefined;
  readonly agent: string | undefined;
  readonly created: number | undefined;
  readonly revertedTo: string | undefined;
}

/** Sessions of one database, by their rows alone. */
export async function sessionsIn(
  { files }: MachinePlaces,
  path: string,
): Promise<Result<readonly SessionFile[], { readonly message: string }>> {
  return readSqlite(files, path, async (database) => {
    const sessions: SessionFile[] = [];
    for await (const row of database.rows('session', ['id', 'parent_id', 'time_created', 'time_updated'])) {
      const { id, parent_id: parent, time_created: created, time_updated: updated } = row;
      if (typeof id !== 'string') continue;
      const modified = typeof updated === 'number' ? updated : typeof created === 'number' ? created : 0;
      sessions.push({
        tool: 'opencode',
        id,
        path,
        size: 0,
        modified,
        ...(typeof parent === 'string' && { parent }),
        isShared: true,
      });
    }
    return sessions;
  });
}

/** One session and all that was said in it. */
export async function readFromDatabase(
  { files, homeDirectory: home }: MachinePlaces,
  { path, id }: SessionFile,
): Promise<
  Result<{ readonly session: StoredSession; readonly reading: OpencodeReading }, { readonly message: string }>
> {
  const read = await readSqlite(files, path, async (database) => {
    const session = await sessionRow(database, id);
    if (session === undefined) return undefined;
    const reading = new OpencodeReading({ cwd: session.directory, home });
    const ofSession = { column: 'session_id', is: id };
    for await (const row of database.rows('message', ['id', 'data'], ofSession))
      reading.addMessage(String(row['id']), dataOf(row['data']));
    for await (const row of database.rows('part', ['id', 'message_id', 'data'], ofSession))
      reading.addPart(String(row['message_id']), String(row['id']), dataOf(row['data']));
    return { session, reading };
  });
  if (!read.ok) return read;
  return read.value === undefined
    ? failure({ message: `${path} holds no session ${id} any more. List the sessions again.` })
    : success(read.value);
}

function dataOf(value: unknown): LooseObject | undefined {
  return typeof value === 'string' ? parseLoose(value) : undefined;
}

const COLUMNS = ['id', 'parent_id', 'directory', 'title', 'version', 'revert', 'agent', 'time_created'];

async function sessionRow(database: SqliteDatabase, id: string): Promise<StoredSession | undefined> {
  for await (const row of database.rows('session', COLUMNS, { column: 'id', is: id })) {
    const text = (name: string) => {
      const value = row[name];
      return typeof value === 'string' ? value : undefined;
    };
    const created = row['time_created'];
    return {
      title: text('title') ?? '',
      directory: text('directory') ?? '',
      version: text('version'),
      parent: text('parent_id'),
      agent: text('agent'),
      created: typeof created === 'number' ? created : undefined,
      revertedTo: textField(parseLoose(text('revert') ?? ''), 'messageID'),
    };
  }
  return undefined;
}
