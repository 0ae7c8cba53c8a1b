import { randomBytes } from 'node:crypto';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archiveStates } from '../../../../src/agent/history/archive/archive-state.ts';
import {
  archiveBytes,
  type KeepAllRequest,
  keepAll,
} from '../../../../src/agent/history/archive/keep-all.ts';
import { keepQuestions } from '../../../../src/agent/history/archive/keep-question.ts';
import { pinSession, unpinSession } from '../../../../src/agent/history/archive/pins.ts';
import { daysLeft, retentionWords } from '../../../../src/agent/history/archive/retention-words.ts';
import type { HistoryReader } from '../../../../src/agent/history/history-reader.ts';
import { createVarveReader } from '../../../../src/agent/history/varve/varve-reader.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import { faultyFiles } from '../../../fakes/faulty-files.ts';
import { readTree } from '../../../fakes/tree.ts';
import { makeStatePlace } from '../../housekeeping/state-place.ts';
import { type ArchivePlace, DAY_MS, line, makeArchivePlace, NOW, value } from './archive-place.ts';

const RETENTION = { days: 30, setting: 'cleanupPeriodDays', isDefault: true };
const WIDE = { quotaBytes: 1e9, retentionDays: undefined };

function requestOf(place: ArchivePlace, more: Partial<KeepAllRequest> = {}): KeepAllRequest {
  return { around: place.around, machine: place.machine, readers: [place.reader], limits: WIDE, ...more };
}

