import { type Dependencies, type Dependency, dependency } from './dependencies.ts';
import { textLines } from './text-lines.ts';

/** Direct dependencies of a `pubspec.yaml`; the SDK's own packages and those of the same repository are none. */
export function readPubspec(text: string): Dependencies | undefined {
  const found = new Map<string, Dependency>();
  let table = '';
  let last = '';
  for (const raw of textLines(text)) {
    const line = raw.replace(/(?:^|\s)#.*$/, '');
    const top = /^([\w-]+):/.exec(line)?.[1];
    if (top !== undefined) table = top;
    const own = /^(?:dev_)?dependencies$/.test(table) ? /^ {2}([\w-]+):\s*(.*)$/.exec(line) : null;
    if (own?.[1] !== undefined) {
      last = own[1];
      const version = own[2]?.replace(/["']/g, '');
      found.set(last, dependency(table === 'dependencies' ? 'runtime' : 'development', version));
    } else if (/^ {4,}(?:sdk|path):/.test(line)) found.delete(last);
  }
  return found;
}
