import { expect, it } from 'vitest';
import { absolutePath, callEntry } from '../../../src/agent/history/call-shape.ts';

const place = { cwd: '/home/ada/work', home: '/home/ada' };
const windows = { cwd: 'C:\\work', home: 'C:\\Users\\ada' };

it.each([
  ['src/a.ts', place, '/home/ada/work/src/a.ts'],
  ['../b.ts', place, '/home/ada/b.ts'],
  ['/etc/hosts', place, '/etc/hosts'],
  ['~/notes.md', place, '/home/ada/notes.md'],
  ['src\\a.ts', windows, 'C:\\work\\src\\a.ts'],
  ['D:/x/../y', windows, 'D:\\y'],
  ['~\\notes.md', windows, 'C:\\Users\\ada\\notes.md'],
  ['src/a.ts', { cwd: '', home: '/home/ada' }, undefined],
  ['', place, undefined],
  ['a\0b', place, undefined],
])('takes %j as its machine means it', (path, from, expected) => {
  expect(absolutePath(path, from)).toBe(expected);
});

it('says nothing of files for tools it does not know, and still what a call was about', () => {
  const call = callEntry(
    { id: 'a', name: 'mcp__deploy', input: { query: 'two\nlines', path: 3 } },
    undefined,
    place,
  );
  expect(call).toEqual({
    kind: 'call',
    id: 'a',
    name: 'mcp__deploy',
    act: 'other',
    summary: 'two lines',
    reads: [],
    writes: [],
  });
});

it('joins a command that is a list', () => {
  const shape = { act: 'execute', command: 'argv' } as const;
  const call = callEntry({ id: 'a', name: 'run', input: { argv: ['git', 'status', 7] } }, shape, place);
  expect([call.command, call.summary]).toEqual(['git status', 'git status']);
});
