import type { Dependencies, DependencyUse } from './dependencies.ts';

/** Direct dependencies of a `go.mod`: what `require` names without `// indirect`. */
export function readGoMod(text: string): Dependencies | undefined {
  if (!/^module\s/m.test(text)) return undefined;
  const found = new Map<string, DependencyUse>();
  let block = '';
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    const opened = /^(\w+)\s*\($/.exec(line);
    if (opened !== null) block = opened[1] ?? '';
    else if (line === ')') block = '';
    else {
      const entry =
        block === 'require' ? line : block === '' ? (/^require\s+(.+)$/.exec(line)?.[1] ?? '') : '';
      const module = /^([^\s/]+\.[^\s]+)\s+v/.exec(entry)?.[1];
      if (module !== undefined && !/\/\/\s*indirect/.test(entry)) found.set(module, 'runtime');
    }
  }
  return found;
}
