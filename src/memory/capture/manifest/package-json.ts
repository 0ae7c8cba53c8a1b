import { type Dependencies, type Dependency, type DependencyUse, dependency } from './dependencies.ts';
import { asObject, readJsonObject } from './json-text.ts';

type Tables = readonly (readonly [string, DependencyUse])[];

const npm: Tables = [
  ['devDependencies', 'development'],
  ['optionalDependencies', 'runtime'],
  ['peerDependencies', 'runtime'],
  ['dependencies', 'runtime'],
];
const composer: Tables = [
  ['require-dev', 'development'],
  ['require', 'runtime'],
];

/** Direct dependencies of a `package.json`; links within the repository (`workspace:`, `file:`, `link:`) are none. */
export function readPackageJson(text: string): Dependencies | undefined {
  return fromTables(text, npm, (name) => !name.startsWith('@types/'));
}

/** Direct dependencies of a `composer.json`; the language itself and its extensions are none. */
export function readComposerJson(text: string): Dependencies | undefined {
  return fromTables(text, composer, (name) => name.includes('/'));
}

function fromTables(
  text: string,
  tables: Tables,
  isWanted: (name: string) => boolean,
): Dependencies | undefined {
  const manifest = readJsonObject(text);
  if (manifest === undefined) return undefined;
  const found = new Map<string, Dependency>();
  for (const [table, use] of tables) {
    for (const [name, asked] of Object.entries(asObject(manifest[table]) ?? {})) {
      const version = typeof asked === 'string' ? asked : '';
      if (isWanted(name) && !/^(?:workspace|file|link|portal):/.test(version)) {
        found.set(name, dependency(use, version));
      }
    }
  }
  return found;
}

/** Imports of a `deno.json` that come from `npm:` or `jsr:`, and dependencies of a `jsr.json`, by their own names. */
export function readDenoJson(text: string): Dependencies | undefined {
  const manifest = readJsonObject(text);
  if (manifest === undefined) return undefined;
  const found = new Map<string, Dependency>();
  for (const target of Object.values(asObject(manifest['imports']) ?? {})) {
    const parts = /^(?:npm|jsr):\/?(@[^/@]+\/[^/@]+|[^/@]+)(?:@([^/]+))?/.exec(String(target));
    if (parts?.[1] !== undefined) found.set(parts[1], dependency('runtime', parts[2]));
  }
  return found;
}
