import { relative, sep } from 'node:path';
import { expect } from 'vitest';
import type { Files } from '../../../src/base/files.ts';

const WRITING = [
  'makeLink',
  'makeDirectory',
  'writeNew',
  'append',
  'truncate',
  'rename',
  'link',
  'removeFile',
  'removeDirectory',
];
const OPENING = ['readFile', 'readPart', 'readDirectory', 'readDirectoryUnsorted'];

/** Real files of which nothing outside `home` is opened and nothing written; settings of the system may be asked for. */
export function fenced(real: Files, home: string): Files {
  return wrapped(real, async (method, path) => {
    if (WRITING.includes(method)) expect.soft(path, `${method} by a reader`).toBe('never written');
    if (!OPENING.includes(method)) return;
    const place = await real.realPath(path).catch(() => path);
    const isSystem = /^\/(?:etc|proc|Library)\//.test(path) && !path.startsWith(home);
    if (place !== home && !isInside(place, home) && !isSystem)
      expect.soft(place, `${method} ${path}`).toBe('inside');
  });
}

export function failing(real: Files, methods: readonly string[]): Files {
  return wrapped(real, async (method, path) => {
    if (methods.includes(method))
      throw Object.assign(new Error(`EACCES: ${method} ${path}`), { code: 'EACCES' });
  });
}

function wrapped(real: Files, before: (method: string, path: string) => Promise<void>): Files {
  const calls = Object.entries(real).map(([method, call]) => [
    method,
    async (...args: unknown[]) => {
      await before(method, String(args[0]));
      return (call as (...given: unknown[]) => Promise<unknown>)(...args);
    },
  ]);
  return Object.fromEntries(calls) as Files;
}
export function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}
