import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archiveStates } from '../../../../src/agent/history/archive/archive-state.ts';
import { archivedFiles } from '../../../../src/agent/history/archive/archived-files.ts';
import { createArchivedSessions } from '../../../../src/agent/history/archive/archived-sessions.ts';
import { keepAll } from '../../../../src/agent/history/archive/keep-all.ts';
import { keepSession } from '../../../../src/agent/history/archive/keep-session.ts';
import { PIECE_BYTES } from '../../../../src/agent/history/archive/piece-store.ts';
import { restoreSession } from '../../../../src/agent/history/archive/restore-session.ts';
import { toolDirectories } from '../../../../src/agent/history/archive/session-parts.ts';
import type { HistoryReader, SessionFile } from '../../../../src/agent/history/history-reader.ts';
import { readTree } from '../../../fakes/tree.ts';
import { type ArchivePlace, line, makeArchivePlace, value } from './archive-place.ts';

async function keep(place: ArchivePlace, ...ids: readonly string[]) {
  for (const id of ids)
    value(await keepSession(place.around, place.machine, place.reader, await place.session(id)));
}

async function list(place: ArchivePlace) {
  return (await place.reader.find(place.machine, 10)).sessions;
}

describe('a session that only the archive has', () => {
  it('is found and read by the reader of its tool, with those of its subagents, as if it were there', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('Fix it', { cwd: '/home/user/demo' }) + line('Thanks'));
    await place.write('one', line('Look around'), { part: 'subagents/agent-a.jsonl' });
    await place.write('two', line('Other work'), { days: 2 });
    await place.write('three', line('Still there'));
    const read = async (session: SessionFile) => place.reader.read(place.machine, session);
    const [one, helper] = [await place.session('one'), await place.session('agent-a')];
    const [before, ofHelper, listed] = [await read(one), await read(helper), await list(place)];
    await keep(place, 'one', 'two', 'three');
    await rm(join(place.home, '.claude'), { recursive: true });
    expect(await list(place)).toEqual([]);
    const archived = createArchivedSessions(place.around, place.machine, [place.reader]);
    expect(await archived.find()).toEqual({ sessions: listed, problems: [] });
    expect(await archived.read(one)).toEqual(before);
    expect(await archived.read(helper)).toEqual(ofHelper);
    expect(await archived.read({ ...one, path: `${one.path}x` })).toMatchObject({
      ok: false,
      error: { message: 'one is not in the archive.' },
    });
  });

  it('stands with others in one file, which is kept once and answers for each of them', async () => {
    const place = await makeArchivePlace();
    await place.write('store', line('Everything'));
    const [whole] = await list(place);
    if (whole === undefined) throw new Error('There is no session.');
    const several = ['a', 'b'].map((id, at) => ({ ...whole, id, modified: whole.modified - at }));
    const find: HistoryReader['find'] = async (machine, limit) => {
      const { sessions } = await place.reader.find(machine, limit);
      return { sessions: sessions.length > 0 ? several : [], problems: [] };
    };
    const reader = { ...place.reader, find };
    const limits = { quotaBytes: 1e9, retentionDays: undefined };
    const { around, machine } = place;
    expect(await keepAll({ around, machine, readers: [reader], limits })).toMatchObject({ kept: 1 });
    const states = await archiveStates(around, several);
    expect([...states.values()]).toMatchObject(several.map(() => ({ kind: 'kept', isCurrent: true })));
    await rm(join(place.home, '.claude'), { recursive: true });
    const archived = createArchivedSessions(around, machine, [reader]);
    expect((await archived.find()).sessions).toEqual(several);
    for (const session of several) expect(await archived.read(session)).toMatchObject({ ok: true });
  });

  it('is read in any part, over the ends of pieces, and never written', async () => {
    const place = await makeArchivePlace();
    const content = randomBytes(PIECE_BYTES * 2 + 1000);
    const path = await place.write('one', content);
    await keep(place, 'one');
    const view = archivedFiles(place.around, await place.manifests());
    expect(Buffer.compare(await view.readFile(path), content)).toBe(0);
    for (const [offset, length] of [
      [0, 10],
      [PIECE_BYTES - 5, 10],
      [PIECE_BYTES - 1, PIECE_BYTES + 2],
      [content.length - 3, 10],
      [content.length, 10],
    ] as const) {
      const part = Buffer.from(await view.readPart(path, offset, length));
      expect(part.equals(content.subarray(offset, offset + length)), `${offset}`).toBe(true);
    }
    await expect(view.readFile(dirname(path))).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(view.readFile(`${path}x`)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(view.readDirectory(path)).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(view.realPath(`${path}x`)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await view.status(`${path}x`)).toBeUndefined();
    expect(await view.linkStatus(dirname(path))).toMatchObject({ kind: 'directory' });
    const writes = [
      view.writeNew(path, content),
      view.append(path, content),
      view.truncate(path, 0),
      view.rename(path, `${path}x`),
      view.removeFile(path),
      view.makeDirectory(join(dirname(path), 'new')),
      view.makeLink('target', `${path}x`),
      view.link(path, `${path}x`),
    ];
    for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'EROFS' });
  });

  it('shows what damage leaves: the manifest that cannot be read is told of, the others are there', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('One'));
    await place.write('two', line('Two'));
    await keep(place, 'one', 'two');
    const names = Object.keys(await readTree(join(place.around.directory, 'claude-code')));
    const damaged = names.find((name) => name.startsWith('one-')) ?? '';
    await writeFile(
      join(place.around.directory, 'claude-code', damaged),
      '{"version":1,"tool":"claude-code"}',
    );
    await rm(join(place.home, '.claude'), { recursive: true });
    const archived = createArchivedSessions(place.around, place.machine, [place.reader]);
    const found = await archived.find();
    expect(found.sessions.map(({ id }) => id)).toEqual(['two']);
    expect(found.problems).toEqual([expect.stringContaining(damaged)]);
  });
});

