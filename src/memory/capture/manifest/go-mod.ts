import { type Dependencies, type Dependency, dependency } from './dependencies.ts';
import { textLines } from './text-lines.ts';

/**
 * Direct dependencies of a `go.mod`: what `require` names without `// indirect`. A major version in the path
 * (`…/v2`, `gopkg.in/yaml.v3`) is taken for the version, so that a new one is an upgrade and no other module.
 */
export function readGoMod(text: string): Dependencies | undefined {
  if (!/^module\s/m.test(text)) return undefined;
  const found = new Map<string, Dependency>();
  let block = '';
  for (const raw of textLines(text)) {
    const line = raw.trim();
    const opened = /^(\w+)\s*\($/.exec(line);
    if (opened !== null) block = opened[1] ?? '';
    else if (line === ')') block = '';
    else {
      const entry =
        block === 'require' ? line : block === '' ? (/^require\s+(.+)$/.exec(line)?.[1] ?? '') : '';
      const parts = /^([^\s/]+\.[^\s]+)\s+(v\S*)/.exec(entry);
      if (parts?.[1] === undefined || /\/\/\s*indirect/.test(entry)) continue;
      found.set(parts[1].replace(/(?:\/|\.)v\d+$/, ''), dependency('runtime', parts[2]));
    }
  }
  return found;
}
