import type { Dependencies, DependencyUse } from './dependencies.ts';

const tables: readonly (readonly [string, DependencyUse])[] = [
  ['devDependencies', 'development'],
  ['optionalDependencies', 'runtime'],
  ['peerDependencies', 'runtime'],
  ['dependencies', 'runtime'],
];

/** Direct dependencies of a `package.json`; links within the repository (`workspace:`, `file:`, `link:`) are none. */
export function readPackageJson(text: string): Dependencies | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const found = new Map<string, DependencyUse>();
  for (const [table, use] of tables) {
    const entries: unknown = Reflect.get(value, table);
    if (typeof entries !== 'object' || entries === null) continue;
    for (const [name, version] of Object.entries(entries)) {
      if (name.startsWith('@types/') || /^(?:workspace|file|link|portal):/.test(String(version))) continue;
      found.set(name, use);
    }
  }
  return found;
}
