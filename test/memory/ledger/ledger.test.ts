import { chmod, link, mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';
import { failure, success } from '../../../src/base/result.ts';
import { Ledger } from '../../../src/memory/ledger/ledger.ts';
import { faultyFiles } from '../../fakes/faulty-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import {
  clock,
  deadOwner,
  fourChanges,
  ledgerText,
  makeScene,
  openLedger,
  operation,
  value,
} from './scene.ts';

const bytes = (text: string) => Buffer.from(text);

describe('a transaction', () => {
  it('writes every change and says what it did', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    const entry = value(await ledger.transact({ ...operation, note: 'why' }, fourChanges(scene)));
    expect(await readTree(scene.root)).toEqual({
      'CLAUDE.md': 'first\nchanged\nthird\n',
      'deep/': '',
      'deep/er/': '',
      'deep/er/record.md': '\xff\0\n',
      'new.md': 'new\n',
      'notes/': '',
    });
    expect(entry).toMatchObject({ ...operation, note: 'why', seq: 1, root: scene.root });
    expect(entry.targets.map(({ path }) => path)).toEqual([
      'root:new.md',
      'root:CLAUDE.md',
      'root:notes/old.md',
      'root:deep/er/record.md',
    ]);
    expect(await ledger.entries()).toEqual([entry]);
    expect(await ledger.content(entry.targets[2]?.pre ?? '')).toEqual(bytes('old\n'));
  });

  it('keeps the mode of the file it changes, and the state to its owner', async () => {
    const scene = await makeScene(await temporaryDirectory());
    await chmod(join(scene.root, 'CLAUDE.md'), 0o640);
    value(await (await openLedger(scene)).transact(operation, fourChanges(scene)));
    expect((await stat(join(scene.root, 'CLAUDE.md'))).mode & 0o777).toBe(0o640);
    expect((await stat(join(scene.stateDirectory, 'ledger.jsonl'))).mode & 0o777).toBe(0o600);
  });

  it('writes through a link and leaves the link', async () => {
    const scene = await makeScene(await temporaryDirectory());
    await symlink('CLAUDE.md', join(scene.root, 'AGENTS.md'));
    const change = {
      path: join(scene.root, 'AGENTS.md'),
      before: bytes('first\nsecond\nthird\n'),
      after: bytes('x'),
    };
    value(await (await openLedger(scene)).transact(operation, [change]));
    expect(await readTree(scene.root)).toMatchObject({ 'AGENTS.md': '-> CLAUDE.md', 'CLAUDE.md': 'x' });
  });

  it('refuses everything when one file is not as expected', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    await writeFile(join(scene.root, 'notes', 'old.md'), 'edited by hand\n');
    const before = await readTree(scene.root);
    const refused = await ledger.transact(operation, fourChanges(scene));
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: 'changed-meanwhile', path: join(scene.root, 'notes/old.md') },
    });
    expect(await readTree(scene.root)).toEqual(before);
    expect(await ledger.entries()).toEqual([]);
  });

  it('takes everything back when a file is changed between plan and write', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const meddling = {
      ...nodeFiles,
      link: async (existing: string, path: string) => {
        await nodeFiles.link(existing, path);
        // An editor that saves in place at the worst moment: the old inode, after the last look.
        if (path.endsWith('.old')) await writeFile(join(scene.root, 'CLAUDE.md'), 'saved by an editor\n');
      },
    };
    const ledger = await openLedger(scene, meddling);
    const refused = await ledger.transact(operation, fourChanges(scene));
    expect(refused).toMatchObject({ ok: false, error: { kind: 'changed-meanwhile' } });
    expect(await readTree(scene.root)).toEqual({
      'CLAUDE.md': 'saved by an editor\n',
      'notes/': '',
      'notes/old.md': 'old\n',
    });
    expect(await ledger.verify()).toEqual([]);
  });

  it('puts back what an editor wrote to the old inode after the rename was on its way', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const target = join(scene.root, 'CLAUDE.md');
    const meddling = {
      ...nodeFiles,
      rename: async (from: string, to: string) => {
        if (to === target) await writeFile(target, 'saved by an editor\n');
        await nodeFiles.rename(from, to);
      },
    };
    const ledger = await openLedger(scene, meddling);
    expect(await ledger.transact(operation, fourChanges(scene))).toMatchObject({
      error: { kind: 'changed-meanwhile' },
    });
    expect(await readFile(target, 'utf8')).toBe('saved by an editor\n');
  });

  it('records an operation without files', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    const entry = value(await ledger.transact({ ...operation, action: 'reject', subject: ['01J'] }, []));
    expect(entry.targets).toEqual([]);
    expect((await ledger.entries()).map(({ action }) => action)).toEqual(['reject']);
  });

  it('plans under the lock and hands on what the plan could not do', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    const path = join(scene.root, 'CLAUDE.md');
    const counting = [1, 2, 3, 4, 5].map(() =>
      ledger.transactWith(operation, async (readNow) => {
        const before = await readNow(path);
        return success([{ path, before, after: bytes(`${before}+`) }]);
      }),
    );
    for (const each of await Promise.all(counting)) expect(each.ok).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('first\nsecond\nthird\n+++++');
    const stopped = await ledger.transactWith(operation, async () =>
      failure({ kind: 'mine', message: 'No.' }),
    );
    expect(stopped).toEqual({ ok: false, error: { kind: 'mine', message: 'No.' } });
  });

  it('refuses to read a directory or to write one file twice', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    const directory = { path: join(scene.root, 'notes'), before: null, after: bytes('x') };
    expect(await ledger.transact(operation, [directory])).toMatchObject({
      error: { kind: 'io', code: 'EISDIR' },
    });
    const once = { path: join(scene.root, 'n.md'), before: null, after: bytes('x') };
    expect((await ledger.transact(operation, [once, once])).ok).toBe(false);
    expect(Object.keys(await readTree(scene.root))).not.toContain('n.md');
  });

  it('writes nothing for just looking', async () => {
    const directory = await temporaryDirectory();
    const scene = { root: directory, stateDirectory: join(directory, 'state') };
    const ledger = await openLedger(scene);
    expect(await ledger.entries()).toEqual([]);
    expect(await ledger.verify()).toEqual([]);
    expect(await readTree(directory)).toEqual({});
  });

  it('says so when nothing may be written', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const opened = await Ledger.open({
      files: nodeFiles,
      clock,
      owner: await currentOwner(),
      ...scene,
      readOnly: 'This disk is read-only.',
    });
    const ledger = value(opened);
    expect(await ledger.transact(operation, fourChanges(scene))).toMatchObject({
      error: { kind: 'read-only', message: 'This disk is read-only.' },
    });
    expect(await readTree(scene.stateDirectory)).toEqual({});
  });
});

