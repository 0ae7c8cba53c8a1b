import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGit } from '../../../src/base/git-process.ts';
import type { MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../../../src/memory/workspace/open-workspace.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { type CountedFiles, countedFiles, writeOld } from './hierarchy-files.ts';

const packages = Array.from({ length: 12 }, (_, index) => `packages/p${index}/CLAUDE.md`);

let base: string;
let root: string;
let files: CountedFiles;
let workspace: MemoryWorkspace;
let changes: string[];

beforeEach(async () => {
  base = await temporaryDirectory();
  root = join(base, 'repo');
  files = countedFiles();
  await writeOld(root, {
    'CLAUDE.md': '# Repo\n\n- first\n',
    'README.md': 'no memory\n',
    'packages/p2/.claude/rules/style.md': '- a rule of p2\n',
    ...Object.fromEntries(packages.map((path, index) => [path, `- entry ${index}\n`])),
  });
  const git = createGit({ directory: root, environment: process.env });
  await git.text(['init', '-q']);
  const opened = await openMemoryWorkspace({
    folder: root,
    files,
    gitFor: (directory) => createGit({ directory, environment: process.env }),
    clock: { now: () => Date.now() },
    environment: { VARVE_HOME: join(base, 'home', '.varve') },
    homeDirectory: join(base, 'home'),
    managedDirectory: join(base, 'managed'),
    platform: process.platform,
    random: (count) => new Uint8Array(count),
    trusted: true,
    unsavedFiles: { isUnsaved: () => Promise.resolve(false) },
    runTimes: () => Promise.resolve([]),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  workspace = opened.value;
  changes = [];
  workspace.onDidChange((change) => changes.push(change));
});

afterEach(() => workspace.dispose());

/** Watches, and waits until two looks in a row had nothing to read. */
async function watched(): Promise<void> {
  workspace.watch();
  await workspace.outline();
  await workspace.outline();
  files.opened();
  changes.splice(0);
}

const memoryOpened = () => files.opened().filter((path) => path.endsWith('.md'));

describe('a workspace that watches', () => {
  it('opens no memory file before somebody looks, and follows the hierarchy from then on', async () => {
    workspace.watch();
    await workspace.proposals();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(memoryOpened()).toEqual([]);
    await workspace.effective();
    await writeFile(join(root, 'CLAUDE.md'), '# Repo\n\n- changed\n');
    await expect.poll(() => changes, { timeout: 5000 }).toContain('hierarchy');
  });

  it('reads once for the tree and the effective memory, and nothing for looking again', async () => {
    workspace.watch();
    await Promise.all([workspace.outline(), workspace.effective()]);
    const all = [...packages, 'CLAUDE.md', 'packages/p2/.claude/rules/style.md'];
    expect(memoryOpened().sort()).toEqual(all.map((path) => join(root, path)).sort());
    await workspace.outline();
    await workspace.effective();
    await workspace.effective(join(root, 'packages/p1/index.ts'));
    expect(memoryOpened()).toEqual([]);
  });

  it('shows what git knows anywhere below, rules too, and opens nothing else', async () => {
    const shown = JSON.stringify(await workspace.outline());
    expect(shown).toContain('a rule of p2');
    expect(shown).toContain('entry 11');
    expect(memoryOpened()).not.toContain(join(root, 'README.md'));
  });

  it.each(['in place', 'by a rename'])('reads the one file that was saved %s', async (way) => {
    await watched();
    const path = join(root, 'packages/p4/CLAUDE.md');
    if (way === 'in place') await writeFile(path, '- saved just now\n');
    else {
      await writeFile(`${path}.tmp`, '- saved just now\n');
      await rename(`${path}.tmp`, path);
    }
    // `effective` believes what the watch says and compares nothing by itself.
    const loaded = async () => JSON.stringify((await workspace.effective()).hierarchy.files);
    await expect.poll(loaded, { timeout: 5000 }).toContain('saved just now');
    expect(changes).toContain('hierarchy');
    expect(JSON.stringify(await workspace.outline())).toContain('saved just now');
    expect(new Set(memoryOpened())).toEqual(new Set([path]));
  });

  it('is not told of what other programs write above it and in a home directory', async () => {
    await watched();
    await writeFile(join(base, 'some.log'), 'a line\n');
    await mkdir(join(base, 'elsewhere'));
    await writeFile(join(base, 'some.log'), 'another line\n');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(changes).toEqual([]);
    await writeFile(join(base, 'CLAUDE.md'), '- above all\n');
    await expect.poll(() => changes, { timeout: 5000 }).toContain('hierarchy');
    expect(JSON.stringify(await workspace.outline())).toContain('above all');
  });

  it('shows a memory file that somebody noticed deep in the repository', async () => {
    await watched();
    await writeOld(root, { 'a/b/c/d/e/f/g/CLAUDE.md': '- deep down\n' });
    workspace.notice(join(root, 'a/b/c/d/e/f/g/CLAUDE.md'));
    await expect.poll(() => changes, { timeout: 5000 }).toContain('hierarchy');
    expect(JSON.stringify(await workspace.outline())).toContain('deep down');
    expect(memoryOpened()).toEqual([join(root, 'a/b/c/d/e/f/g/CLAUDE.md')]);
  });

  it('sees what changed unheard of when somebody looks again', async () => {
    await watched();
    await writeFile(join(root, 'CLAUDE.local.md'), '- mine alone\n');
    await expect
      .poll(async () => JSON.stringify(await workspace.outline()), { timeout: 5000 })
      .toContain('mine alone');
    expect(new Set(memoryOpened())).toEqual(new Set([join(root, 'CLAUDE.local.md')]));
  });
});
