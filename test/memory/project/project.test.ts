import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Git } from '../../../src/base/git.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';
import {
  memoryDirectory,
  type OpenOptions,
  openProject,
  type Project,
  type ProjectSurroundings,
} from '../../../src/memory/project/project.ts';
import { renderProjectConfig } from '../../../src/memory/project/project-config.ts';
import { readProjectPolicies, saveProjectPolicies } from '../../../src/memory/project/project-policies.ts';
import { ensureStateDirectory } from '../../../src/memory/project/state-directory.ts';
import { FAULTS, faultyFiles } from '../../fakes/faulty-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';

const ID = '01KAN4ZZZZZZZZZZZZZZABCDEF';

interface Place {
  readonly directory: string;
  readonly surroundings: ProjectSurroundings;
  readonly gitRuns: () => number;
}

async function makePlace(): Promise<Place> {
  const directory = await temporaryDirectory();
  let runs = 0;
  const counting = (git: Git): Git => ({
    ...git,
    text: (...args) => {
      runs += 1;
      return git.text(...args);
    },
  });
  const surroundings: ProjectSurroundings = {
    files: nodeFiles,
    git: (at) => counting(createGit({ directory: at, environment: process.env })),
    clock: { now: () => 1_795_000_000_000 },
    home: join(directory, 'home'),
    random: (count) => randomBytes(count),
  };
  return { directory, surroundings, gitRuns: () => runs };
}

async function makeRepository(path: string, firstMessage: string = path): Promise<string> {
  await mkdir(path, { recursive: true });
  git(path, 'init', '-q', '-b', 'main');
  git(path, 'commit', '-q', '--allow-empty', '-m', firstMessage);
  return path;
}

function git(cwd: string, ...args: string[]): void {
  const identity = [
    '-c',
    'user.name=Ada',
    '-c',
    'user.email=ada@example.org',
    '-c',
    'protocol.file.allow=always',
  ];
  execFileSync('git', [...identity, ...args], { cwd, stdio: 'ignore' });
}

