import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import type { Anchor, AnchorState } from '../../../src/memory/freshness/anchor.ts';
import { compareAnchors } from '../../../src/memory/freshness/compare-anchors.ts';
import { movedFiles } from '../../../src/memory/freshness/moved-files.ts';
import { sourceText } from '../../../src/memory/freshness/source-text.ts';
import { anchorsAt } from '../../../src/memory/freshness/take-anchors.ts';
import { WorkingFiles } from '../../../src/memory/freshness/working-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { reader } from './code.ts';

/** A real repository with files of code, and what comparing anchors with it says. */
export interface CodePlace {
  readonly root: string;
  git(...args: readonly string[]): string;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** Replaces exactly one part of a file. */
  edit(path: string, from: string, to: string): Promise<void>;
  /** By hand: git is not told. */
  move(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  commit(message?: string): void;
  /** Anchors for the line that holds this text. */
  anchor(path: string, at: string): Promise<Anchor>;
  compare(...anchors: readonly Anchor[]): Promise<readonly AnchorState[]>;
}

export async function codePlace(files: Readonly<Record<string, string>>): Promise<CodePlace> {
  const root = await temporaryDirectory();
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const place: CodePlace = {
    root,
    git: (...args) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', env: environment }),
    write: async (path, text) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    read: (path) => readFile(join(root, path), 'utf8'),
    edit: async (path, from, to) => {
      const text = await place.read(path);
      if (text.split(from).length !== 2) throw new Error(`${from} stands not once in ${path}.`);
      await place.write(
        path,
        text.replace(from, () => to),
      );
    },
    move: async (from, to) => {
      await mkdir(dirname(join(root, to)), { recursive: true });
      await rename(join(root, from), join(root, to));
    },
    remove: (path) => rm(join(root, path), { recursive: true }),
    commit: (message = 'Work') => {
      place.git('add', '-A');
      place.git('commit', '-q', '-m', message);
    },
    anchor: async (path, at) => {
      const text = sourceText(await readFile(join(root, path)));
      const line = text?.split('\n').findIndex((one) => one.includes(at)) ?? -1;
      if (text === undefined || line === -1) throw new Error(`${at} does not stand in ${path}.`);
      const [anchor] = await anchorsAt(reader, text, path, [line]);
      if (anchor === undefined) throw new Error('Nothing was anchored.');
      return anchor;
    },
    compare: (...anchors) => {
      const working = new WorkingFiles(root, nodeFiles, reader);
      const git = createGit({ directory: root, environment });
      return compareAnchors(
        anchors,
        working,
        movedFiles(git, (path) => working.isThere(path)),
      );
    },
  };
  place.git('init', '-q', '-b', 'main');
  place.git('config', 'user.name', 'Mara');
  place.git('config', 'user.email', 'mara@example.invalid');
  for (const [path, text] of Object.entries(files)) await place.write(path, text);
  place.commit('Start');
  return place;
}
