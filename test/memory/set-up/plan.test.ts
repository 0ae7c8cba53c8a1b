import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileChange } from '../../../src/memory/ledger/operation.ts';
import type { MemoryRecord } from '../../../src/memory/record/record.ts';
import { renderRecord } from '../../../src/memory/record/record-file.ts';
import { planRemovalChanges } from '../../../src/memory/set-up/plan-removal.ts';
import { planSetUpChanges, type SetUpInput, type SetUpPlan } from '../../../src/memory/set-up/plan-set-up.ts';
import type { SetUpOptions, SetUpPlaces } from '../../../src/memory/set-up/set-up-places.ts';

const projectId = '01KAN4X2V6T3M8Q9RWYZ4KQ2ZF';
const places: SetUpPlaces = {
  root: '/repo',
  state: '/home/varve/projects/repo-12345678',
  exclude: '/repo/.git/info/exclude',
};
const repository: SetUpOptions = {
  place: 'repository',
  claudeRules: true,
  agentsPointer: true,
  capture: 'proposed',
};
const onMachine: SetUpOptions = { ...repository, place: 'private' };

type Disk = Map<string, Uint8Array | null>;

function disk(texts: Readonly<Record<string, string>> = {}): Disk {
  return new Map(Object.entries(texts).map(([path, text]) => [path, new Uint8Array(Buffer.from(text))]));
}

function texts(files: Disk): Readonly<Record<string, string>> {
  return Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes ?? []).toString()]));
}

function write(files: Disk, changes: readonly FileChange[]): Disk {
  const next = new Map(files);
  for (const change of changes) {
    expect(change.before).toEqual(files.get(change.path) ?? null);
    if (change.after === null) next.delete(change.path);
    else next.set(change.path, change.after);
  }
  return next;
}

function plan(files: Disk, options: SetUpOptions, more: Partial<SetUpInput> = {}): SetUpPlan {
  const planned = planSetUpChanges({ places, snapshot: files, options, projectId, ...more });
  if (!planned.ok) throw new Error(planned.error.message);
  return planned.value;
}

function setUp(files: Disk, options: SetUpOptions): Disk {
  return write(files, plan(files, options).changes);
}

function remove(files: Disk, place: SetUpOptions['place']): Disk {
  return write(files, planRemovalChanges({ places, snapshot: files, place }).changes);
}

const record: MemoryRecord = {
  id: projectId,
  kind: 'decision',
  status: 'accepted',
  name: 'decision-x-4kq2zf',
  description: 'X is used',
  modified: '2026-11-22T09:12:44.120Z',
  body: 'X is used.',
};

