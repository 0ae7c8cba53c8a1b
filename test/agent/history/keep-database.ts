import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RecordingPlace } from './recording-place.ts';

/**
 * Keeps a database that a program made, at `into`: with neutral paths and in small pages. `prepare` leaves out what is
 * not of sessions; what `last` does stays in the log beside it, as programs leave their newest work.
 */
export async function keepDatabase(
  place: RecordingPlace,
  path: string,
  into: string,
  prepare: (database: DatabaseSync) => void,
  last: (database: DatabaseSync) => void,
): Promise<void> {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    prepare(database);
    neutralize(place, database);
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM; PRAGMA journal_mode = WAL');
    last(database);
    await mkdir(dirname(into), { recursive: true });
    // While it is open: closing it would take the log into it.
    await copyFile(path, into);
    await copyFile(`${path}-wal`, join(dirname(into), `${basename(into)}-wal`));
  } finally {
    database.close();
  }
}

function neutralize(place: RecordingPlace, database: DatabaseSync): void {
  for (const { name: table } of database.prepare(TABLES).all())
    for (const { name: column } of database
      .prepare(`SELECT name FROM pragma_table_info(?)`)
      .all(table ?? '')) {
      const change = database.prepare(`UPDATE "${table}" SET "${column}" = ? WHERE rowid = ?`);
      const rows = database
        .prepare(`SELECT rowid AS id, "${column}" AS text FROM "${table}" WHERE instr("${column}", ?) > 0`)
        .all(basename(place.home));
      for (const { id, text } of rows)
        if (typeof text === 'string') change.run(place.neutral(text), id ?? null);
    }
}

const TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