async function open({ surroundings }: Place, folder: string, options?: OpenOptions): Promise<Project> {
  const opened = await openProject(surroundings, folder, options);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function write({ surroundings }: Place, project: Project): Promise<Project> {
  const ensured = await ensureStateDirectory({ ...surroundings, owner: await currentOwner() }, project);
  if (!ensured.ok) throw new Error(ensured.error.message);
  return ensured.value;
}

async function setUp(root: string, id = ID): Promise<void> {
  await mkdir(join(root, '.varve'), { recursive: true });
  await writeFile(join(root, '.varve', 'config.json'), renderProjectConfig({ version: 1, id, kinds: [] }));
}

describe('opening a project', () => {
  it('writes nothing for just looking, and asks git once', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'My Repo'));
    await mkdir(join(root, 'packages', 'a'), { recursive: true });
    const before = await readTree(place.directory);
    const project = await open(place, join(root, 'packages', 'a'));
    expect(await readTree(place.directory)).toEqual(before);
    expect(place.gitRuns()).toBe(1);
    expect(project).toMatchObject({
      name: 'My Repo',
      root,
      worktree: root,
      folder: join(root, 'packages', 'a'),
      gitDirectory: join(root, '.git'),
      commonDirectory: join(root, '.git'),
      isSetUp: 'no',
    });
    expect(project.readOnly).toBeUndefined();
    expect(project.stateDirectory).toMatch(/\/home\/projects\/my-repo-[0-9a-z]{8}$/);
  });

  it('keeps the id of an earlier look while nothing was written', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    const first = await open(place, root);
    const second = await open(place, root, { provisionalId: first.id });
    expect(second).toEqual(first);
    expect((await open(place, root)).id).not.toBe(first.id);
  });

  it('works in a folder without git, through a link, and says what is not there', async () => {
    const place = await makePlace();
    const folder = join(place.directory, 'plain');
    await mkdir(folder);
    await symlink('plain', join(place.directory, 'link'));
    const project = await open(place, join(place.directory, 'link'));
    expect(project).toMatchObject({ root: folder, folder, name: 'plain' });
    expect(project.commonDirectory).toBeUndefined();
    for (const wrong of [join(place.directory, 'gone'), join(place.directory, 'file')]) {
      await writeFile(join(place.directory, 'file'), '');
      expect(await openProject(place.surroundings, wrong)).toMatchObject({ error: { kind: 'no-folder' } });
    }
  });

  it('works where there is no git program', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    const withoutGit = {
      ...place.surroundings,
      git: (directory: string) => createGit({ directory, environment: process.env, program: 'no-git-here' }),
    };
    await mkdir(join(root, 'sub'));
    expect(await openProject(withoutGit, join(root, 'sub'))).toMatchObject({
      ok: true,
      value: { root, commonDirectory: join(root, '.git') },
    });
  });

  it('starts no process in Restricted Mode, and finds root and worktree all the same', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    git(root, 'worktree', 'add', '-q', join(place.directory, 'other'));
    await mkdir(join(place.directory, 'other', 'sub'));
    const forbidden = { ...place.surroundings, git: () => expect.unreachable('git was asked') };
    const opened = await openProject(forbidden, join(place.directory, 'other', 'sub'), { restricted: true });
    expect(opened).toMatchObject({
      ok: true,
      value: {
        root: join(place.directory, 'other'),
        gitDirectory: join(root, '.git', 'worktrees', 'other'),
        commonDirectory: join(root, '.git'),
        readOnly: expect.stringContaining('not trusted'),
      },
    });
  });

  it('knows a repository that is set up, and where its memory stands', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    await setUp(root);
    const project = await open(place, root);
    expect(project).toMatchObject({ id: ID, isSetUp: 'repository' });
    expect(memoryDirectory(project)).toBe(join(root, '.varve'));
    const written = await write(place, project);
    await rm(join(root, '.varve'), { recursive: true });
    await setUp(written.stateDirectory);
    await rename(
      join(written.stateDirectory, '.varve', 'config.json'),
      join(written.stateDirectory, 'config.json'),
    );
    const hidden = await open(place, root);
    expect(hidden.isSetUp).toBe('private');
    expect(memoryDirectory(hidden)).toBe(written.stateDirectory);
  });

  it('only reads what a newer version wrote, what is damaged, and an id that is none', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    await setUp(root);
    const path = join(root, '.varve', 'config.json');
    await writeFile(path, JSON.stringify({ version: 7, id: ID }));
    expect(await open(place, root)).toMatchObject({
      id: ID,
      readOnly: expect.stringContaining('newer Varve'),
    });
    for (const text of ['<<<<<<< HEAD', '[]', JSON.stringify({ version: 1, id: '../../etc' })]) {
      await writeFile(path, text);
      const project = await open(place, root);
      expect(project.readOnly).toContain(path);
      expect(project.stateDirectory.startsWith(join(place.surroundings.home, 'projects', 'repo-'))).toBe(
        true,
      );
    }
  });

  it('opens a folder on a read-only disk, and says that nothing can be changed', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    const canWrite = async (path: string) => path !== root;
    const opened = await openProject({ ...place.surroundings, canWrite }, root);
    expect(opened).toMatchObject({
      ok: true,
      value: { readOnly: expect.stringContaining(`${root} is read-only`) },
    });
  });
});

