import { readGemfile, readGemspec, readGradle, readMix, readPackageSwift } from './call-manifest.ts';
import type { ManifestReader } from './dependencies.ts';
import { readGoMod } from './go-mod.ts';
import { readComposerJson, readDenoJson, readPackageJson } from './package-json.ts';
import { readPubspec } from './pubspec.ts';
import { readCondaEnvironment, readRequirements, readSetupCfg } from './requirements.ts';
import { readCargoToml, readPipfile, readPyproject, readVersionCatalogue } from './toml-manifest.ts';
import { readNuget, readPom } from './xml-manifest.ts';

/** Directories whose manifests are somebody else's or only examples. */
const foreign =
  /(?:^|\/)(?:node_modules|vendor|third_party|fixtures?|__fixtures__|testdata|examples?|samples?|demos?|templates?)\//i;

const readers: readonly (readonly [RegExp, ManifestReader])[] = [
  [/(?:^|\/)package\.json$/, { ecosystem: 'npm', read: readPackageJson }],
  [/(?:^|\/)(?:deno|jsr|import_map)\.jsonc?$/, { ecosystem: 'deno', read: readDenoJson }],
  [
    /(?:^|\/)requirements[^/]*\.(?:txt|in)$|(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/,
    { ecosystem: 'pypi', read: readRequirements },
  ],
  [/(?:^|\/)pyproject\.toml$/, { ecosystem: 'pypi', read: readPyproject }],
  [/(?:^|\/)Pipfile$/, { ecosystem: 'pypi', read: readPipfile }],
  [/(?:^|\/)setup\.cfg$/, { ecosystem: 'pypi', read: readSetupCfg }],
  [/(?:^|\/)environment\.ya?ml$/, { ecosystem: 'conda', read: readCondaEnvironment }],
  [/(?:^|\/)Cargo\.toml$/, { ecosystem: 'cargo', read: readCargoToml }],
  [/(?:^|\/)go\.mod$/, { ecosystem: 'go', read: readGoMod }],
  [/(?:^|\/)pom\.xml$/, { ecosystem: 'maven', read: readPom }],
  [/(?:^|\/)[^/]*\.gradle(?:\.kts)?$/, { ecosystem: 'maven', read: readGradle }],
  [/(?:^|\/)[^/]*\.versions\.toml$/, { ecosystem: 'maven', read: readVersionCatalogue }],
  [
    /\.(?:cs|fs|vb)proj$|(?:^|\/)(?:Directory\.(?:Packages|Build)\.props|packages\.config)$/i,
    { ecosystem: 'nuget', read: readNuget },
  ],
  [/(?:^|\/)(?:Gemfile|gems\.rb)$/, { ecosystem: 'gem', read: readGemfile }],
  [/\.gemspec$/, { ecosystem: 'gem', read: readGemspec }],
  [/(?:^|\/)composer\.json$/, { ecosystem: 'composer', read: readComposerJson }],
  [/(?:^|\/)mix\.exs$/, { ecosystem: 'hex', read: readMix }],
  [/(?:^|\/)pubspec\.ya?ml$/, { ecosystem: 'pub', read: readPubspec }],
  [/(?:^|\/)Package\.swift$/, { ecosystem: 'swift', read: readPackageSwift }],
];

/** The reader for a path below the repository root; undefined for what is no manifest of this project. */
export function manifestReaderFor(path: string): ManifestReader | undefined {
  if (foreign.test(path)) return undefined;
  return readers.find(([pattern]) => pattern.test(path))?.[1];
}
