import type { Dependencies, DependencyUse } from './dependencies.ts';
import { requirementName } from './requirements.ts';

interface TomlLine {
  /** The table's name as written, without brackets. */
  readonly table: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Keys of a TOML text with their table, arrays over several lines joined. Enough to name dependencies; not a TOML
 * parser: what it cannot read it leaves out.
 */
function tomlLines(text: string): readonly TomlLine[] {
  const found: TomlLine[] = [];
  let table = '';
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = withoutComment(lines[at] ?? '').trim();
    const header = /^\[\[?\s*([^\]]+?)\s*\]\]?$/.exec(line);
    if (header !== null) table = (header[1] ?? '').replace(/["'\s]/g, '');
    const pair = header === null ? /^("[^"]*"|'[^']*'|[\w.-]+)\s*=\s*(.*)$/.exec(line) : null;
    if (pair === null) continue;
    let value = pair[2] ?? '';
    while (isOpen(value) && at + 1 < lines.length) value += `\n${withoutComment(lines[++at] ?? '').trim()}`;
    found.push({ table, key: (pair[1] ?? '').replace(/["']/g, ''), value });
  }
  return found;
}

function withoutComment(line: string): string {
  return line.replace(/^((?:[^#"']|"[^"]*"|'[^']*')*)#.*$/, '$1');
}

function isOpen(value: string): boolean {
  const bare = value.replace(/"[^"]*"|'[^']*'/g, '');
  return bare.startsWith('[') && bare.split('[').length > bare.split(']').length;
}

/** Direct dependencies of a `Cargo.toml`; crates of the same repository (`path = …`) are none. */
export function readCargoToml(text: string): Dependencies | undefined {
  const found = new Map<string, DependencyUse>();
  for (const { table, key, value } of tomlLines(text)) {
    const own = /^(?:target\..+\.|workspace\.)?((?:dev-|build-)?dependencies)(?:\.(.+))?$/.exec(table);
    if (own === null) continue;
    const name = own[2] ?? key.split('.')[0] ?? key;
    if (/\bpath\s*=/.test(value) || (own[2] !== undefined && key === 'path')) found.delete(name);
    else if (own[2] === undefined || key === 'version' || key === 'git' || key === 'workspace') {
      found.set(name, own[1] === 'dependencies' ? 'runtime' : 'development');
    }
  }
  return found;
}

/** Direct dependencies of a `pyproject.toml`: PEP 621, PEP 735 groups, Poetry. */
export function readPyproject(text: string): Dependencies | undefined {
  const found = new Map<string, DependencyUse>();
  const addArray = (value: string, use: DependencyUse): void => {
    for (const [, double, single] of value.matchAll(/"([^"]*)"|'([^']*)'/g)) {
      const name = requirementName(double ?? single ?? '');
      if (name !== undefined && found.get(name) !== 'runtime') found.set(name, use);
    }
  };
  for (const { table, key, value } of tomlLines(text)) {
    if (table === 'project' && key === 'dependencies') addArray(value, 'runtime');
    else if (table === 'project.optional-dependencies') addArray(value, 'runtime');
    else if (table === 'dependency-groups') addArray(value, 'development');
    else if (table === 'tool.poetry.dependencies') addPoetry(found, key, 'runtime');
    else if (/^tool\.poetry\.(?:dev-dependencies|group\..+\.dependencies)$/.test(table)) {
      addPoetry(found, key, 'development');
    }
  }
  return found;
}

function addPoetry(found: Map<string, DependencyUse>, key: string, use: DependencyUse): void {
  const name = requirementName(key.split('.')[0] ?? key);
  if (name !== undefined && name !== 'python') found.set(name, use);
}
