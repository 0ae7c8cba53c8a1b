import { expect, it } from 'vitest';
import { belongsTo } from '../../../../src/agent/history/catalogue/belongs-to.ts';
import { passes, type SessionFilter } from '../../../../src/agent/history/catalogue/session-filter.ts';
import type { SessionRow } from '../../../../src/agent/history/session-row.ts';

const row: SessionRow = {
  tool: 'codex',
  id: 'one',
  path: '/home/user/.codex/one.jsonl',
  size: 1,
  created: 1,
  modified: 100,
  title: '',
  firstPrompt: '',
  state: 'done',
  cwd: '/work/demo/packages/api',
  branch: 'main',
  prompts: 1,
  turns: 1,
  costUsd: null,
  fileCount: 1,
  files: ['/work/demo/packages/api/src/a.ts'],
  branchCount: 0,
};

it('a session is of the project in or below whose directories it was worked in', () => {
  const within = (cwd: string, directories: readonly string[], ignoreCase = false) =>
    belongsTo({ ...row, cwd }, { directories, ignoreCase });
  expect(within('/work/demo', ['/work/demo'])).toBe(true);
  expect(within('/work/demo/', ['/work/demo'])).toBe(true);
  expect(within('/work/demo/deep/er', ['/elsewhere', '/work/demo/'])).toBe(true);
  expect(within('/work/demo-two', ['/work/demo'])).toBe(false);
  expect(within('/work', ['/work/demo'])).toBe(false);
  expect(within('', ['/work/demo'])).toBe(false);
  expect(within('/work/demo', [''])).toBe(false);
  expect(within('/any/where', ['/'])).toBe(true);
  expect(within('/Work/Demo/x', ['/work/demo'])).toBe(false);
  expect(within('/Work/Demo/x', ['/work/demo'], true)).toBe(true);
  expect(within('C:\\work\\demo\\x', ['c:/work/demo'], true)).toBe(true);
});

it("Varve's own sessions are the project's in whose state they are kept", () => {
  const places = {
    directories: ['/work/demo'],
    sessionsDirectory: '/state/demo/sessions',
    ignoreCase: false,
  };
  const own = { tool: 'varve', id: 'x', cwd: '/moved/away', path: '/state/demo/sessions/x.jsonl' } as const;
  expect(belongsTo(own, places)).toBe(true);
  expect(belongsTo({ ...own, path: '/state/other/sessions/x.jsonl' }, places)).toBe(false);
  expect(belongsTo({ ...own, tool: 'codex' }, places)).toBe(false);
});

it('what a person said of a session counts before where it was worked in', () => {
  const relinked = { own: ['codex\nx'], others: ['codex\ny'] };
  const places = { directories: ['/work/demo'], relinked, ignoreCase: false };
  const session = { tool: 'codex', cwd: '/work/demo', path: '/s.jsonl' } as const;
  expect(belongsTo({ ...session, id: 'x', cwd: '/gone' }, places)).toBe(true);
  expect(belongsTo({ ...session, id: 'y' }, places)).toBe(false);
  expect(belongsTo({ ...session, id: 'y', tool: 'pi' }, places)).toBe(true);
});

it('a filter asks for everything that it says', () => {
  const holds: readonly SessionFilter[] = [
    {},
    { tools: ['pi', 'codex'] },
    { branches: ['main'] },
    { states: ['done'] },
    { since: 100 },
    { files: ['/work/demo/packages/api/src/a.ts'] },
    { files: ['/work/demo/packages'] },
    { files: ['src/a.ts'] },
    { files: ['./api/src/'] },
    { files: ['nothing', 'a.ts'] },
    { tools: ['codex'], branches: ['main'], since: 1, withoutSubagents: true },
  ];
  for (const filter of holds)
    expect({ filter, passes: passes(row, filter) }).toEqual({ filter, passes: true });
  const fails: readonly SessionFilter[] = [
    { tools: [] },
    { tools: ['pi'] },
    { branches: ['mai'] },
    { states: ['failed'] },
    { since: 101 },
    { files: ['/work/demo/pack'] },
    { files: ['rc/a.ts'] },
    { files: ['a.t'] },
    { tools: ['codex'], branches: ['other'] },
    { places: { directories: ['/work/other'], ignoreCase: false } },
  ];
  for (const filter of fails)
    expect({ filter, passes: passes(row, filter) }).toEqual({ filter, passes: false });
  const sent: SessionRow = { ...row, lineage: { how: 'subagent', from: 'two' } };
  expect([passes(sent, {}), passes(sent, { withoutSubagents: true })]).toEqual([true, false]);
});
