import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { keepSession } from '../../../../src/agent/history/archive/keep-session.ts';
import { PIECE_BYTES } from '../../../../src/agent/history/archive/piece-store.ts';
import type { Files } from '../../../../src/base/files.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { readTree } from '../../../fakes/tree.ts';
import { type ArchivePlace, line, makeArchivePlace, value } from './archive-place.ts';

async function keep(place: ArchivePlace, id: string) {
  return value(await keepSession(place.around, place.machine, place.reader, await place.session(id)));
}

async function onlyManifest(place: ArchivePlace) {
  const [manifest, ...others] = await place.manifests();
  if (manifest === undefined || others.length > 0) throw new Error('There is not one manifest.');
  return manifest;
}

function objects({ around }: ArchivePlace): Promise<readonly string[]> {
  return readdir(join(around.directory, 'objects'));
}

describe('keeping a session', () => {
  it('keeps every byte of all its files, readable by nobody else, and leaves those of the tool as they are', async () => {
    const place = await makeArchivePlace();
    const raw = randomBytes(300_000);
    const own = await place.write('one', `\uFEFF${line('Fix it')}${line('ä\u2028')}{"torn`);
    const spilled = await place.write('one', raw, { part: 'tool-results/1.bin' });
    const empty = await place.write('one', '', { part: 'tool-results/empty' });
    const before = await readTree(place.home);
    expect(await keep(place, 'one')).toMatchObject({ how: 'kept', left: [] });
    expect(await readTree(place.home)).toEqual(before);
    expect(await place.contents(await onlyManifest(place))).toEqual({
      [own]: await readFile(own, 'latin1'),
      [spilled]: raw.toString('latin1'),
      [empty]: '',
    });
    for (const [path, mode] of Object.entries(await modes(place.around.directory)))
      expect(mode & 0o077, path).toBe(0);
    expect(await keep(place, 'one')).toMatchObject({ how: 'unchanged' });
  });

  it('stores the end alone of what only grew', async () => {
    const place = await makeArchivePlace();
    const begin = randomBytes(PIECE_BYTES + 100_000);
    await place.write('one', begin);
    const { stored } = await keep(place, 'one');
    const standing = await objects(place);
    await place.append('one', line('And then this.'));
    const grown = await keep(place, 'one');
    expect(grown).toMatchObject({ how: 'kept', size: begin.length + line('And then this.').length });
    expect(grown.stored - stored).toBeLessThan(100);
    const now = await objects(place);
    expect(now).toEqual(expect.arrayContaining([...standing]));
    expect(now).toHaveLength(standing.length + 1);
    const manifest = await onlyManifest(place);
    expect(manifest.versions).toHaveLength(1);
    expect(Object.values(await place.contents(manifest))).toEqual([
      begin.toString('latin1') + line('And then this.'),
    ]);
  });

  it('joins the ends of many days, so that a year of them is no thousand files', async () => {
    const place = await makeArchivePlace();
    let text = line('Day 0');
    await place.write('one', text);
    for (let day = 1; day <= 40; day += 1) {
      await keep(place, 'one');
      text += line(`Day ${day}`);
      await place.append('one', line(`Day ${day}`));
    }
    await keep(place, 'one');
    const manifest = await onlyManifest(place);
    expect(manifest.versions[0].parts[0]?.pieces.length).toBeLessThan(20);
    expect(Object.values(await place.contents(manifest))).toEqual([text]);
  });

  it('keeps what a tool wrote over or emptied beside what it wrote instead', async () => {
    const place = await makeArchivePlace();
    const path = await place.write('one', line('The whole story'));
    await keep(place, 'one');
    await writeFile(path, '');
    expect(await keep(place, 'one')).toMatchObject({ how: 'kept', size: 0 });
    await writeFile(path, line('Another story'));
    await keep(place, 'one');
    const longer = line('Yet another story, which is longer');
    await writeFile(path, longer);
    await keep(place, 'one');
    const manifest = await onlyManifest(place);
    expect(manifest.versions.map(({ parts }) => parts[0]?.size)).toEqual([
      longer.length,
      line('Another story').length,
      line('The whole story').length,
    ]);
    expect(await place.contents(manifest)).toEqual({ [path]: longer });
  });

  it('stores what several sessions share once', async () => {
    const place = await makeArchivePlace();
    const shared = randomBytes(200_000);
    await place.write('one', shared);
    await place.write('two', shared);
    await keep(place, 'one');
    const standing = await objects(place);
    await keep(place, 'two');
    expect(await objects(place)).toEqual(standing);
    expect(await place.manifests()).toHaveLength(2);
  });

  it('keeps files of it that the tool deletes, and no journal of a database', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('Begin'));
    const spilled = await place.write('one', 'spilled', { part: 'tool-results/1' });
    const wal = await place.write('one', 'journal', { part: 'store.db-wal' });
    await keep(place, 'one');
    await Promise.all([rm(spilled), rm(wal)]);
    await place.append('one', line('More'));
    await keep(place, 'one');
    const manifest = await onlyManifest(place);
    expect(await place.contents(manifest)).toMatchObject({ [spilled]: 'spilled' });
    expect(await place.contents(manifest)).not.toHaveProperty([wal]);
    expect(manifest.versions[0].parts.find(({ path }) => path === spilled)).toMatchObject({ gone: true });
  });

  it('says so where the session is gone', async () => {
    const place = await makeArchivePlace();
    const path = await place.write('one', line('Begin'));
    const session = await place.session('one');
    await rm(path);
    const done = await keepSession(place.around, place.machine, place.reader, session);
    expect(done).toMatchObject({ ok: false, error: { message: `${path} is not there any more.` } });
    expect(await place.manifests()).toEqual([]);
  });

  it('makes good a piece that the disk lost while the tool still has it', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('Begin'));
    await keep(place, 'one');
    const [piece = ''] = await objects(place);
    await rm(join(place.around.directory, 'objects', piece));
    await keep(place, 'one');
    const manifest = await onlyManifest(place);
    expect(Object.values(await place.contents(manifest))).toEqual([line('Begin')]);
    for (const wrong of ['no piece at all', brotliCompressSync(line('Begun'))]) {
      await writeFile(join(place.around.directory, 'objects', piece), wrong);
      await expect(place.contents(manifest)).rejects.toThrow('damaged or missing');
    }
    await place.write('two', line('Begin'));
    await keep(place, 'two');
    expect(Object.values(await place.contents(manifest))).toEqual([line('Begin')]);
  });
});

