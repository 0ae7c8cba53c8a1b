import { mkdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CachingReader } from '../../../src/memory/workspace/caching-reader.ts';
import type { HierarchyView } from '../../../src/memory/workspace/hierarchy-view.ts';
import { hierarchyPaths } from '../../../src/memory/workspace/watched-paths.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { type CountedFiles, countedFiles, viewOf, writeOld } from './hierarchy-files.ts';

const folders = Array.from({ length: 40 }, (_, index) => `packages/p${index}/CLAUDE.md`);

let base: string;
let root: string;
let files: CountedFiles;
let view: HierarchyView;
let unheard: number;

beforeEach(async () => {
  base = await temporaryDirectory();
  root = join(base, 'repo');
  files = countedFiles();
  await writeOld(root, {
    'CLAUDE.md': '# Repo\n\n- first\n\n@docs/more.md\n',
    'docs/more.md': '- more\n',
    '.claude/rules/one.md': '- rule one\n',
    '.claude/rules/two.md': '---\npaths: src/**\n---\n- rule two\n',
    '.claude/settings.json': '{}',
    ...Object.fromEntries(folders.map((path, index) => [path, `# P\n\n- entry ${index}\n`])),
  });
  unheard = 0;
  view = viewOf(base, { files, tracked: folders, onUnheard: () => (unheard += 1) });
});

const at = (path: string) => join(root, path);

/** Reads until nothing has to be read, under a watcher of everything that has to be watched. */
async function warmUp(): Promise<void> {
  const { hierarchy } = await view.start();
  await view.cover(hierarchyPaths(hierarchy));
  await view.start();
  files.opened();
  files.listed();
}

async function textOf(path: string, from = view): Promise<string | undefined> {
  const { hierarchy } = await from.start();
  return hierarchy.files.find((file) => file.path === at(path))?.text;
}

/** Of all files together: what a link is called is the resolver's to say. */
async function allText(): Promise<string> {
  const { hierarchy } = await view.start();
  return hierarchy.files.map(({ text }) => text).join('\n');
}