describe('several readers and writers', () => {
  it('see what another process wrote', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const [one, other] = [await openLedger(scene), await openLedger(scene)];
    value(await one.transact(operation, fourChanges(scene)));
    expect(await other.entries()).toHaveLength(1);
    value(await other.transact({ ...operation, note: 'second' }, []));
    expect((await one.entries()).map(({ note }) => note)).toEqual([undefined, 'second']);
    expect(await one.verify()).toEqual([]);
  });

  it('keep the history of a folder that was moved', async () => {
    const directory = await temporaryDirectory();
    const scene = await makeScene(directory);
    const entry = value(await (await openLedger(scene)).transact(operation, fourChanges(scene)));
    const moved = { ...scene, root: join(directory, 'moved') };
    await rename(scene.root, moved.root);
    const ledger = await openLedger(moved);
    value(await ledger.undo(entry.id, operation.who, operation.worktree));
    expect(await readTree(moved.root)).toMatchObject({
      'CLAUDE.md': 'first\nsecond\nthird\n',
      'notes/old.md': 'old\n',
    });
  });

  it('open what a newer version wrote, but do not write to it', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const { renderLine } = await import('../../../src/memory/ledger/ledger-line.ts');
    const header = renderLine({ type: 'header', version: 2, time: 'now' }, { nextSeq: 0, hash: '' }).text;
    await writeFile(join(scene.stateDirectory, 'ledger.jsonl'), header);
    const ledger = await openLedger(scene);
    expect(ledger.readOnly).toContain('newer Varve');
    expect(await ledger.transact(operation, [])).toMatchObject({
      error: { kind: 'newer-version', version: 2 },
    });
    expect(await ledgerText(scene)).toBe(header);
  });
});

