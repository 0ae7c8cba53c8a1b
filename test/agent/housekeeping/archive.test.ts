import { randomBytes } from 'node:crypto';
import { appendFile, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { keepSession } from '../../../src/agent/history/archive/keep-session.ts';
import { PIECE_BYTES } from '../../../src/agent/history/archive/piece-store.ts';
import { pinSession, unpinSession } from '../../../src/agent/history/archive/pins.ts';
import { examineArchive } from '../../../src/agent/housekeeping/examine-archive.ts';
import { examineState } from '../../../src/agent/housekeeping/examine-state.ts';
import { keepWhenDue } from '../../../src/agent/housekeeping/keep-when-due.ts';
import { planArchivePurge, purgeArchive } from '../../../src/agent/housekeeping/purge-archive.ts';
import { carryOutSweep, planSweep } from '../../../src/agent/housekeeping/sweep.ts';
import { removeKept, sweepArchive } from '../../../src/agent/housekeeping/sweep-archive.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { DEFAULT_ARCHIVE } from '../../../src/memory/project/archive-settings.ts';
import { faultyFiles } from '../../fakes/faulty-files.ts';
import { readTree } from '../../fakes/tree.ts';
import { deadOwner } from '../../memory/ledger/scene.ts';
import {
  NOW as ARCHIVE_NOW,
  type ArchivePlace,
  DAY_MS,
  line,
  makeArchivePlace,
  value,
} from '../history/archive/archive-place.ts';
import { makeStatePlace } from './state-place.ts';

const RETENTION = { days: 30, setting: 'cleanupPeriodDays', isDefault: true };
const SECRET = 'hunter2-"quoted"-and\nmore';
const MOST_CALLS = 600;

async function keep(place: ArchivePlace, ...ids: readonly string[]) {
  for (const id of ids)
    value(await keepSession(place.around, place.machine, place.reader, await place.session(id)));
}

async function ids(place: ArchivePlace): Promise<readonly string[]> {
  return (await place.manifests()).map(({ id }) => id).toSorted();
}

function objects({ around }: ArchivePlace): Promise<readonly string[]> {
  return readdir(join(around.directory, 'objects'));
}

/** Whether it stands anywhere in the archive, unpacked. */
async function holdsSecret({ around }: ArchivePlace): Promise<boolean> {
  const tree = await readTree(around.directory);
  return Object.entries(tree).some(([path, text]) =>
    (path.endsWith('.br') ? unpacked(text) : text).includes('hunter2'),
  );
}

function unpacked(text: string): string {
  return brotliDecompressSync(Buffer.from(text, 'latin1')).toString('latin1');
}

describe('a sweep of the archive', () => {
  it('takes what is past its time with what only that needs, never what is pinned', async () => {
    const place = await makeArchivePlace();
    const shared = randomBytes(1000);
    await place.write('old', line('Old'), { days: 91 });
    await place.write('old', shared, { part: 'shared', days: 91 });
    await place.write('pinned', line('Pinned'), { days: 91 });
    await place.write('young', line('Young'), { days: 89 });
    await place.write('young', shared, { part: 'shared' });
    await keep(place, 'old', 'young');
    value(await pinSession(place.around, place.machine, place.reader, await place.session('pinned')));
    const unlimited = { quotaBytes: 1, retentionDays: undefined };
    expect(value(await sweepArchive(place.around, unlimited))).toMatchObject({ removed: 0 });
    const limits = { quotaBytes: 1, retentionDays: 90 };
    expect(value(await sweepArchive(place.around, limits))).toMatchObject({
      sessions: [{ id: 'old' }],
      removed: 2,
    });
    expect(await ids(place)).toEqual(['pinned', 'young']);
    expect(await objects(place)).toHaveLength(3);
    for (const manifest of await place.manifests()) await place.contents(manifest);
    value(await unpinSession(place.around, await place.session('pinned')));
    expect(value(await sweepArchive(place.around, limits))).toMatchObject({ sessions: [{ id: 'pinned' }] });
  });

  it('clears away what killed writers left, and keeps what a manifest names that cannot be read', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('One'));
    await place.write('two', line('Two'));
    await keep(place, 'one', 'two');
    const standing = await objects(place);
    const [name = ''] = await readdir(join(place.around.directory, 'claude-code'));
    const manifest = join(place.around.directory, 'claude-code', name);
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, text.replace('"tool": "claude-code"', '"tool": "of the future"'));
    await writeFile(join(place.around.directory, 'objects', 'draft-0011223344556677'), 'half');
    await writeFile(join(place.around.directory, 'claude-code', '.varve-001122-33445566.new'), 'half');
    expect(value(await sweepArchive(place.around, { quotaBytes: 1, retentionDays: 1000 }))).toMatchObject({
      sessions: [],
      removed: 2,
    });
    expect(await objects(place)).toEqual(standing);
    await writeFile(manifest, text);
    expect(await ids(place)).toEqual(['one', 'two']);
  });

  it('takes nothing where a directory cannot be listed, and makes nothing where there is no archive', async () => {
    const place = await makeArchivePlace();
    expect(value(await sweepArchive(place.around, { quotaBytes: 1, retentionDays: 1 }))).toMatchObject({
      removed: 0,
    });
    await expect(readdir(place.around.directory)).rejects.toThrow('ENOENT');
    await place.write('one', line('One'), { days: 5 });
    await keep(place, 'one');
    const before = await objects(place);
    const files = {
      ...nodeFiles,
      readDirectory: (path: string) =>
        path.endsWith('claude-code')
          ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
          : nodeFiles.readDirectory(path),
    };
    const done = await sweepArchive({ ...place.around, files }, { quotaBytes: 1, retentionDays: 1 });
    expect(done).toMatchObject({ ok: false, error: { message: expect.stringContaining('permission') } });
    expect(await objects(place)).toEqual(before);
  });

  it('takes kept sessions away by name', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('One'));
    await place.write('two', line('Two'));
    await keep(place, 'one', 'two');
    value(await removeKept(place.around, ({ manifest }) => manifest.id === 'one'));
    expect(await ids(place)).toEqual(['two']);
    expect(await objects(place)).toHaveLength(1);
  });
});