describe('a project that was written', () => {
  it('has a directory of its owner only, and is found again by subfolder, worktree and link', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    const project = await write(place, await open(place, root));
    expect((await stat(project.stateDirectory)).mode & 0o777).toBe(0o700);
    expect((await stat(place.surroundings.home)).mode & 0o777).toBe(0o700);
    git(root, 'worktree', 'add', '-q', join(place.directory, 'other'));
    const worktree = await open(place, join(place.directory, 'other'));
    expect(worktree).toMatchObject({ id: project.id, stateDirectory: project.stateDirectory });
    expect(worktree.worktree).not.toBe(project.worktree);
    await write(place, worktree);
    const state = JSON.parse(await readFile(join(project.stateDirectory, 'project.json'), 'utf8'));
    expect(state).toMatchObject({
      version: 1,
      id: project.id,
      evidence: { paths: [root, join(place.directory, 'other')] },
    });
  });

  it('is known again by one question to git, loose or packed', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    const other = await makeRepository(join(place.directory, 'another'));
    const first = await write(place, await open(place, root));
    await write(place, await open(place, other));
    for (const pack of [false, true]) {
      if (pack) git(root, 'gc', '-q');
      const before = place.gitRuns();
      expect((await open(place, root)).id).toBe(first.id);
      expect(place.gitRuns() - before).toBe(1);
    }
  });

  it('is found again after its folder was moved, whatever it is called', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    const project = await write(place, await open(place, root));
    await rename(root, join(place.directory, 'moved'));
    expect((await open(place, join(place.directory, 'moved'))).stateDirectory).toBe(project.stateDirectory);
  });

  it('is one project in two clones of one remote, and asked about in a copy without one', async () => {
    const place = await makePlace();
    const origin = await makeRepository(join(place.directory, 'origin'));
    git(place.directory, 'clone', '-q', origin, 'one');
    git(place.directory, 'clone', '-q', origin, 'two');
    const one = await write(place, await open(place, join(place.directory, 'one')));
    expect((await open(place, join(place.directory, 'two'))).id).toBe(one.id);
    git(join(place.directory, 'two'), 'remote', 'remove', 'origin');
    const asked = await openProject(place.surroundings, join(place.directory, 'two'));
    expect(asked).toMatchObject({
      error: { kind: 'ambiguous', candidates: [{ id: one.id, path: one.root }] },
    });
    const same = await write(place, await open(place, join(place.directory, 'two'), { choose: one.id }));
    expect(same.id).toBe(one.id);
    expect((await open(place, join(place.directory, 'two'))).id).toBe(one.id);
  });

  it('is asked about where another history stands in its place, and "new" lasts', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'), 'one');
    const old = await write(place, await open(place, root));
    await rm(root, { recursive: true });
    await makeRepository(root, 'another');
    expect(await openProject(place.surroundings, root)).toMatchObject({ error: { kind: 'ambiguous' } });
    const fresh = await write(place, await open(place, root, { choose: 'new' }));
    expect(fresh.id).not.toBe(old.id);
    expect((await open(place, root)).id).toBe(fresh.id);
  });

  it('is not handed to a repository that copied its id', async () => {
    const place = await makePlace();
    const mine = await makeRepository(join(place.directory, 'mine'), 'mine');
    await setUp(mine);
    const project = await write(place, await open(place, mine));
    const thief = await makeRepository(join(place.directory, 'thief'), 'thief');
    await setUp(thief);
    expect(await openProject(place.surroundings, thief)).toMatchObject({
      error: { kind: 'ambiguous', candidates: [{ id: ID }] },
    });
    const apart = await write(place, await open(place, thief, { choose: 'new' }));
    expect(apart.stateDirectory).not.toBe(project.stateDirectory);
    expect(await open(place, thief)).toMatchObject({ id: apart.id, isSetUp: 'repository' });
    expect((await open(place, mine)).id).toBe(ID);
  });

  it('is one project when two processes write first at the same time', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    const looks = await Promise.all([open(place, root), open(place, root), open(place, root)]);
    expect(new Set(looks.map(({ id }) => id)).size).toBe(3);
    const written = await Promise.all(looks.map((look) => write(place, look)));
    expect(new Set(written.map(({ stateDirectory }) => stateDirectory)).size).toBe(1);
  });

  it('keeps unknown keys and policies, and puts a damaged file aside', async () => {
    const place = await makePlace();
    const root = await makeRepository(join(place.directory, 'repo'));
    await setUp(root);
    const project = await write(place, await open(place, root));
    const path = join(project.stateDirectory, 'project.json');
    const state = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(
      path,
      JSON.stringify({ ...state, always: ['run'], evidence: { ...state.evidence, paths: [] } }),
    );
    const owner = await currentOwner();
    const saved = await saveProjectPolicies({ ...place.surroundings, owner }, project.stateDirectory, {
      capture: 'never',
    });
    expect(saved.ok).toBe(true);
    await write(place, project);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      always: ['run'],
      evidence: { paths: [root] },
    });
    expect(await readProjectPolicies(nodeFiles, project.stateDirectory)).toEqual({ capture: 'never' });
    await writeFile(path, '{"id":');
    await write(place, await open(place, root));
    const names = Object.entries(await readTree(project.stateDirectory));
    expect(names.find(([name]) => name.startsWith('project.json.damaged-'))?.[1]).toBe('{"id":');
  });

  it.each(FAULTS)('is whole or not there whichever call fails with %s', async (fault) => {
    for (let failing = 1; ; failing += 1) {
      const place = await makePlace();
      const folder = join(place.directory, 'plain');
      await mkdir(folder);
      const project = await open(place, folder);
      const files = faultyFiles(nodeFiles, { failing, fault });
      const owner = await currentOwner();
      const ensured = await ensureStateDirectory({ ...place.surroundings, files, owner }, project);
      const text = await readFile(join(project.stateDirectory, 'project.json'), 'utf8').catch(
        () => undefined,
      );
      if (text !== undefined) expect(JSON.parse(text).id, `call ${failing}`).toBe(project.id);
      else expect(ensured.ok, `call ${failing}`).toBe(false);
      await write(place, project);
      expect((await open(place, folder)).id).toBe(project.id);
      if (!files.hasFired()) break;
    }
  });
});