describe('reading under a watcher', () => {
  it('opens each file once on the first reading', async () => {
    await view.start();
    const opened = files.opened().filter((path) => path.endsWith('.md'));
    expect(opened).toHaveLength(folders.length + 4);
    expect(new Set(opened).size).toBe(opened.length);
  });

  it('opens nothing when nothing changed, whoever asks', async () => {
    await warmUp();
    await view.start();
    await view.lookAgain();
    view.changed([]);
    await view.start();
    await view.read(at('packages/p3/index.ts'), []);
    view.forget();
    await view.start();
    expect(files.opened()).toEqual([]);
    expect(files.listed()).toEqual([]);
  });

  it('opens exactly the file that changed', async () => {
    await warmUp();
    await writeFile(at('packages/p7/CLAUDE.md'), '# P\n\n- another entry\n');
    view.changed([at('packages/p7/CLAUDE.md')]);
    expect(await textOf('packages/p7/CLAUDE.md')).toContain('another entry');
    expect(files.opened()).toEqual([at('packages/p7/CLAUDE.md')]);
    expect(files.listed()).toEqual([]);
    await writeFile(at('packages/p8/CLAUDE.md'), '# P\n\n- a third entry\n');
    view.changed([at('packages/p8/CLAUDE.md')]);
    expect(await textOf('packages/p8/CLAUDE.md')).toContain('a third entry');
    expect(files.opened()).toEqual([at('packages/p8/CLAUDE.md')]);
  });

  it('sees a change that keeps size and time, where it is told of', async () => {
    await warmUp();
    const long = new Date(Date.now() - 3_600_000);
    await writeFile(at('packages/p7/CLAUDE.md'), '# P\n\n- entry 8\n');
    await utimes(at('packages/p7/CLAUDE.md'), long, long);
    view.changed([at('packages/p7/CLAUDE.md')]);
    expect(await textOf('packages/p7/CLAUDE.md')).toContain('entry 8');
  });

  it('reads the files of a directory that was renamed over, and of a rule that came', async () => {
    await warmUp();
    await writeOld(root, { 'other/one.md': '- rule one, new\n', 'other/three.md': '- rule three\n' });
    await rm(at('.claude/rules'), { recursive: true });
    await rename(at('other'), at('.claude/rules'));
    view.changed([at('.claude/rules')]);
    expect(await textOf('.claude/rules/one.md')).toContain('new');
    expect(await textOf('.claude/rules/two.md')).toBeUndefined();
    expect(await textOf('.claude/rules/three.md')).toContain('three');
  });

  it('finds a rule of which only the file is told', async () => {
    await warmUp();
    await writeFile(at('.claude/rules/three.md'), '- rule three\n');
    view.changed([at('.claude/rules/three.md')]);
    expect(await textOf('.claude/rules/three.md')).toContain('three');
    expect(files.opened()).toEqual([at('.claude/rules/three.md')]);
  });

  it('compares what is beyond the reach of the watcher each time', async () => {
    await view.start();
    await view.cover([at('CLAUDE.md')]);
    await view.start();
    await writeFile(at('packages/p7/CLAUDE.md'), '# P\n\n- unwatched\n');
    view.changed([]);
    expect(await textOf('packages/p7/CLAUDE.md')).toContain('unwatched');
  });

  it('forgets a file that went and finds the one that came', async () => {
    await warmUp();
    await unlink(at('packages/p7/CLAUDE.md'));
    view.changed([at('packages/p7/CLAUDE.md')]);
    expect(await textOf('packages/p7/CLAUDE.md')).toBeUndefined();
    await writeFile(at('packages/p7/CLAUDE.md'), '- back\n');
    view.changed([at('packages/p7/CLAUDE.md')]);
    expect(await textOf('packages/p7/CLAUDE.md')).toContain('back');
  });

  it('follows a link to where it leads now, although only what it led to is told of', async () => {
    await writeOld(root, { 'a.md': '- from a\n', 'b.md': '- from b\n' });
    await symlink(at('a.md'), at('.claude/rules/linked.md'));
    await warmUp();
    expect(await allText()).toContain('- from a\n');
    await writeFile(at('a.md'), '- from a, new\n');
    view.changed([at('a.md')]);
    expect(await allText()).toContain('- from a, new');
    await unlink(at('.claude/rules/linked.md'));
    await symlink(at('b.md'), at('.claude/rules/linked.md'));
    view.changed([]);
    expect(await allText()).toContain('- from b');
  });

  it('sees what no watcher covers by its status: settings, links in a chain, places that were empty', async () => {
    await warmUp();
    await writeFile(at('.claude/settings.local.json'), '{"claudeMdExcludes":["**/docs/more.md"]}');
    view.changed([]);
    expect(await textOf('docs/more.md')).toBe('');
    await writeFile(at('CLAUDE.local.md'), '- mine\n');
    view.changed([]);
    expect(await textOf('CLAUDE.local.md')).toContain('mine');
  });

  it('notices what changed between the reading and the beginning of the watch', async () => {
    const { hierarchy } = await view.start();
    await writeFile(at('packages/p7/CLAUDE.md'), '# P\n\n- in between\n');
    await view.cover(hierarchyPaths(hierarchy));
    expect(await textOf('packages/p7/CLAUDE.md')).toContain('in between');
  });

  it('keeps no reading that somebody else found old before the watch began, and tells of it', async () => {
    const { hierarchy } = await view.start();
    await writeFile(at('packages/p7/CLAUDE.md'), '# P\n\n- in between\n');
    await view.read(at('packages/p7/a.ts'), []);
    await view.cover(hierarchyPaths(hierarchy));
    expect(await textOf('packages/p7/CLAUDE.md')).toContain('in between');
    expect(unheard).toBe(1);
  });

  it('takes files that were not touched apart once', async () => {
    await warmUp();
    const before = (await view.start()).files;
    await writeFile(at('packages/p7/CLAUDE.md'), '# P\n\n- another entry\n');
    view.changed([at('packages/p7/CLAUDE.md')]);
    const after = (await view.start()).files;
    const parsedAnew = [...after].filter(([path, file]) => before.get(path) !== file).map(([path]) => path);
    expect(parsedAnew).toEqual([at('packages/p7/CLAUDE.md')]);
  });
});

describe('reading again without a word from a watcher', () => {
  it('opens only what differs in size, time or inode', async () => {
    await warmUp();
    await writeFile(at('packages/p7/CLAUDE.md'), '# P\n\n- unheard of\n');
    expect((await view.lookAgain()).hierarchy.files.some(({ text }) => text.includes('unheard of'))).toBe(
      true,
    );
    expect(files.opened()).toEqual([at('packages/p7/CLAUDE.md')]);
  });

  it('does not take a file for unchanged that was written as it was read', async () => {
    await writeFile(at('packages/p7/CLAUDE.md'), '- aaaa\n');
    await warmUp();
    const now = new Date();
    await utimes(at('packages/p7/CLAUDE.md'), now, now);
    await view.lookAgain();
    await writeFile(at('packages/p7/CLAUDE.md'), '- bbbb\n');
    await utimes(at('packages/p7/CLAUDE.md'), now, now);
    view.forget();
    expect(await textOf('packages/p7/CLAUDE.md')).toContain('bbbb');
  });

  it('compares at every reading where nothing is watched', async () => {
    await view.start();
    files.opened();
    await view.start();
    expect(files.opened()).toEqual([]);
    await writeFile(at('docs/more.md'), '- more and more\n');
    expect(await textOf('docs/more.md')).toContain('more and more');
    expect(files.opened()).toEqual([at('docs/more.md')]);
  });
});