describe('links', () => {
  it('are not followed, wherever in the session they are', async () => {
    const place = await makeArchivePlace();
    const own = await place.write('one', line('Begin'));
    await place.write('one', 'kept', { part: 'tool-results/1' });
    const secret = join(place.root, 'secret');
    await writeFile(secret, 'private key');
    await symlink(secret, join(dirname(own), 'one', 'key'));
    await symlink(place.root, join(dirname(own), 'one', 'outside'));
    // Whoever opens a pipe waits for ever.
    await promisify(execFile)('mkfifo', [join(dirname(own), 'one', 'pipe')]);
    const reader = {
      ...place.reader,
      parts: async () => [
        ...(await place.reader.parts(place.machine, await place.session('one'))),
        secret,
        join(dirname(own), 'one', 'outside', 'secret'),
      ],
    };
    const done = value(await keepSession(place.around, place.machine, reader, await place.session('one')));
    expect(done.left).toHaveLength(5);
    const kept = await place.contents(await onlyManifest(place));
    expect(Object.values(kept).sort()).toEqual(['kept', line('Begin')].sort());
    await rename(own, join(place.root, 'moved'));
    await symlink(join(place.root, 'moved'), own);
    const session = { tool: 'claude-code', id: 'one', path: own, size: 1, modified: 1 } as const;
    expect(await keepSession(place.around, place.machine, place.reader, session)).toMatchObject({
      ok: false,
    });
  });

  it('that a person made of the whole directory of a tool are theirs', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('Begin'));
    await rename(join(place.home, '.claude'), join(place.root, 'dotfiles'));
    await symlink(join(place.root, 'dotfiles'), join(place.home, '.claude'));
    expect(await keep(place, 'one')).toMatchObject({ how: 'kept', left: [] });
  });
});

describe('a session that is written while it is read', () => {
  /** Does something to the tool's file right after its n-th part was read. */
  function meddling(act: (reads: number, path: string) => Promise<void>): Files {
    let reads = 0;
    return {
      ...nodeFiles,
      readPart: async (path, offset, length) => {
        const bytes = await nodeFiles.readPart(path, offset, length);
        if (!path.endsWith('.jsonl')) return bytes;
        reads += 1;
        await act(reads, path);
        return bytes;
      },
    };
  }

  it('is kept as it began where it only grew', async () => {
    let more = 0;
    const files = meddling(async (_reads, path) => {
      more += 1;
      await writeFile(path, line(`More ${more}`), { flag: 'a' });
    });
    const place = await makeArchivePlace({ files });
    await place.write('one', line('Begin'));
    const session = await place.session('one');
    value(await keepSession(place.around, place.machine, place.reader, session));
    expect(Object.values(await place.contents(await onlyManifest(place)))).toEqual([line('Begin')]);
  });

  it('is read again where it was written anew, and given up where that never ends', async () => {
    const files = meddling(async (reads, path) => {
      if (reads === 1) await writeFile(path, line('Second'));
    });
    const place = await makeArchivePlace({ files });
    await place.write('one', line('First, and longer'));
    value(await keepSession(place.around, place.machine, place.reader, await place.session('one')));
    expect(Object.values(await place.contents(await onlyManifest(place)))).toEqual([line('Second')]);
    // Another length each time: two writes within one tick of the file system have one time.
    const restless = await makeArchivePlace({
      files: meddling(async (reads, path) => writeFile(path, line(`${reads} again `.repeat(reads)))),
    });
    await restless.write('one', line('First'));
    const session = await restless.session('one');
    expect(await keepSession(restless.around, restless.machine, restless.reader, session)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('again and again') },
    });
    expect(await restless.manifests()).toEqual([]);
  });

  it('is read again where it was cut off', async () => {
    const files = meddling(async (reads, path) => {
      if (reads === 1) await truncate(path, 3);
    });
    const place = await makeArchivePlace({ files });
    await place.write('one', randomBytes(PIECE_BYTES * 2));
    value(await keepSession(place.around, place.machine, place.reader, await place.session('one')));
    expect((await onlyManifest(place)).versions[0].parts[0]?.size).toBe(3);
  });
});

async function modes(directory: string): Promise<Record<string, number>> {
  const found: Record<string, number> = { [directory]: (await stat(directory)).mode };
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path] = (await stat(path)).mode;
  }
  return found;
}
