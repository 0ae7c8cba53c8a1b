import type { DatabaseSync } from 'node:sqlite';

/** The part of `node:sqlite` that is used. */
export interface Sqlite {
  readonly DatabaseSync: typeof DatabaseSync;
}

/**
 * `node:sqlite` of this process; undefined where it was built without (Node before 22.13, some builds of Electron).
 * Node 22 warns of it as experimental: a person who searches cannot do anything about that, so this one warning is
 * kept to itself. Every other warning goes its way.
 */
export function loadSqlite(host: NodeJS.Process): Sqlite | undefined {
  const emitWarning = host.emitWarning;
  host.emitWarning = ((warning: string | Error, ...rest: readonly unknown[]) => {
    const text = typeof warning === 'string' ? warning : warning.message;
    if (text.startsWith('SQLite is an experimental feature')) return;
    Reflect.apply(emitWarning, host, [warning, ...rest]);
  }) as typeof emitWarning;
  try {
    return host.getBuiltinModule('node:sqlite') as Sqlite | undefined;
  } catch {
    return undefined;
  } finally {
    host.emitWarning = emitWarning;
  }
}