describe('a purge of a text from the archive', () => {
  async function purge(place: ArchivePlace, text = SECRET) {
    const plan = value(await planArchivePurge(place.around, text));
    value(await purgeArchive(place.around, plan));
    return plan;
  }

  it('cuts it out of every version and piece, in every form, and leaves the rest as it was', async () => {
    const place = await makeArchivePlace();
    const filler = 'x'.repeat(PIECE_BYTES - 30);
    // Across the end of a piece, as JSON writes it, and as JSON within JSON does.
    const text = `${filler}${line(SECRET)}${line(JSON.stringify({ inside: SECRET }))}${line('after')}`;
    const own = await place.write('one', text);
    const raw = Buffer.concat([Buffer.from([0, 0xff]), Buffer.from(SECRET), Buffer.from([0xc3, 0])]);
    const binary = await place.write('one', raw, { part: 'store.db' });
    await place.write('other', line('harmless'));
    await keep(place, 'one', 'other');
    await writeFile(binary, 'written anew');
    await keep(place, 'one');
    const harmless = (await place.manifests()).find(({ id }) => id === 'other');
    const plan = await purge(place);
    expect(plan.rewritten).toHaveLength(1);
    expect(plan.originals.toSorted()).toEqual([own, binary].toSorted());
    expect(await holdsSecret(place)).toBe(false);
    const manifests = await place.manifests();
    expect(manifests.find(({ id }) => id === 'other')).toEqual(harmless);
    const one = manifests.find(({ id }) => id === 'one');
    if (one === undefined) throw new Error('It is gone.');
    const purged = `${filler}${line('[purged]')}${line(JSON.stringify({ inside: '[purged]' }))}${line('after')}`;
    expect((await place.contents(one))[own] === purged).toBe(true);
    const older = one.versions[1]?.parts.find(({ path }) => path === binary);
    expect(older?.size).toBe(raw.length);
    expect(await purge(place)).toMatchObject({ rewritten: [], removed: [] });
  });

  it('finds it where it stands across two pieces alone', async () => {
    const place = await makeArchivePlace();
    await place.write('one', Buffer.concat([Buffer.alloc(PIECE_BYTES - 3, 'x'), Buffer.from('hunter2!')]));
    await keep(place, 'one');
    expect(await purge(place, 'hunter2!')).toMatchObject({ rewritten: [expect.any(String)] });
    const [manifest] = await place.manifests();
    expect(manifest?.versions[0].parts[0]?.size).toBe(PIECE_BYTES - 3 + '[purged]'.length);
  });

  it('stays done while the tool still has it: only what comes after is kept', async () => {
    const place = await makeArchivePlace();
    const own = await place.write('one', line(`It is ${SECRET}.`));
    await keep(place, 'one');
    await purge(place);
    await keep(place, 'one');
    await appendFile(own, line('And on'));
    await keep(place, 'one');
    const [manifest] = await place.manifests();
    if (manifest === undefined) throw new Error('It is gone.');
    expect(await place.contents(manifest)).toEqual({ [own]: line('It is [purged].') + line('And on') });
    await appendFile(own, line('And further'));
    await keep(place, 'one');
    expect(await holdsSecret(place)).toBe(false);
    // Written anew, it may hold the text again: only a person can want that.
    await writeFile(own, line(`Again: ${SECRET}.`));
    const session = await place.session('one');
    expect(await keepSession(place.around, place.machine, place.reader, session)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('cut out') },
    });
    expect(await holdsSecret(place)).toBe(false);
    value(await keepSession(place.around, place.machine, place.reader, session, { again: true }));
    expect(await holdsSecret(place)).toBe(true);
  });

  it('finds it in pieces that a killed writer left, and past a damaged one', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line(SECRET));
    await keep(place, 'one');
    const [piece = ''] = await objects(place);
    await rm(join(place.around.directory, 'claude-code'), { recursive: true });
    expect(await purge(place)).toMatchObject({ rewritten: [], removed: [`objects/${piece}`] });
    expect(await objects(place)).toEqual([]);
    await place.write('two', Buffer.concat([Buffer.alloc(PIECE_BYTES, 'y'), Buffer.from(line(SECRET))]));
    await keep(place, 'two');
    const [manifest] = await place.manifests();
    const [first] = manifest?.versions[0].parts[0]?.pieces ?? [];
    await writeFile(join(place.around.directory, 'objects', `${first?.hash}.br`), 'damaged');
    await purge(place);
    const left = (await objects(place)).map((name) =>
      readFile(join(place.around.directory, 'objects', name)),
    );
    for (const bytes of await Promise.all(left))
      expect(unpacked(bytes.toString('latin1'))).not.toContain('hunter2');
  });

  it('is whole when it is run again, wherever it died', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line(SECRET) + line('after'));
    await place.write('two', line(SECRET));
    let failing = 1;
    for (; failing < MOST_CALLS; failing += 3) {
      await rm(place.around.directory, { recursive: true, force: true });
      await keep(place, 'one', 'two');
      const plan = value(await planArchivePurge(place.around, SECRET));
      const files = faultyFiles(nodeFiles, { failing, fault: 'short-write', crash: true });
      await purgeArchive({ ...place.around, files, owner: await deadOwner() }, plan);
      for (const manifest of await place.manifests()) await place.contents(manifest);
      await purge(place);
      expect(await holdsSecret(place), `died at call ${failing}`).toBe(false);
      expect(await ids(place)).toEqual(['one', 'two']);
      if (!files.hasFired()) break;
    }
    expect(failing).toBeGreaterThan(60);
    expect(failing).toBeLessThan(MOST_CALLS);
  }, 120_000);

  it('refuses texts that stand everywhere', async () => {
    const place = await makeArchivePlace();
    expect(await planArchivePurge(place.around, 'abc')).toMatchObject({ ok: false });
  });
});

