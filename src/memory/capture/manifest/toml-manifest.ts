import { type Dependencies, type Dependency, type DependencyUse, dependency } from './dependencies.ts';
import { readRequirement, requirementKey } from './requirements.ts';
import { quoted, tomlLines } from './toml-lines.ts';

/** Direct dependencies of a `Cargo.toml`; crates of the same repository (`path = …`) are none. */
export function readCargoToml(text: string): Dependencies | undefined {
  const found = new Map<string, Dependency>();
  for (const { table, key, value } of tomlLines(text)) {
    const own = /^(?:target\..+\.|workspace\.)?((?:dev-|build-)?dependencies)(?:\.(.+))?$/.exec(table);
    if (own === null) continue;
    const name = own[2] ?? key.split('.')[0] ?? key;
    const isOwnTable = own[2] !== undefined;
    if (/\bpath\s*=/.test(value) || (isOwnTable && key === 'path')) found.delete(name);
    else if (!isOwnTable || key === 'version' || key === 'git' || key === 'workspace') {
      const version = value.startsWith('{') ? versionIn(value) : key === 'git' ? undefined : quoted(value);
      found.set(name, dependency(own[1] === 'dependencies' ? 'runtime' : 'development', version));
    }
  }
  return found;
}

/** Direct dependencies of a `pyproject.toml`: PEP 621, PEP 735 groups, Poetry, PDM, uv, Hatch. */
export function readPyproject(text: string): Dependencies | undefined {
  const found = new Map<string, Dependency>();
  for (const { table, key, value } of tomlLines(text)) {
    if (table === 'project' && key === 'dependencies') addArray(found, value, 'runtime');
    else if (table === 'project.optional-dependencies') addArray(found, value, 'runtime');
    else if (/^(?:dependency-groups|tool\.pdm\.dev-dependencies)$/.test(table))
      addArray(found, value, 'development');
    else if (table === 'tool.uv' && key === 'dev-dependencies') addArray(found, value, 'development');
    else if (/^tool\.hatch\.envs\..+$/.test(table) && /^(?:extra-)?dependencies$/.test(key))
      addArray(found, value, 'development');
    else if (table === 'tool.poetry.dependencies') addPair(found, key, value, 'runtime');
    else if (/^tool\.poetry\.(?:dev-dependencies|group\..+\.dependencies)$/.test(table))
      addPair(found, key, value, 'development');
  }
  return found;
}

/** Direct dependencies of a `Pipfile`. */
export function readPipfile(text: string): Dependencies | undefined {
  const found = new Map<string, Dependency>();
  for (const { table, key, value } of tomlLines(text)) {
    if (table === 'packages') addPair(found, key, value, 'runtime');
    else if (table === 'dev-packages') addPair(found, key, value, 'development');
  }
  return found;
}

/** Libraries and plugins of a Gradle version catalogue (`libs.versions.toml`). */
export function readVersionCatalogue(text: string): Dependencies | undefined {
  const lines = tomlLines(text);
  const versions = new Map(
    lines.filter(({ table }) => table === 'versions').map(({ key, value }) => [key, quoted(value) ?? '']),
  );
  const found = new Map<string, Dependency>();
  for (const { table, value } of lines) {
    if (table !== 'libraries' && table !== 'plugins') continue;
    const [short, shortVersion] = splitLast(value.startsWith('{') ? '' : (quoted(value) ?? ''));
    const group = field(value, 'group');
    const name =
      field(value, table === 'plugins' ? 'id' : 'module') ?? (group && `${group}:${field(value, 'name')}`);
    const reference = /version\.ref\s*=\s*["']([^"']+)/.exec(value)?.[1];
    const version =
      reference === undefined ? (field(value, 'version') ?? shortVersion) : versions.get(reference);
    const known = name ?? short;
    if (known !== '') found.set(known, dependency(table === 'plugins' ? 'development' : 'runtime', version));
  }
  return found;
}

function field(inline: string, name: string): string | undefined {
  return new RegExp(`(?:^|[{,\\s])${name}\\s*=\\s*["']([^"']+)`).exec(inline)?.[1];
}

/** `group:artifact:1.0` → name and version. */
function splitLast(text: string): readonly [string, string | undefined] {
  const at = text.lastIndexOf(':');
  return at < 0 || text.indexOf(':') === at ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function addArray(found: Map<string, Dependency>, value: string, use: DependencyUse): void {
  for (const [, double, single] of value.matchAll(/"([^"]*)"|'([^']*)'/g)) {
    const named = readRequirement(double ?? single ?? '');
    if (named !== undefined && found.get(named.name)?.use !== 'runtime')
      found.set(named.name, dependency(use, named.version));
  }
}

function addPair(found: Map<string, Dependency>, key: string, value: string, use: DependencyUse): void {
  const name = requirementKey(key.split('.')[0] ?? key);
  if (name === 'python' || /\bpath\s*=/.test(value)) return;
  found.set(name, dependency(use, value.startsWith('{') ? versionIn(value) : quoted(value)));
}

function versionIn(inline: string): string | undefined {
  return /\bversion\s*=\s*["']([^"']*)/.exec(inline)?.[1];
}
