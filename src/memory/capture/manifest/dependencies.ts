/** `development`: only those who work on the project need it. */
export type DependencyUse = 'runtime' | 'development';

/** The direct dependencies a manifest names, by their name in the ecosystem's own spelling. */
export type Dependencies = ReadonlyMap<string, DependencyUse>;

export interface ManifestReader {
  /** `npm`, `pypi`, `cargo` or `go`: the first part of a subject such as `npm:better-sqlite3`. */
  readonly ecosystem: string;
  /** Undefined where the text is no such manifest. Never throws. */
  read(text: string): Dependencies | undefined;
}