describe('keeping by itself', () => {
  const yes = { ...DEFAULT_ARCHIVE, tools: { 'claude-code': { keep: true } } };

  it('happens once a day for the tools that a person said yes to, and for no other', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('One'));
    const { around, machine } = place;
    const run = (settings = DEFAULT_ARCHIVE, signal?: AbortSignal) =>
      keepWhenDue({ around, machine, readers: [place.reader], settings, ...(signal && { signal }) });
    expect(await run()).toBeUndefined();
    const no = { ...DEFAULT_ARCHIVE, tools: { 'claude-code': { keep: false } } };
    expect(await run(no)).toBeUndefined();
    await expect(readdir(around.directory)).rejects.toThrow('ENOENT');
    await run(yes, AbortSignal.abort());
    expect(await ids(place)).toEqual([]);
    expect(await run(yes)).toBeUndefined();
    expect(await ids(place)).toEqual(['one']);
    const mark = join(around.directory, 'kept');
    await utimes(mark, new Date(ARCHIVE_NOW), new Date(ARCHIVE_NOW));
    await place.write('two', line('Two'));
    await run(yes);
    expect(await ids(place)).toEqual(['one']);
    const yesterday = new Date(ARCHIVE_NOW - DAY_MS - 1);
    await utimes(mark, yesterday, yesterday);
    await run(yes);
    expect(await ids(place)).toEqual(['one', 'two']);
  });

  it('says what went and what could not be kept', async () => {
    const place = await makeArchivePlace();
    await place.write('old', line('Old'), { days: 91 });
    await keep(place, 'old');
    await place.write('young', line('Young'));
    const { around, machine } = place;
    const settings = { ...yes, quotaMb: 0, retentionDays: 90 };
    const said = await keepWhenDue({ around, machine, readers: [place.reader], settings });
    expect(said).toContain('The archive is full (0 MB)');
    expect(said).toContain('1 kept session is past archive.retentionDays');
    expect(await ids(place)).toEqual([]);
  });
});

