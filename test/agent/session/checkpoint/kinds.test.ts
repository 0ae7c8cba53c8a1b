import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRewindPlace, type RewindPlace } from './rewind-place.ts';

/** A kind of file that tools stumble over: as it stands before, what an agent does to it. */
interface Kind {
  readonly name: string;
  readonly given: (place: RewindPlace) => Promise<void>;
  readonly done: (place: RewindPlace) => Promise<void>;
  /** What is looked at besides the tree. */
  readonly also?: (place: RewindPlace, notes: string, left: readonly string[]) => Promise<void>;
}

const commit = (place: RewindPlace): void => {
  place.git('add', '.');
  place.git('commit', '-q', '-m', 'Begin');
};

const overwrite =
  (...paths: readonly string[]) =>
  async (place: RewindPlace): Promise<void> => {
    for (const path of paths) await place.write(path, 'the agent was here\n');
  };

const kinds: readonly Kind[] = [
  {
    name: 'line ends that git converts, on disk other than in the commit',
    given: async (place) => {
      await place.write('.gitattributes', '* text=auto\n');
      await place.write('dos.txt', 'one\r\ntwo\r\n');
      await place.write('unix.txt', 'one\ntwo\n');
      commit(place);
      expect(place.git('status', '--porcelain')).toBe('');
    },
    done: overwrite('dos.txt', 'unix.txt'),
  },
  {
    name: 'line ends changed by somebody, which git calls no change',
    given: async (place) => {
      await place.write('.gitattributes', '* text=auto\n');
      await place.write('dos.txt', 'one\ntwo\n');
      commit(place);
      await place.write('dos.txt', 'one\r\ntwo\r\n');
    },
    done: overwrite('dos.txt'),
  },
  {
    name: 'a check-out with core.autocrlf',
    given: async (place) => {
      await place.write('dos.txt', 'one\ntwo\n');
      commit(place);
      place.git('config', 'core.autocrlf', 'true');
      await rm(join(place.root, 'dos.txt'));
      place.git('checkout', '--', 'dos.txt');
      expect(await readFile(join(place.root, 'dos.txt'), 'utf8')).toBe('one\r\ntwo\r\n');
    },
    done: overwrite('dos.txt'),
  },
  {
    name: 'a filter that would run a program: it is not run',
    given: async (place) => {
      await place.write('.gitattributes', '*.secret filter=turn\n');
      place.git('config', 'filter.turn.clean', 'tr a-z n-za-m');
      place.git('config', 'filter.turn.smudge', 'tr n-za-m a-z');
      await place.write('a.secret', 'plain words\n');
      commit(place);
      const trap = `touch ${join(place.state, 'ran')}; cat`;
      for (const way of ['clean', 'smudge']) place.git('config', `filter.turn.${way}`, trap);
    },
    done: overwrite('a.secret'),
    also: async (place) => expect(await readdir(place.state)).not.toContain('ran'),
  },
  {
    name: 'a pointer of LFS and what it points to',
    given: async (place) => {
      await place.write('.gitattributes', '*.bin filter=lfs diff=lfs -text\n');
      await place.write('pointer.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2\n');
      await place.write('real.bin', Buffer.from([0, 1, 2, 255, 13, 10]));
      commit(place);
    },
    done: overwrite('pointer.bin', 'real.bin'),
  },
  {
    name: 'names with line ends, quotes, blanks and other letters',
    given: async (place) => {
      for (const name of ['a\nb.txt', '"quoted".txt', " blank's .txt", 'größe-日本.txt', 'tab\there', '-n'])
        await place.write(name, `${name}\n`);
      commit(place);
      await place.write('new\n"x".txt', 'untracked\n');
    },
    done: overwrite(
      'a\nb.txt',
      '"quoted".txt',
      " blank's .txt",
      'größe-日本.txt',
      'tab\there',
      '-n',
      'new\n"x".txt',
    ),
  },
  {
    name: 'a name that differs in case only',
    given: async (place) => {
      await place.write('Readme.md', 'hello\n');
      commit(place);
    },
    done: (place) => rename(join(place.root, 'Readme.md'), join(place.root, 'README.md')),
  },
  {
    name: 'nothing in it, executable, for its owner only',
    given: async (place) => {
      await place.write('empty', '');
      await place.write('tool.sh', '#!/bin/sh\n');
      commit(place);
      await chmod(join(place.root, 'tool.sh'), 0o700);
      await place.write('key', 'private\n');
      await chmod(join(place.root, 'key'), 0o400);
    },
    done: async (place) => {
      await overwrite('empty', 'tool.sh')(place);
      await chmod(join(place.root, 'tool.sh'), 0o644);
      await rm(join(place.root, 'key'));
    },
  },
  {
    name: 'links: dangling, out of the tree, to a directory',
    given: async (place) => {
      await mkdir(join(place.root, 'folder'));
      await place.write('folder/inner.txt', 'inner\n');
      await symlink('nowhere', join(place.root, 'dangling'));
      await symlink('/etc', join(place.root, 'outward'));
      commit(place);
      await symlink('folder', join(place.root, 'to-folder'));
    },
    done: async (place) => {
      for (const name of ['dangling', 'outward', 'to-folder']) await rm(join(place.root, name));
      await overwrite('dangling', 'to-folder')(place);
      await symlink('/tmp', join(place.root, 'outward'));
    },
  },
  {
    name: 'a repository of its own inside, which is left as it is',
    given: async (place) => {
      await place.write('own.txt', 'own\n');
      commit(place);
      await mkdir(join(place.root, 'inside'));
      execFileSync('git', ['init', '-q'], { cwd: join(place.root, 'inside') });
      await place.write('inside/file.txt', 'inner\n');
    },
    done: async (place) => {
      await overwrite('own.txt')(place);
      await place.write('later/.git/HEAD', 'ref: refs/heads/main\n');
      await rm(join(place.root, 'later'), { recursive: true });
    },
  },
  {
    name: 'a submodule, which is left as it is and said',
    given: async (place) => {
      const other = join(place.state, 'other');
      await mkdir(other, { recursive: true });
      const git = (...args: readonly string[]) =>
        execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: other });
      git('init', '-q');
      await writeFile(join(other, 'lib.txt'), 'lib\n');
      git('add', '.');
      git('commit', '-q', '-m', 'Lib');
      await place.write('own.txt', 'own\n');
      place.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'lib');
      commit(place);
      await place.write('lib/lib.txt', 'changed before\n');
    },
    done: overwrite('own.txt'),
    also: async (place, notes) => {
      expect(notes).toContain('Submodules are left as they are: lib.');
      expect(await readFile(join(place.root, 'lib/lib.txt'), 'utf8')).toBe('changed before\n');
    },
  },
];

