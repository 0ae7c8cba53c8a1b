import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { carryOutSweep, planSweep } from '../../../src/agent/housekeeping/sweep.ts';
import { sweepWhenDue } from '../../../src/agent/housekeeping/sweep-when-due.ts';
import type { JournalEventBody } from '../../../src/agent/session/journal-event.ts';
import { intent } from '../session/fixtures.ts';
import { makeStatePlace, NOW, type StatePlace } from './state-place.ts';

const limits = { retentionDays: 90, quotaBytes: 1024 * 1024 * 1024 };

const wrote = (after: string): JournalEventBody =>
  intent('w', 'write', { path: 'a.txt', before: null, after });

async function sweep(place: StatePlace, given = limits) {
  const plan = await planSweep(place.around, given);
  return { plan, done: await carryOutSweep(place.around, plan) };
}

async function sessionsLeft(place: StatePlace): Promise<readonly string[]> {
  const names = await place.names('sessions');
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, 36));
}

describe('a sweep of local state', () => {
  it('takes sessions past their time, with what only they need, and nothing else', async () => {
    const place = await makeStatePlace();
    const [own, shared, nested, younger] = [
      await place.object('only of the old one'),
      await place.object('of both'),
      await place.object('named by a manifest'),
      await place.object('left by nobody, but of today', 0.5),
    ];
    const manifest = await place.object(JSON.stringify({ files: [{ path: 'a', hash: nested }] }));
    const unnamed = await place.object('left by nobody');
    const old = await place.session(91, wrote(own), wrote(shared));
    const kept = await place.session(89, wrote(shared), wrote(manifest));
    await place.write(`sessions/${old}.notes.md`, 'notes\n', 91);
    const { plan, done } = await sweep(place);
    expect(plan.sessions.map(({ id }) => id)).toEqual([old]);
    expect(done).toMatchObject({ ok: true });
    expect(await sessionsLeft(place)).toEqual([kept]);
    expect((await place.names('sessions')).filter((name) => name.startsWith(old))).toEqual([]);
    expect(await place.names('objects')).toEqual([shared, nested, manifest, younger].toSorted());
    expect(plan.paths).toContain(`objects/${unnamed}`);
    expect((await planSweep(place.around, limits)).paths).toEqual([]);
  });

  it('takes the journal before anything of it, so that what a crash leaves is no session without its bytes', async () => {
    const place = await makeStatePlace();
    await place.session(91, wrote(await place.object('x')));
    const { paths } = await planSweep(place.around, limits);
    expect(paths[0]).toMatch(/^sessions\/.*\.jsonl$/);
    expect(paths.findIndex((path) => path.startsWith('objects/'))).toBeGreaterThan(0);
  });

  it('keeps what the ledger may still take back, and what an operation without an end needs', async () => {
    const place = await makeStatePlace();
    const [past, recent, open] = [
      await place.object('past'),
      await place.object('recent'),
      await place.object('open'),
    ];
    const day = (days: number) => new Date(NOW - days * 86_400_000).toISOString();
    const lines = [
      { type: 'begin', id: 'p', time: day(200), targets: [{ before: past }] },
      { type: 'end', begin: 'p', time: day(200) },
      { type: 'begin', id: 'o', time: day(200), targets: [{ before: open }] },
      { type: 'begin', id: 'r', time: day(3), targets: [{ before: recent }] },
      { type: 'end', begin: 'r', time: day(3) },
    ];
    await place.write('ledger.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await sweep(place);
    expect(await place.names('objects')).toEqual([recent, open].toSorted());
  });

  it('makes room below the quota with the oldest ended sessions, and says when it cannot', async () => {
    const place = await makeStatePlace();
    const big = 'x'.repeat(4000);
    const oldest = await place.session(30, wrote(await place.object(`1${big}`)));
    const middle = await place.session(20, wrote(await place.object(`2${big}`)));
    const today = await place.session(0.1, wrote(await place.object(`3${big}`)));
    const { plan } = await sweep(place, { ...limits, quotaBytes: 12_000 });
    expect(plan.sessions.map(({ id }) => id)).toEqual([oldest]);
    expect(await sessionsLeft(place)).toEqual([middle, today].toSorted());
    const more = await sweep(place, { ...limits, quotaBytes: 1000 });
    expect(more.plan.sessions.map(({ id }) => id)).toEqual([middle]);
    expect(more.plan.remarks).toEqual([expect.stringContaining('stateQuotaMb')]);
    expect(await sessionsLeft(place)).toEqual([today]);
  });

  it('never takes a session that goes on, even past its time', async () => {
    const place = await makeStatePlace();
    const id = await place.session(200);
    const child = await holdElsewhere(place, id);
    expect((await planSweep(place.around, limits)).sessions).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await place.age(`sessions/${id}.jsonl`, 200);
    const plan = await planSweep(place.around, limits);
    expect(plan.sessions.map((session) => session.id)).toEqual([id]);
    await holdElsewhere(place, id);
    expect(await carryOutSweep(place.around, plan)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('goes on') },
    });
    expect(await sessionsLeft(place)).toEqual([id]);
  });

  it.skipIf(process.getuid?.() === 0)('takes nothing where something cannot be read', async () => {
    const place = await makeStatePlace();
    await place.session(91);
    await place.write('archive/secret.json', '{}');
    await chmod(join(place.directory, 'archive/secret.json'), 0);
    const plan = await planSweep(place.around, limits);
    expect(plan.paths).toEqual([]);
    expect(plan.remarks).toEqual([expect.stringContaining('nothing is taken away')]);
  });

  it('takes nothing where a file fails while it is read', async () => {
    const place = await makeStatePlace();
    await place.session(91);
    await place.write('archive/one.json', '{}');
    const files = {
      ...place.around.files,
      readPart: async (path: string, offset: number, length: number) => {
        if (path.includes('archive')) throw new Error('EIO: the disk fails');
        return place.around.files.readPart(path, offset, length);
      },
    };
    const plan = await planSweep({ ...place.around, files }, limits);
    expect(plan.paths).toEqual([]);
    expect(plan.remarks).toEqual([expect.stringContaining('the disk fails')]);
  });

  it('clears away drafts that killed processes left, and does not look into working trees', async () => {
    const place = await makeStatePlace();
    const name = await place.object('whole');
    await place.write('archive/keeps.json', JSON.stringify({ evidence: name }));
    await place.write(`objects/${name}.0a1b.tmp`, 'half');
    await place.write('worktrees/one/notes.txt', 'somebody works here');
    await sweep(place);
    expect(await place.names('objects')).toEqual([name]);
    expect(await place.names('worktrees/one')).toEqual(['notes.txt']);
  });

  it('is due once a day', async () => {
    const place = await makeStatePlace();
    await place.session(91);
    expect(await sweepWhenDue(place.around, limits)).toMatch(
      /^Local state was swept: 0\.0 MB deleted with 1 session past/,
    );
    await place.session(91);
    await place.age('cache/swept', 0.5);
    expect(await sweepWhenDue(place.around, limits)).toBeUndefined();
    expect(await sessionsLeft(place)).toHaveLength(1);
    await place.age('cache/swept', 1.01);
    expect(await sweepWhenDue(place.around, limits)).toContain('1 session');
  });
});

async function holdElsewhere(place: StatePlace, id: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, '../session/hold-session.ts');
  const child = spawn(process.execPath, [script, join(place.directory, 'sessions'), id], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout.setEncoding('utf8'), 'data');
  return child;
}