describe('undo', () => {
  it('restores bytes, modes and directories exactly, and can itself be undone', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const before = await readTree(scene.root);
    const ledger = await openLedger(scene);
    const entry = value(await ledger.transact(operation, fourChanges(scene)));
    const after = await readTree(scene.root);
    const undone = value(await ledger.undo(entry.id, operation.who, operation.worktree));
    expect(await readTree(scene.root)).toEqual(before);
    expect(undone).toMatchObject({ action: 'undo', undoes: entry.id, subject: entry.subject });
    expect(await ledger.undo(entry.id, 'x', 'y')).toMatchObject({ error: { kind: 'already-undone' } });
    value(await ledger.undo(undone.id, operation.who, operation.worktree));
    expect(await readTree(scene.root)).toEqual(after);
  });

  it('merges where a later edit touched other lines', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    const path = join(scene.root, 'CLAUDE.md');
    const entry = value(await ledger.transact(operation, fourChanges(scene)));
    await writeFile(path, 'first\nchanged\nthird, by hand\n');
    value(await ledger.undo(entry.id, operation.who, operation.worktree));
    expect(await readFile(path, 'utf8')).toBe('first\nsecond\nthird, by hand\n');
  });

  it('asks where a later edit touched the same lines, and changes nothing', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    const entry = value(await ledger.transact(operation, fourChanges(scene)));
    await writeFile(join(scene.root, 'CLAUDE.md'), 'first\nchanged by hand\nthird\n');
    const tree = await readTree(scene.root);
    const refused = await ledger.undo(entry.id, operation.who, operation.worktree);
    expect(refused).toMatchObject({ error: { kind: 'conflict', path: join(scene.root, 'CLAUDE.md') } });
    expect(await readTree(scene.root)).toEqual(tree);
  });

  it('means the last operation of this person in this worktree', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    const first = value(await ledger.transact(operation, []));
    const second = value(await ledger.transact(operation, []));
    value(await ledger.transact({ ...operation, who: 'run:1' }, []));
    value(await ledger.transact({ ...operation, worktree: '/other' }, []));
    expect((await ledger.lastUndoable(operation.who, operation.worktree))?.id).toBe(second.id);
    const undone = value(await ledger.undo(second.id, operation.who, operation.worktree));
    expect((await ledger.lastUndoable(operation.who, operation.worktree))?.id).toBe(first.id);
    value(await ledger.undo(undone.id, operation.who, operation.worktree));
    expect((await ledger.lastUndoable(operation.who, operation.worktree))?.id).toBe(second.id);
  });

  it('knows what it does not know', async () => {
    const ledger = await openLedger(await makeScene(await temporaryDirectory()));
    expect(await ledger.undo('01J', 'x', 'y')).toMatchObject({ error: { kind: 'unknown-entry' } });
  });
});