describe('a rewind brings back byte for byte', () => {
  it.each(kinds)('$name', async ({ given, done, also }) => {
    const place = await makeRewindPlace();
    await given(place);
    const before = await place.tree();
    await place.prompted('Go');
    await done(place);
    const after = await place.tree();
    expect(after).not.toEqual(before);
    const report = await place.rewind({ checkpoint: 1, what: 'files' });
    expect(report.conflicts).toEqual([]);
    expect(await place.tree()).toEqual(before);
    await also?.(
      place,
      report.plan.notes.join(' '),
      report.plan.leftAlone.map(({ path }) => path),
    );
    await place.rewind({ redo: true });
    expect(await place.tree()).toEqual(after);
  });

  it('and says which name it cannot keep', async () => {
    const place = await makeRewindPlace();
    await place.write('own.txt', 'own\n');
    commit(place);
    const name = Buffer.concat([Buffer.from(`${place.root}/bad-`), Buffer.from([0xff, 0xfe])]);
    await writeFile(name, 'what is my name\n');
    const facts = await place.prompted('Go');
    expect(facts).toContainEqual({ type: 'notice', text: expect.stringContaining('its name is not UTF-8') });
    await writeFile(name, 'changed\n');
    await overwrite('own.txt')(place);
    await place.rewind({ checkpoint: 1, what: 'files' });
    expect(await readFile(name, 'utf8')).toBe('changed\n');
    expect(await readFile(join(place.root, 'own.txt'), 'utf8')).toBe('own\n');
  });

  it('with ignored files too, where that is set', async () => {
    const place = await makeRewindPlace({ keepIgnored: true });
    await place.write('.gitignore', '*.log\n');
    commit(place);
    await place.write('a.log', 'before\n');
    const before = await place.tree();
    await place.prompted('Go');
    await overwrite('a.log', 'b.log')(place);
    await place.rewind({ checkpoint: 1, what: 'files' });
    expect(await place.tree()).toEqual(before);
  });
});