describe('keeping all sessions of a tool', () => {
  it('takes first what goes first, once, subagents with the session that asked for them', async () => {
    const place = await makeArchivePlace({ retention: RETENTION });
    await place.write('young', line('Young'), { days: 1 });
    await place.write('young', line('Helper'), { part: 'subagents/agent-a.jsonl' });
    await place.write('old', line('Old'), { days: 29 });
    await place.write('left', line('Orphan'), { part: 'subagents/agent-b.jsonl', days: 3 });
    const order: string[] = [];
    const done = await keepAll(requestOf(place, { onKept: ({ id }) => order.push(id) }));
    expect(done).toMatchObject({ kept: 3, unchanged: 0, problems: [] });
    expect(order).toEqual(['old', 'agent-b', 'young']);
    expect(await keepAll(requestOf(place))).toMatchObject({ kept: 0, unchanged: 3, problems: [] });
    const states = await archiveStates(place.around, [
      await place.session('old'),
      await place.session('agent-a'),
    ]);
    expect([...states.values()]).toMatchObject([{ kind: 'kept', isCurrent: true }, { kind: 'not-kept' }]);
  });

  it('is told of a few sessions without reading what is kept of the others', async () => {
    const place = await makeArchivePlace();
    for (const id of ['a', 'b', 'c']) await place.write(id, line(id));
    await keepAll(requestOf(place));
    const read: string[] = [];
    const files = {
      ...nodeFiles,
      readFile: (path: string) => {
        read.push(path);
        return nodeFiles.readFile(path);
      },
    };
    const asked = await place.session('b');
    const states = await archiveStates({ ...place.around, files }, [asked]);
    expect(states.get(asked)).toMatchObject({ kind: 'kept' });
    expect(read).toEqual([expect.stringMatching(/\/b-jsonl-[0-9a-f]{8}\.json$/)]);
  });

  it('takes what some program deletes before what no program does, however old that is', async () => {
    const [place, other] = [await makeArchivePlace({ retention: RETENTION }), await makeArchivePlace()];
    await place.write('young', line('Young'), { days: 1 });
    await other.write('old', line('Old'), { days: 500 });
    const find: HistoryReader['find'] = (_, limit) => other.reader.find(other.machine, limit);
    const places: HistoryReader['places'] = () => other.reader.places(other.machine);
    const keeping = { ...other.reader, find, places };
    const order: string[] = [];
    const readers = [keeping, place.reader];
    await keepAll(requestOf(place, { readers, onKept: ({ id }) => order.push(id) }));
    expect(order).toEqual(['young', 'old']);
  });

  it('stops where the archive is full, and says so; what a person names is kept all the same', async () => {
    const place = await makeArchivePlace();
    for (const id of ['a', 'b', 'c', 'd']) await place.write(id, randomBytes(50_000));
    const limits = { quotaBytes: 120_000, retentionDays: undefined };
    const done = await keepAll(requestOf(place, { limits }));
    expect(done).toMatchObject({ kept: 3, stopped: expect.stringContaining('archive.quotaMb') });
    expect(done.usedBytes).toBe(await archiveBytes(place.around));
    const kept = (await place.manifests()).map(({ id }) => id);
    const { sessions } = await place.reader.find(place.machine, 10);
    const [left] = sessions.filter(({ id }) => !kept.includes(id));
    if (left === undefined) throw new Error('There is no session.');
    value(await pinSession(place.around, place.machine, place.reader, left));
    expect((await archiveStates(place.around, [left])).get(left)).toMatchObject({ kind: 'pinned' });
  });

  it('leaves what its own limits would take away again', async () => {
    const place = await makeArchivePlace();
    await place.write('old', line('Old'), { days: 11 });
    await place.write('young', line('Young'), { days: 9 });
    const done = await keepAll(requestOf(place, { limits: { ...WIDE, retentionDays: 10 } }));
    expect(done).toMatchObject({ kept: 1 });
    expect((await place.manifests()).map(({ id }) => id)).toEqual(['young']);
  });

  it('gives up where the disk is full, and goes on past a session that cannot be read', async () => {
    const place = await makeArchivePlace();
    await place.write('a', line('A'));
    await place.write('b', line('B'));
    const full = {
      ...nodeFiles,
      writeNew: (path: string, bytes: Uint8Array, mode?: number) =>
        path.includes('objects')
          ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
          : nodeFiles.writeNew(path, bytes, mode),
    };
    const stopped = await keepAll(requestOf(place, { around: { ...place.around, files: full } }));
    expect(stopped).toMatchObject({ kept: 0, stopped: expect.stringContaining('the disk is full') });
    const broken = faultyFiles(nodeFiles, { failing: 1, fault: 'EIO' });
    const files = {
      ...nodeFiles,
      readPart: (path: string, offset: number, length: number) =>
        path.endsWith('a.jsonl')
          ? broken.readPart(path, offset, length)
          : nodeFiles.readPart(path, offset, length),
    };
    const done = await keepAll(requestOf(place, { machine: { ...place.machine, files } }));
    expect(done).toMatchObject({
      kept: 1,
      problems: [expect.stringContaining('the disk reported an error')],
    });
  });

  it('ends when it is told to', async () => {
    const place = await makeArchivePlace();
    await place.write('a', line('A'));
    const done = await keepAll(requestOf(place, { signal: AbortSignal.abort() }));
    expect(done).toMatchObject({ kept: 0, stopped: expect.stringContaining('next time') });
  });
});

describe('the question', () => {
  it('says how many there are, what they take, what goes soon, and what was answered', async () => {
    const place = await makeArchivePlace({ retention: RETENTION });
    const text = line('The same thing again and again').repeat(2_000);
    await place.write('one', text, { days: 25 });
    await place.write('one', line('Helper'), { part: 'subagents/agent-a.jsonl' });
    await place.write('two', text, { days: 2 });
    const before = await readTree(place.root);
    const [asked, ...others] = await keepQuestions(place.around, place.machine, [place.reader], {
      tools: {},
    });
    expect(await readTree(place.root)).toEqual(before);
    expect(others).toEqual([]);
    expect(asked).toMatchObject({
      sessions: 2,
      bytes: text.length * 2 + line('Helper').length,
      kept: 0,
      soon: 1,
    });
    expect(asked).not.toHaveProperty('answer');
    expect(asked?.storedBytes).toBeLessThan(text.length / 4);
    value(await pinSession(place.around, place.machine, place.reader, await place.session('one')));
    const tools = { 'claude-code': { keep: true } };
    const [later] = await keepQuestions(place.around, place.machine, [place.reader], { tools });
    expect(later).toMatchObject({ kept: 1, soon: 0, answer: { keep: true } });
    expect(later?.sessions).toBe(2);
  });

  it('is not asked where there is nothing, nor for our own', async () => {
    const place = await makeArchivePlace();
    const own = createVarveReader(join(place.root, 'varve'), await currentOwner());
    expect(await keepQuestions(place.around, place.machine, [place.reader, own], { tools: {} })).toEqual([]);
  });
});

