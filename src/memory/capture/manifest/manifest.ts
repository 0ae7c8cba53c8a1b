import type { ManifestReader } from './dependencies.ts';
import { readGoMod } from './go-mod.ts';
import { readPackageJson } from './package-json.ts';
import { readRequirements } from './requirements.ts';
import { readCargoToml, readPyproject } from './toml-manifest.ts';

/** Directories whose manifests are somebody else's or only examples. */
const foreign =
  /(?:^|\/)(?:node_modules|vendor|third_party|fixtures?|__fixtures__|testdata|examples?|samples?|templates?)\//;

const readers: readonly (readonly [RegExp, ManifestReader])[] = [
  [/(?:^|\/)package\.json$/, { ecosystem: 'npm', read: readPackageJson }],
  [/(?:^|\/)requirements[^/]*\.(?:txt|in)$/, { ecosystem: 'pypi', read: readRequirements }],
  [/(?:^|\/)pyproject\.toml$/, { ecosystem: 'pypi', read: readPyproject }],
  [/(?:^|\/)Cargo\.toml$/, { ecosystem: 'cargo', read: readCargoToml }],
  [/(?:^|\/)go\.mod$/, { ecosystem: 'go', read: readGoMod }],
];

/** The reader for a path below the repository root; undefined for what is no manifest of this project. */
export function manifestReaderFor(path: string): ManifestReader | undefined {
  if (foreign.test(path)) return undefined;
  return readers.find(([pattern]) => pattern.test(path))?.[1];
}