describe('what the doctor says of the archive', () => {
  it('that there is none, and what goes unless it is kept', async () => {
    const place = await makeArchivePlace({ retention: RETENTION });
    await place.write('one', line('One'), { days: 25 });
    const before = await readTree(place.root);
    const look = (tools = {}) =>
      examineArchive(place.around, place.machine, [place.reader], { ...DEFAULT_ARCHIVE, tools });
    expect(await look()).toMatchObject([
      { state: 'good', text: 'no session of another program is kept' },
      {
        state: 'notice',
        text: 'Claude Code deletes 1 session within a week that is not kept.',
        next: expect.stringMatching(/varve sessions keep$/),
      },
    ]);
    expect(await readTree(place.root)).toEqual(before);
    expect(await look({ 'claude-code': { keep: false } })).toHaveLength(1);
    expect((await look({ 'claude-code': { keep: true } }))[1]?.next).toContain('--all');
    await keep(place, 'one');
    expect(await look()).toMatchObject([
      { text: expect.stringMatching(/^1 session of other programs, 0 pinned/) },
    ]);
  });

  it('what of it is damaged, and that it is nearly full', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('One'));
    await place.write('two', line('Two'));
    await keep(place, 'one', 'two');
    const [name = ''] = await readdir(join(place.around.directory, 'claude-code'));
    await writeFile(join(place.around.directory, 'claude-code', name), 'no manifest');
    await rm(join(place.around.directory, 'objects'), { recursive: true });
    const settings = { ...DEFAULT_ARCHIVE, quotaMb: 0.0001 };
    expect(await examineArchive(place.around, place.machine, [place.reader], settings)).toMatchObject([
      { state: 'warning', next: expect.stringContaining('quotaMb') },
      { state: 'warning', text: expect.stringContaining('it is not valid JSON') },
      { state: 'warning', text: expect.stringContaining('Pieces are missing of two') },
    ]);
  });
});

describe('a pinned session of ours', () => {
  it('is never swept, and doctor says so; what is unpinned goes', async () => {
    const place = await makeStatePlace();
    const [pinned, other] = [await place.session(91), await place.session(91)];
    await place.write(`sessions/${pinned}.pin`, '', 1);
    const limits = { retentionDays: 90, quotaBytes: 1 };
    expect((await planSweep(place.around, limits)).sessions.map(({ id }) => id)).toEqual([other]);
    const findings = await examineState(place.around, limits);
    expect(findings.find(({ subject }) => subject === 'Sessions')?.text).toContain('1 pinned');
    await rm(join(place.directory, `sessions/${pinned}.pin`));
    const plan = await planSweep(place.around, limits);
    expect(plan.sessions).toHaveLength(2);
    await place.write(`sessions/${pinned}.pin`, '', 1);
    expect(await carryOutSweep(place.around, plan)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('pinned meanwhile') },
    });
    expect(await place.names('sessions')).toContain(`${pinned}.jsonl`);
  });
});