describe('set-up in the repository', () => {
  test('writes the layout of the formats and nothing else', () => {
    const files = texts(setUp(disk(), repository));
    expect(Object.keys(files).sort()).toEqual([
      '/repo/.claude/rules/.gitattributes',
      '/repo/.claude/rules/varve.md',
      '/repo/.varve/.gitattributes',
      '/repo/.varve/archive/.keep',
      '/repo/.varve/config.json',
      '/repo/.varve/evidence/.keep',
      '/repo/.varve/memory/.keep',
      '/repo/.varve/memory/MEMORY.md',
      '/repo/.varve/proposed/.keep',
      '/repo/AGENTS.md',
    ]);
    expect(JSON.parse(files['/repo/.varve/config.json'] ?? '')).toMatchObject({ version: 1, id: projectId });
    expect(files['/repo/.varve/.gitattributes']).toBe('* text eol=lf\nmemory/MEMORY.md merge=union\n');
    expect(files['/repo/.claude/rules/.gitattributes']).toContain('\nvarve.md text eol=lf merge=union\n');
    expect(files['/repo/AGENTS.md']).not.toMatch(/(^|\s)@/);
  });

  test('followed by removal gives back every byte, whatever stood there', () => {
    const content = fc.option(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.string().map((text) => new Uint8Array(Buffer.from(text))),
      ),
    );
    const options = fc.record({
      place: fc.constantFrom('repository', 'private'),
      claudeRules: fc.boolean(),
      agentsPointer: fc.boolean(),
      capture: fc.constantFrom('proposed', 'accepted', 'never'),
    });
    fc.assert(
      fc.property(
        content,
        content,
        content,
        content,
        options,
        (agents, claude, attributes, exclude, chosen) => {
          const named = Object.entries({
            '/repo/AGENTS.md': agents,
            '/repo/CLAUDE.md': claude,
            '/repo/.claude/rules/.gitattributes': attributes,
            '/repo/.git/info/exclude': exclude,
          });
          const before: Disk = new Map(named.filter(([, bytes]) => bytes !== null));
          expect(remove(setUp(before, chosen as SetUpOptions), chosen.place as 'private')).toEqual(before);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a second time changes nothing and says so', () => {
    const again = plan(setUp(disk({ '/repo/AGENTS.md': 'hand\n' }), repository), repository);
    expect(again.changes).toEqual([]);
    expect(again.notes).toContain('Memory was set up here before; only what is missing is added.');
  });

  test('keeps the project id that stands there and adds what is missing', () => {
    const first = setUp(disk(), { ...repository, agentsPointer: false });
    const second = planSetUpChanges({
      places,
      snapshot: first,
      options: repository,
      projectId: '01CCCCCCCCCCCCCCCCCCCCCCCC',
    });
    expect(second.ok && second.value.changes.map((change) => change.path)).toEqual(['/repo/AGENTS.md']);
    expect(texts(write(first, second.ok ? second.value.changes : []))['/repo/AGENTS.md']).toContain(
      projectId,
    );
  });

  test('leaves out what was not chosen', () => {
    const paths = plan(disk(), { ...repository, claudeRules: false, agentsPointer: false });
    expect(paths.changes.every((change) => change.path.startsWith('/repo/.varve/'))).toBe(true);
    expect(paths.notes.join(' ')).toContain('No agent gets the accepted records by itself');
  });

  test('never overwrites a rules file that stands there by hand', () => {
    const mine = disk({ '/repo/.claude/rules/varve.md': 'my own rule\n' });
    const planned = plan(mine, repository);
    expect(planned.changes.some((change) => change.path.startsWith('/repo/.claude/'))).toBe(false);
    expect(planned.notes.join(' ')).toContain('stands there by hand');
    expect(remove(write(mine, planned.changes), 'repository')).toEqual(mine);
  });

  test('says what a new or changed AGENTS.md means for Claude Code', () => {
    const notes = (files: Disk, more: Partial<SetUpInput> = {}): string =>
      plan(files, repository, more).notes.join(' ');
    expect(notes(disk())).toContain('reads it too, as long as no CLAUDE.md stands beside it');
    expect(notes(disk({ '/repo/CLAUDE.md': 'x' }))).toContain('goes on reading CLAUDE.md');
    expect(notes(disk({ '/repo/AGENTS.md': 'x' }))).toContain('because set-up makes no CLAUDE.md');
    const linked = new Map([['/repo/CLAUDE.md', '/repo/AGENTS.md']]);
    expect(notes(disk({ '/repo/CLAUDE.md': 'x', '/repo/AGENTS.md': 'x' }), { realPaths: linked })).toContain(
      'one file by a link',
    );
  });

  test('writes to the file a link leads to, and not out of the repository', () => {
    const files = disk({ '/repo/AGENTS.md': 'x\n', '/repo/CLAUDE.md': 'x\n' });
    const inside = plan(files, repository, { realPaths: new Map([['/repo/AGENTS.md', '/repo/CLAUDE.md']]) });
    expect(inside.changes.some((change) => change.path === '/repo/CLAUDE.md')).toBe(true);
    expect(inside.changes.some((change) => change.path === '/repo/AGENTS.md')).toBe(false);
    const outside = plan(files, repository, {
      realPaths: new Map([['/repo/AGENTS.md', '/elsewhere/AGENTS.md']]),
    });
    expect(outside.changes.some((change) => change.path.endsWith('AGENTS.md'))).toBe(false);
    expect(outside.notes.join(' ')).toContain('leads out of this repository');
  });

  test('by a newer version is refused with a next step', () => {
    const newer = disk({ '/repo/.varve/config.json': `{"version": 99, "id": "${projectId}"}` });
    const planned = planSetUpChanges({ places, snapshot: newer, options: repository, projectId });
    expect(planned).toMatchObject({
      ok: false,
      error: { kind: 'newer-version', path: '/repo/.varve/config.json' },
    });
  });
});

describe('removal', () => {
  test('works in another clone, after records were accepted and text was written around the block', () => {
    const files = setUp(disk({ '/repo/AGENTS.md': '# Mine\n' }), repository);
    const later = new Map(files);
    const add = (path: string, text: string): void => void later.set(path, new Uint8Array(Buffer.from(text)));
    add('/repo/.varve/memory/decision-x-4kq2zf.md', renderRecord(record));
    add(`/repo/.varve/evidence/${projectId}.json`, '{}\n');
    add('/repo/.varve/proposed/gotcha-y-4kq2zf.md', 'x');
    add('/repo/AGENTS.md', `${texts(files)['/repo/AGENTS.md']}Written later.\n`);
    const planned = planRemovalChanges({ places, snapshot: later, place: 'repository' });
    expect(texts(write(later, planned.changes))).toEqual({ '/repo/AGENTS.md': '# Mine\nWritten later.\n' });
    expect(planned.notes.join(' ')).toContain('One accepted record leaves the working tree');
    expect(planned.directories).toEqual([
      '/repo/.varve/memory',
      '/repo/.varve/archive',
      '/repo/.varve/proposed',
      '/repo/.varve/evidence',
      '/repo/.varve',
      '/repo/.claude/rules',
      '/repo/.claude',
    ]);
  });

  test('leaves what somebody put into .varve by hand and names it', () => {
    const files = setUp(disk(), repository);
    files.set('/repo/.varve/notes.txt', new Uint8Array([1]));
    const planned = planRemovalChanges({ places, snapshot: files, place: 'repository' });
    expect([...write(files, planned.changes).keys()]).toEqual(['/repo/.varve/notes.txt']);
    expect(planned.notes).toContain('Left in .varve, because Varve did not make it: notes.txt.');
  });

  test('says when the delivery file or the text between the marks was edited by hand', () => {
    const files = setUp(disk(), repository);
    expect(planRemovalChanges({ places, snapshot: files, place: 'repository' }).notes).toEqual([]);
    const edit = (path: string, from: string, to: string): void =>
      void files.set(path, new Uint8Array(Buffer.from((texts(files)[path] ?? '').replace(from, to))));
    edit('/repo/.claude/rules/varve.md', 'Nothing is', 'My own line is');
    edit('/repo/AGENTS.md', 'accepted', 'best');
    const notes = planRemovalChanges({ places, snapshot: files, place: 'repository' }).notes.join(' ');
    expect(notes).toContain('.claude/rules/varve.md does not hold what the records say now');
    expect(notes).toContain('The text between Varve’s marks in AGENTS.md was edited by hand');
  });

  test('without a config takes the block of whichever project stands there', () => {
    const files = setUp(disk({ '/repo/AGENTS.md': 'x' }), repository);
    files.delete('/repo/.varve/config.json');
    expect(texts(remove(files, 'repository'))).toEqual({ '/repo/AGENTS.md': 'x' });
  });
});

describe('private mode', () => {
  test('writes to local state, the rules file and info/exclude only', () => {
    const planned = plan(disk({ '/repo/.git/info/exclude': '# git ls-files\n' }), onMachine);
    const outside = planned.changes
      .map((change) => change.path)
      .filter((path) => !path.startsWith(places.state));
    expect(outside).toEqual(['/repo/.claude/rules/varve.md', '/repo/.git/info/exclude']);
    expect(planned.notes.join(' ')).toContain('Records stay on this machine');
    expect(planned.notes.join(' ')).toContain('AGENTS.md gets no pointer in private mode');
  });

  test('keeps private records when it is removed', () => {
    const files = setUp(disk(), onMachine);
    const path = `${places.state}/memory/decision-x-4kq2zf.md`;
    files.set(path, new Uint8Array(Buffer.from(renderRecord(record))));
    expect([...remove(files, 'private').keys()]).toEqual([path]);
  });
});