describe('a memory file that comes anywhere', () => {
  it('is noticed, and nothing but it is opened', async () => {
    await warmUp();
    await writeOld(root, { 'a/very/deep/place/in/the/repository/x/CLAUDE.md': '- deep\n' });
    expect(await view.notice(at('a/very/deep/place/in/the/repository/x/CLAUDE.md'))).toBe(true);
    await view.start();
    expect(files.opened()).toEqual([at('a/very/deep/place/in/the/repository/x/CLAUDE.md')]);
  });

  it('is found in a directory that comes with it', async () => {
    await warmUp();
    await writeOld(root, {
      'new/src/main.ts': '',
      'new/CLAUDE.md': '- new\n',
      'new/lib/CLAUDE.local.md': '- local\n',
      'new/.claude/rules/r.md': '- r\n',
    });
    await mkdir(at('new/node_modules/x'), { recursive: true });
    await writeFile(at('new/node_modules/x/CLAUDE.md'), '- foreign\n');
    expect(await view.notice(at('new'))).toBe(true);
    const { hierarchy } = await view.start();
    const found = hierarchy.files.map(({ path }) => path).filter((path) => path.startsWith(at('new')));
    expect(found.sort()).toEqual(
      ['new/.claude/rules/r.md', 'new/CLAUDE.md', 'new/lib/CLAUDE.local.md'].map(at),
    );
    expect([...files.opened()].sort()).toEqual(found.sort());
  });

  it('is not asked for by opening: other files of the repository stay closed', async () => {
    await writeOld(root, Object.fromEntries(folders.map((path) => [path.replace('CLAUDE.md', 'x.md'), 'x'])));
    await view.start();
    expect(files.opened().filter((path) => path.endsWith('x.md'))).toEqual([]);
  });
});

describe('a known memory file that somebody else tells of', () => {
  it('is read again, also where size and time say nothing', async () => {
    await warmUp();
    const long = new Date(Date.now() - 3_600_000);
    await writeFile(at('packages/p7/CLAUDE.md'), '# P\n\n- entry 8\n');
    await utimes(at('packages/p7/CLAUDE.md'), long, long);
    expect(await view.notice(at('packages/p7/CLAUDE.md'))).toBe(true);
    expect(await textOf('packages/p7/CLAUDE.md')).toContain('entry 8');
  });
});

describe('the caching reader', () => {
  it('takes a text apart once, and again when it is another', () => {
    const reader = new CachingReader(files);
    const parsed = reader.parse(at('CLAUDE.md'), '- one\n');
    expect(reader.parse(at('CLAUDE.md'), '- one\n')).toBe(parsed);
    expect(reader.parse(at('CLAUDE.md'), '- two\n').text).toBe('- two\n');
    expect(reader.parse(at('docs/more.md'), '- one\n')).toEqual(parsed);
  });

  it('lets go of what nobody asks for any more', async () => {
    const reader = new CachingReader(files);
    await reader.readText(at('CLAUDE.md'), 1000);
    for (let reading = 0; reading < 20; reading += 1) await reader.refresh();
    files.opened();
    await reader.readText(at('CLAUDE.md'), 1000);
    expect(files.opened()).toEqual([at('CLAUDE.md')]);
  });

  it('answers a change that happens during its own reading with the new text the next time', async () => {
    const waiting: (() => void)[] = [];
    const slow = {
      ...files,
      readFile: async (path: string) => {
        const bytes = await files.readFile(path);
        await new Promise<void>((resolve) => waiting.push(resolve));
        return bytes;
      },
    };
    const reader = new CachingReader(slow);
    const early = reader.readText(at('docs/more.md'), 1000);
    await expect.poll(() => waiting.length).toBe(1);
    await writeFile(at('docs/more.md'), '- new\n');
    reader.drop([at('docs/more.md')]);
    waiting.shift()?.();
    expect(await early).toMatchObject({ text: '- more\n' });
    const late = reader.readText(at('docs/more.md'), 1000);
    await expect.poll(() => waiting.length).toBe(1);
    waiting.shift()?.();
    expect(await late).toMatchObject({ text: '- new\n' });
  });
});