describe('restoring', () => {
  it('writes the files as they stood beside one another where a person says', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('Fix it'));
    await place.write('one', 'spilled', { part: 'tool-results/deep/1' });
    await keep(place, 'one');
    await rm(join(place.home, '.claude'), { recursive: true });
    const to = join(place.root, 'restored');
    const [manifest] = await place.manifests();
    if (manifest === undefined) throw new Error('Nothing is kept.');
    const forbidden = await toolDirectories(place.machine, place.reader);
    const done = value(await restoreSession(place.around, manifest, { to, forbidden }));
    expect(await readTree(to)).toEqual({
      'one.jsonl': line('Fix it'),
      'one/': '',
      'one/tool-results/': '',
      'one/tool-results/deep/': '',
      'one/tool-results/deep/1': 'spilled',
    });
    expect(done.path).toBe(join(to, 'one.jsonl'));
    const session = { tool: manifest.tool, id: 'one', path: done.path, size: 1, modified: 1 };
    expect(await place.reader.read(place.machine, session)).toMatchObject({
      value: { entries: [{ text: 'Fix it' }] },
    });
    const again = await restoreSession(place.around, manifest, { to, forbidden });
    expect(again).toMatchObject({ ok: false, error: { message: expect.stringContaining('not empty') } });
  });

  it('writes nothing into, above or below the directories of a program, not even behind a link', async () => {
    const place = await makeArchivePlace();
    const path = await place.write('one', line('Fix it'));
    await keep(place, 'one');
    const [manifest] = await place.manifests();
    if (manifest === undefined) throw new Error('Nothing is kept.');
    const forbidden = await toolDirectories(place.machine, place.reader);
    const project = dirname(path);
    await mkdir(join(project, 'empty'));
    await symlink(project, join(place.root, 'shortcut'));
    const before = await readTree(place.home);
    for (const to of [
      project,
      join(project, 'new'),
      join(project, 'empty'),
      join(place.root, 'shortcut', 'new'),
      join(place.root, 'shortcut', 'empty'),
      join(place.home, '.claude'),
      join(place.home, '.claude', 'new', 'deep'),
      place.home,
    ]) {
      const done = await restoreSession(place.around, manifest, { to, forbidden });
      expect(done, to).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('belongs to') },
      });
    }
    await writeFile(join(place.root, 'file'), 'x');
    const file = await restoreSession(place.around, manifest, { to: join(place.root, 'file'), forbidden });
    expect(file).toMatchObject({ ok: false, error: { message: expect.stringContaining('no directory') } });
    expect(await readTree(place.home)).toEqual(before);
  });

  it('says which piece is missing', async () => {
    const place = await makeArchivePlace();
    await place.write('one', line('Fix it'));
    await keep(place, 'one');
    await rm(join(place.around.directory, 'objects'), { recursive: true });
    const [manifest] = await place.manifests();
    if (manifest === undefined) throw new Error('Nothing is kept.');
    const to = join(place.root, 'restored');
    expect(await restoreSession(place.around, manifest, { to, forbidden: [] })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('damaged or missing') },
    });
  });

  it('gives back what a tool wrote over', async () => {
    const place = await makeArchivePlace();
    const path = await place.write('one', line('The whole story'));
    await keep(place, 'one');
    await writeFile(path, line('Another'));
    await keep(place, 'one');
    const [manifest] = await place.manifests();
    if (manifest === undefined) throw new Error('Nothing is kept.');
    const to = join(place.root, 'restored');
    const done = value(await restoreSession(place.around, manifest, { to, forbidden: [], version: 1 }));
    expect(await readFile(done.path, 'utf8')).toBe(line('The whole story'));
    const third = await restoreSession(place.around, manifest, { to, forbidden: [], version: 2 });
    expect(third).toMatchObject({
      ok: false,
      error: { message: '2 of its states are kept; there is no 3.' },
    });
  });
});