describe('pinning', () => {
  it('keeps a session at once, and once', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('Begin'));
    const session = await place.session('one');
    const pin = () => pinSession(place.around, place.machine, place.reader, session);
    expect(value(await pin())).toEqual({ how: 'pinned' });
    expect(value(await pin())).toEqual({ how: 'unchanged' });
    await appendFile(session.path, line('More'));
    await keepAll(requestOf(place));
    expect(await place.manifests()).toMatchObject([{ pinned: new Date(NOW).toISOString() }]);
    expect(value(await unpinSession(place.around, session))).toEqual({ how: 'unpinned' });
    expect(value(await unpinSession(place.around, session))).toEqual({ how: 'unchanged' });
    const [manifest] = await place.manifests();
    expect(manifest).not.toHaveProperty('pinned');
    await rm(session.path);
    expect(value(await pin())).toEqual({ how: 'pinned' });
    expect(await place.manifests()).toMatchObject([{ pinned: new Date(NOW).toISOString() }]);
    const unknown = { ...session, path: `${session.path}x` };
    expect(await pinSession(place.around, place.machine, place.reader, unknown)).toMatchObject({ ok: false });
  });

  it('of one of ours puts a word beside its journal, nothing else', async () => {
    const place = await makeArchivePlace();
    const state = await makeStatePlace();
    const id = await state.session(1);
    const session = {
      tool: 'varve',
      id,
      path: `${state.directory}/sessions/${id}.jsonl`,
      size: 1,
      modified: 1,
    } as const;
    const reader = createVarveReader(state.directory, await currentOwner());
    const pin = () => pinSession(place.around, place.machine, reader, session);
    expect(value(await pin())).toEqual({ how: 'pinned' });
    expect(value(await pin())).toEqual({ how: 'unchanged' });
    expect(await state.names('sessions')).toContain(`${id}.pin`);
    expect((await archiveStates(place.around, [session])).get(session)).toEqual({ kind: 'pinned-in-place' });
    expect(value(await unpinSession(place.around, session))).toEqual({ how: 'unpinned' });
    expect((await archiveStates(place.around, [session])).get(session)).toEqual({ kind: 'not-kept' });
    expect(value(await unpinSession(place.around, session))).toEqual({ how: 'unchanged' });
  });

  it('of what a newer Varve wrote changes nothing', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('Begin'));
    const session = await place.session('one');
    value(await pinSession(place.around, place.machine, place.reader, session));
    const [name = ''] = Object.keys(await readTree(join(place.around.directory, 'claude-code')));
    const path = join(place.around.directory, 'claude-code', name);
    const tree = await readTree(place.around.directory);
    const newer = (tree[`claude-code/${name}`] ?? '').replace('"version": 1', '"version": 9');
    await writeFile(path, newer);
    expect(await unpinSession(place.around, session)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('Update Varve') },
    });
    expect((await readTree(place.around.directory))[`claude-code/${name}`]).toBe(newer);
  });
});

describe('how long a tool keeps a session, in words', () => {
  it.each([
    [undefined, 100, 'Claude Code keeps this until you delete it.'],
    [30, 24, 'Claude Code deletes this in 6 days.'],
    [30, 28.5, 'Claude Code deletes this in 2 days.'],
    [30, 29.5, 'Claude Code deletes this within a day.'],
    [30, 30, 'Claude Code may delete this at any moment.'],
    [30, 90, 'Claude Code may delete this at any moment.'],
    [99_999, 1, 'Claude Code keeps this for more than a year.'],
  ])('%s days, changed %s days ago: %s', (days, ago, words) => {
    const retention = days === undefined ? undefined : { ...RETENTION, days };
    expect(retentionWords('Claude Code', retention, NOW - ago * DAY_MS, NOW)).toBe(words);
  });

  it('counts a day that has begun', () => {
    expect(daysLeft(RETENTION, NOW - 23.9 * DAY_MS, NOW)).toBe(7);
    expect(daysLeft(undefined, NOW, NOW)).toBeUndefined();
  });
});
