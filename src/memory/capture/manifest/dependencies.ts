/** `development`: only those who work on the project need it. */
export type DependencyUse = 'runtime' | 'development';

export interface Dependency {
  readonly use: DependencyUse;
  /** As the manifest asks for it (`^1.2.0`, `>=4,<5`); undefined where it names none. */
  readonly version?: string;
}

/** The direct dependencies a manifest names, by their name in the ecosystem's own spelling. */
export type Dependencies = ReadonlyMap<string, Dependency>;

export interface ManifestReader {
  /** `npm`, `pypi`, `cargo`, `go`, `maven` …: the first part of a subject such as `npm:better-sqlite3`. */
  readonly ecosystem: string;
  /** Undefined where the text is no such manifest. Never throws. */
  read(text: string): Dependencies | undefined;
}

export function dependency(use: DependencyUse, version: string | undefined): Dependency {
  const plain = version?.trim();
  return plain === undefined || plain === '' ? { use } : { use, version: plain };
}

/**
 * The major version a requirement such as `^1.2.0`, `~> 7.1` or `>=4,<5` begins with; undefined where it names none.
 * What is before 1.0 has major version 0, whatever it changes.
 */
export function majorOf(version: string | undefined): number | undefined {
  // The lower bound stands first in nearly every requirement; `<5` alone says nothing of where it begins.
  const match = /^[\s=~^>v"'[(]*(\d{1,6})(?![\w-]*:)(?:[.\s,;)\]<>|*x"'-]|$)/i.exec(version ?? '');
  return match === null ? undefined : Number(match[1]);
}