describe('recovery', () => {
  /** Dies at the first rename: the first file stands as after, the others as before. */
  async function crashAfterFirstFile(scene: Awaited<ReturnType<typeof makeScene>>) {
    let links = 0;
    const dying = {
      ...nodeFiles,
      link: async (existing: string, path: string) => {
        if (path.includes(join('root', '')) && ++links > 1)
          throw Object.assign(new Error('died'), { code: 'EIO' });
        await nodeFiles.link(existing, path);
      },
      append: async (path: string, content: Uint8Array, mode?: number) => {
        if (links > 1) throw Object.assign(new Error('died'), { code: 'EIO' });
        await nodeFiles.append(path, content, mode);
      },
      removeFile: async (path: string) => {
        if (links > 1) throw Object.assign(new Error('died'), { code: 'EIO' });
        await nodeFiles.removeFile(path);
      },
      rename: async (from: string, to: string) => {
        if (links > 1) throw Object.assign(new Error('died'), { code: 'EIO' });
        await nodeFiles.rename(from, to);
      },
    };
    const ledger = await openLedger(scene, dying, await deadOwner());
    expect((await ledger.transact(operation, fourChanges(scene))).ok).toBe(false);
    expect(await readFile(join(scene.root, 'new.md'), 'utf8')).toBe('new\n');
    expect(await readFile(join(scene.root, 'CLAUDE.md'), 'utf8')).toBe('first\nsecond\nthird\n');
  }

  it('goes on with an operation that had begun to write', async () => {
    const scene = await makeScene(await temporaryDirectory());
    await crashAfterFirstFile(scene);
    const ledger = await openLedger(scene);
    expect(ledger.notices.map(({ kind }) => kind)).toEqual(['rolled-forward']);
    expect(Object.keys(await readTree(scene.root))).toEqual([
      'CLAUDE.md',
      'deep/',
      'deep/er/',
      'deep/er/record.md',
      'new.md',
      'notes/',
    ]);
  });

  it('takes back an operation that had not begun to write', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const before = await readTree(scene.root);
    const died = () => Promise.reject(Object.assign(new Error('died'), { code: 'EIO' }));
    let hasBegun = false;
    const dying = {
      ...nodeFiles,
      append: async (path: string, content: Uint8Array, mode?: number) => {
        if (hasBegun) return died();
        await nodeFiles.append(path, content, mode);
        hasBegun = true;
      },
      writeNew: (path: string, content: Uint8Array, mode?: number) =>
        hasBegun ? died() : nodeFiles.writeNew(path, content, mode),
      readFile: (path: string) => (hasBegun ? died() : nodeFiles.readFile(path)),
    };
    const doomed = await openLedger(scene, dying, await deadOwner());
    expect((await doomed.transact(operation, fourChanges(scene))).ok).toBe(false);
    expect((await ledgerText(scene)).trim().split('\n')).toHaveLength(2);
    const ledger = await openLedger(scene);
    expect(ledger.notices.map(({ kind }) => kind)).toEqual(['rolled-back']);
    expect(await readTree(scene.root)).toEqual(before);
  });

  it('never writes over what somebody else wrote meanwhile, and keeps a copy', async () => {
    const scene = await makeScene(await temporaryDirectory());
    await crashAfterFirstFile(scene);
    await writeFile(join(scene.root, 'CLAUDE.md'), 'mine\n');
    const ledger = await openLedger(scene);
    const notice = ledger.notices.find(({ kind }) => kind === 'foreign-edit');
    expect(notice?.path).toBe(join(scene.root, 'CLAUDE.md'));
    expect(await ledger.content(notice?.kept ?? '')).toEqual(bytes('mine\n'));
    expect(await readFile(join(scene.root, 'CLAUDE.md'), 'utf8')).toBe('mine\n');
  });

  it('leaves an operation alone whose process is alive', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    let seen: unknown;
    const outer = await ledger.transactWith(operation, async () => {
      const other = await openLedger(scene);
      seen = [other.notices, await other.entries()];
      return success([]);
    });
    expect(outer.ok).toBe(true);
    expect(seen).toEqual([[], []]);
  });

  it('takes over the lock of a process that has died, and waits for one that lives', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const lock = join(scene.stateDirectory, 'lock');
    await mkdir(lock);
    await writeFile(join(lock, '0000000007'), JSON.stringify(await deadOwner()));
    const entry = value(await (await openLedger(scene)).transact(operation, []));
    expect(JSON.parse((await ledgerText(scene)).split('\n')[1] ?? '')).toMatchObject({
      id: entry.id,
      fence: 8,
    });
    await writeFile(join(lock, '0000000009'), JSON.stringify(await currentOwner()));
    const opened = await Ledger.open({
      files: nodeFiles,
      clock,
      owner: await currentOwner(),
      ...scene,
      lockTimeoutMs: 50,
    });
    expect(await value(opened).transact(operation, [])).toMatchObject({ error: { kind: 'busy' } });
  });

  it('tells of a disk that cannot be written, and still reads', async () => {
    const scene = await makeScene(await temporaryDirectory());
    value(await (await openLedger(scene)).transact(operation, fourChanges(scene)));
    const files = faultyFiles(nodeFiles, { failing: Number.MAX_SAFE_INTEGER, fault: 'EIO' });
    const full = {
      ...files,
      append: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    };
    const ledger = await openLedger(scene, full);
    expect(await ledger.entries()).toHaveLength(1);
    expect(await ledger.transact(operation, [])).toMatchObject({ error: { kind: 'io', code: 'ENOSPC' } });
  });

  it('does without hard links', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const files = {
      ...nodeFiles,
      link: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTSUP' })),
    };
    const ledger = await openLedger(scene, files);
    value(await ledger.transact(operation, fourChanges(scene)));
    expect(await readTree(scene.root)).toMatchObject({
      'new.md': 'new\n',
      'CLAUDE.md': 'first\nchanged\nthird\n',
    });
    await link(join(scene.root, 'new.md'), join(scene.root, 'second-name.md'));
  });
});
