import { expect, it } from 'vitest';
import { decideBelonging, type RelinkFacts } from '../../../../src/agent/history/relink/decide-belonging.ts';
import { tracesOf } from '../../../../src/agent/history/relink/session-traces.ts';
import type { CallEntry, Transcript, TranscriptEntry } from '../../../../src/agent/history/transcript.ts';

function transcript(entries: readonly TranscriptEntry[]): Transcript {
  return {
    tool: 'codex',
    id: 'one',
    title: '',
    cwd: '/work/demo',
    branch: 'feature',
    created: 1,
    modified: 1,
    state: 'done',
    entries,
    branches: [],
    turns: 1,
    costUsd: null,
    problems: [],
  };
}

function call(more: Partial<CallEntry>): CallEntry {
  return { kind: 'call', id: '#1', name: 'x', act: 'execute', summary: '', reads: [], writes: [], ...more };
}

it('a session leaves the files it touched and the commits that git told it of', () => {
  const traces = tracesOf(
    transcript([
      call({ reads: ['/work/demo/a.ts'], writes: ['/work/demo/b.ts', '/work/demo/a.ts'] }),
      call({
        command: 'cd x && git commit -m "Fix"',
        result: {
          ok: true,
          text: '[main 1a2b3c4] Fix\n 2 files changed, 1234567 lines, deadbeef is no id? ',
        },
      }),
      call({ command: 'git show 99aa99a', result: { ok: false, text: 'fatal: bad object 99aa99a' } }),
      call({ command: 'cat digits.txt', result: { ok: true, text: '5e5e5e5e' } }),
      call({ command: 'git log', result: { ok: true, text: `commit ${'a1'.repeat(20)}` } }),
    ]),
  );
  expect(traces).toEqual({
    tool: 'codex',
    id: 'one',
    cwd: '/work/demo',
    branch: 'feature',
    files: ['/work/demo/a.ts', '/work/demo/b.ts'],
    commits: ['1a2b3c4', 'a1'.repeat(20)],
  });
});

it('of a long one so many as are needed', () => {
  const reads = Array.from({ length: 500 }, (_, at) => `/work/demo/${at}.ts`);
  const ids = Array.from({ length: 500 }, (_, at) => `a${String(at).padStart(9, '0')}`);
  const traces = tracesOf(
    transcript([call({ reads, command: 'git log', result: { ok: true, text: ids.join(' ') } })]),
  );
  expect([traces.files.length, traces.commits.length]).toEqual([40, 50]);
});

const project = { id: 'P', name: 'demo', stateDirectory: '/state/demo' };
const none: RelinkFacts = { cwd: '/gone', seen: [], worktrees: [], candidates: [], refused: new Set() };
const alike = {
  root: '/now',
  commits: 0,
  files: 0,
  filesAsked: 4,
  sharesRemote: false,
  sharesName: false,
  hasBranch: false,
};

it.each<[string, Partial<RelinkFacts>, object]>([
  ['nothing', {}, { kind: 'unknown' }],
  [
    'what a person said, before where it stands',
    { answered: { root: '/a' }, standing: { root: '/b' } },
    { root: '/a' },
  ],
  [
    'two worktrees of two repositories',
    { worktrees: [{ root: '/a' }, { root: '/b' }] },
    { kind: 'ambiguous' },
  ],
  ['one of them refused', { worktrees: [{ root: '/a' }], refused: new Set(['/a']) }, { kind: 'unknown' }],
  [
    'a repository above that never had it',
    { above: { root: '/a', hadIt: false, isWorktreePlace: false } },
    { kind: 'unknown' },
  ],
  ['a commit', { candidates: [{ ...alike, commits: 1 }] }, { kind: 'ambiguous' }],
  ['a quarter of the files', { candidates: [{ ...alike, files: 1 }] }, { kind: 'unknown' }],
  ['half of the files', { candidates: [{ ...alike, files: 2 }] }, { kind: 'ambiguous' }],
  ['the name alone', { candidates: [{ ...alike, sharesName: true }] }, { kind: 'unknown' }],
  ['the branch alone', { candidates: [{ ...alike, hasBranch: true }] }, { kind: 'unknown' }],
  [
    'the name and the branch',
    { candidates: [{ ...alike, sharesName: true, hasBranch: true }] },
    { kind: 'ambiguous' },
  ],
  [
    'the project refused',
    { candidates: [{ ...alike, commits: 1, project }], refused: new Set(['P']) },
    { kind: 'unknown' },
  ],
  [
    'where it stands, refused',
    { standing: { root: '/a' }, refused: new Set(['/a']), candidates: [{ ...alike, commits: 1 }] },
    { kind: 'ambiguous', candidates: [{ root: '/now' }] },
  ],
  [
    'a project that is nowhere',
    { seen: [{ project, at: '/gone', isSure: true, places: [] }] },
    { kind: 'known', how: 'seen', project },
  ],
  [
    'two projects that were there',
    {
      seen: [
        { project, at: '/gone', isSure: true, places: ['/a'] },
        { project: { ...project, id: 'Q' }, at: '/gone', isSure: true, places: ['/b'] },
      ],
    },
    { kind: 'ambiguous', candidates: [{ root: '/a' }, { root: '/b' }] },
  ],
])('of a session speaks %s', (_, facts, expected) => {
  expect(decideBelonging({ ...none, ...facts })).toMatchObject(expected);
});
