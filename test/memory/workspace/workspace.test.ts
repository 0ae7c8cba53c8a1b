import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import type { MemoryWorkspace, SetUpOptions } from '../../../src/memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../../../src/memory/workspace/open-workspace.ts';
import type { RunTime } from '../../../src/memory/workspace/run-times.ts';
import { snapshotTree } from '../../fakes/snapshot-tree.ts';

const everything: SetUpOptions = {
  place: 'repository',
  claudeRules: true,
  agentsPointer: true,
  capture: 'proposed',
};

let base: string;
let root: string;
const opened: MemoryWorkspace[] = [];

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'varve-workspace-')));
  root = join(base, 'harbor');
  await mkdir(root);
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Mara');
  git('config', 'user.email', 'mara@example.invalid');
  await write('CLAUDE.md', '# Harbor\n\n- Tests run with node --test\n\n@AGENTS.md\n');
  await write('AGENTS.md', '# Agents\n\n- Keep functions small');
  await write('package.json', '{ "name": "harbor", "dependencies": {} }\n');
  commit('Start');
});

afterEach(async () => {
  for (const workspace of opened.splice(0)) workspace.dispose();
  await rm(base, { recursive: true, force: true });
});

function git(...args: readonly string[]): string {
  const env = {
    ...process.env,
    GIT_AUTHOR_DATE: '2026-03-01T10:00:00Z',
    GIT_COMMITTER_DATE: '2026-03-01T10:00:00Z',
  };
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', env });
}

function commit(message: string): void {
  git('add', '-A');
  git('commit', '-q', '-m', message);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function open(
  options: {
    home?: string;
    folder?: string;
    trusted?: boolean;
    gitProgram?: string;
    runs?: readonly RunTime[];
  } = {},
): Promise<MemoryWorkspace> {
  const home = options.home ?? join(base, 'home');
  const result = await openMemoryWorkspace({
    folder: options.folder ?? root,
    files: nodeFiles,
    gitFor: (directory) =>
      createGit({
        directory,
        environment: process.env,
        ...(options.gitProgram === undefined ? {} : { program: options.gitProgram }),
      }),
    clock: { now: () => Date.UTC(2026, 2, 2) },
    environment: { VARVE_HOME: join(home, '.varve') },
    homeDirectory: home,
    managedDirectory: join(base, 'managed'),
    platform: process.platform,
    random: (count) => randomBytes(count),
    trusted: options.trusted ?? true,
    unsavedFiles: { isUnsaved: () => Promise.resolve(false) },
    runTimes: () => Promise.resolve(options.runs ?? []),
  });
  if (!result.ok) throw new Error(result.error.message);
  opened.push(result.value);
  return result.value;
}

async function setUp(workspace: MemoryWorkspace, options = everything): Promise<void> {
  const plan = await workspace.planSetUp(options);
  if (!plan.ok) throw new Error(plan.error.message);
  const done = await workspace.apply(plan.value);
  if (!done.ok) throw new Error(done.error.message);
}

async function addDependency(name = 'better-sqlite3', beside: readonly string[] = []): Promise<void> {
  const dependencies = Object.fromEntries([...beside, name].map((one) => [one, '12.0.0']));
  await write('package.json', `${JSON.stringify({ name: 'harbor', dependencies })}\n`);
  commit(
    `Use ${name} for session search\n\nWe use ${name} instead of an in-memory index because the index was nine times larger.`,
  );
}

async function capturedOne(workspace: MemoryWorkspace): Promise<string> {
  await addDependency();
  const report = await workspace.capture();
  if (!report.ok) throw new Error(report.error.message);
  expect(report.value.proposed.length).toBe(1);
  return report.value.proposed[0]!.id;
}

describe('set up and removal', () => {
  it('writes nothing for looking and planning', async () => {
    const before = await snapshotTree(base);
    const workspace = await open();
    await workspace.outline();
    await workspace.effective();
    await workspace.proposals();
    await workspace.log();
    expect((await workspace.planSetUp(everything)).ok).toBe(true);
    expect(await snapshotTree(base)).toEqual(before);
  });

  it('is taken back byte for byte, also after records were accepted and from another machine', async () => {
    const before = await snapshotTree(root);
    const workspace = await open();
    await setUp(workspace);
    expect(workspace.setUpState).toBe('repository');
    expect(await readFile(join(root, 'AGENTS.md'), 'utf8')).toContain('varve:begin');

    const elsewhere = await open({ home: join(base, 'other-home') });
    const plan = await elsewhere.planRemoval();
    if (!plan.ok) throw new Error(plan.error.message);
    expect((await elsewhere.apply(plan.value)).ok).toBe(true);
    expect(await snapshotTree(root)).toEqual(before);
    expect(elsewhere.setUpState).toBe('no');
  });

  it('works from a subfolder on the git root', async () => {
    await mkdir(join(root, 'src'));
    const workspace = await open({ folder: join(root, 'src') });
    await setUp(workspace);
    expect(workspace.root).toBe(root);
    expect((await snapshotTree(join(root, '.varve'))).size).toBeGreaterThan(3);
  });

  it('keeps everything on this machine in private mode', async () => {
    const before = await snapshotTree(root);
    const workspace = await open();
    await setUp(workspace, { ...everything, place: 'private', agentsPointer: false });
    expect(workspace.setUpState).toBe('private');
    expect(git('status', '--porcelain')).toBe('');
    const id = await capturedOne(workspace);
    expect((await workspace.accept([id])).ok).toBe(true);
    expect((await workspace.effective()).prompt).toContain('better-sqlite3');
    expect(git('status', '--porcelain')).toBe('');
    const plan = await workspace.planRemoval();
    if (!plan.ok) throw new Error(plan.error.message);
    expect((await workspace.apply(plan.value)).ok).toBe(true);
    const left = await snapshotTree(root);
    expect([...left.keys()].filter((path) => !before.has(path) && !path.startsWith('.git/'))).toEqual([]);
  });
});

describe('capture and review', () => {
  it('proposes what a commit decided, where no agent loads it', async () => {
    const workspace = await open();
    await setUp(workspace);
    const id = await capturedOne(workspace);
    const [proposal] = await workspace.proposals();
    expect(proposal).toMatchObject({ id, place: 'repository', origin: 'owner', group: 'commit' });
    expect(proposal!.path.startsWith(join(root, '.varve/proposed'))).toBe(true);
    expect((await workspace.effective()).prompt).not.toContain('better-sqlite3');
  });

  it('keeps what another person committed on this machine', async () => {
    const workspace = await open();
    await setUp(workspace);
    await write('package.json', '{ "name": "harbor", "dependencies": { "left-pad": "1.3.0" } }\n');
    git('add', '-A');
    git(
      '-c',
      'user.email=else@example.invalid',
      'commit',
      '-q',
      '-m',
      'Use left-pad because padding by hand was wrong twice',
    );
    expect((await workspace.capture()).ok).toBe(true);
    const [proposal] = await workspace.proposals();
    expect(proposal).toMatchObject({ place: 'machine', origin: 'untrusted' });
    expect(git('status', '--porcelain', '.varve/proposed')).toBe('');
  });

  it('keeps what was committed while an agent ran on this machine, in the name of the owner or not', async () => {
    const committed = Date.parse('2026-03-01T10:00:00Z');
    const during = await open({ runs: [{ from: committed + 400, to: committed + 5_000 }] });
    await setUp(during, { ...everything, capture: 'accepted' });
    await capturedOne(during);
    expect(await during.proposals()).toMatchObject([{ place: 'machine', origin: 'untrusted' }]);
    expect(await during.records()).toEqual([]);
  });

  it('accepts at once what the owner committed, where that was chosen', async () => {
    const workspace = await open({ runs: [{ from: 0, to: 1_000 }] });
    await setUp(workspace, { ...everything, capture: 'accepted' });
    await addDependency();
    expect(await workspace.capture()).toMatchObject({ ok: true });
    expect(await workspace.proposals()).toEqual([]);
    expect(await workspace.records()).toMatchObject([{ status: 'accepted' }]);
  });

  it('writes the same bytes whichever process captures the commit', async () => {
    const one = await open();
    await setUp(one);
    await addDependency();
    const copy = join(base, 'copy');
    await cp(root, copy, { recursive: true });
    await one.capture();
    const first = await snapshotTree(join(root, '.varve/proposed'));
    const two = await open({ folder: copy, home: join(base, 'other-home') });
    await two.capture();
    expect(first.size).toBe(3);
    expect(await snapshotTree(join(copy, '.varve/proposed'))).toEqual(first);
  });

  it('lets two processes capture at once and proposes once', async () => {
    const one = await open();
    await setUp(one);
    await addDependency();
    const two = await open();
    const [a, b] = await Promise.all([one.capture(), two.capture()]);
    expect([a.ok, b.ok]).toEqual([true, true]);
    expect((await one.proposals()).length).toBe(1);
  });

  it('delivers an accepted record everywhere it belongs and says so in the ledger', async () => {
    const workspace = await open();
    await setUp(workspace);
    const id = await capturedOne(workspace);
    const done = await workspace.accept([id]);
    expect(done.ok).toBe(true);
    expect(await workspace.proposals()).toEqual([]);
    const [record] = await workspace.records();
    expect(record).toMatchObject({ id, status: 'accepted', kind: 'decision' });
    expect(await readFile(join(root, '.varve/memory/MEMORY.md'), 'utf8')).toContain(`(${record!.name}.md)`);
    expect(await readFile(join(root, '.claude/rules/varve.md'), 'utf8')).toContain('better-sqlite3');
    expect((await workspace.effective()).document).toContain('better-sqlite3');
    expect(JSON.stringify(await workspace.outline())).toContain('better-sqlite3');
    expect((await workspace.log()).map((entry) => entry.action)).toEqual(['set-up', 'propose', 'accept']);
  });

  it('does not ask again about what was rejected, unless the rejection is undone', async () => {
    const workspace = await open();
    await setUp(workspace);
    const id = await capturedOne(workspace);
    expect((await workspace.reject([id])).ok).toBe(true);
    await workspace.capture({ since: 'HEAD~1' });
    expect(await workspace.proposals()).toEqual([]);
    expect((await workspace.undo()).ok).toBe(true);
    expect((await workspace.proposals()).map((proposal) => proposal.id)).toEqual([id]);
  });

  it('undoes an accept after later ones, and the generated files follow', async () => {
    const workspace = await open();
    await setUp(workspace);
    const first = await capturedOne(workspace);
    await addDependency('undici', ['better-sqlite3']);
    const report = await workspace.capture();
    const second = report.ok ? report.value.proposed[0]!.id : '';
    const accepted = await workspace.accept([first]);
    expect((await workspace.accept([second])).ok).toBe(true);
    const undone = await workspace.undo(accepted.ok ? accepted.value.id : '');
    expect(undone).toMatchObject({ ok: true });
    expect((await workspace.records()).map((record) => record.id)).toEqual([second]);
    expect((await workspace.proposals()).map((proposal) => proposal.id)).toContain(first);
    const delivery = await readFile(join(root, '.claude/rules/varve.md'), 'utf8');
    expect(delivery).toContain('undici');
    expect(delivery).not.toContain('better-sqlite3');
  });

  it('puts what a later commit took the place of into the archive, and says why it cannot be undone first', async () => {
    const workspace = await open();
    await setUp(workspace);
    const first = await capturedOne(workspace);
    await addDependency('undici');
    const report = await workspace.capture();
    const second = report.ok ? report.value.proposed[0]!.id : '';
    const accepted = await workspace.accept([first]);
    expect((await workspace.accept([second])).ok).toBe(true);
    const timeline = await workspace.timeline();
    const told = timeline.map(({ record, supersedes }) => [record.id, [record.status, supersedes]] as const);
    expect(new Map(told)).toEqual(
      new Map([
        [second, ['accepted', [first]]],
        [first, ['superseded', []]],
      ]),
    );
    const undone = await workspace.undo(accepted.ok ? accepted.value.id : '');
    expect(undone).toMatchObject({ ok: false, error: { kind: 'conflict' } });
    expect((await workspace.undo()).ok).toBe(true);
    expect((await workspace.records()).map(({ id }) => id)).toEqual([first]);
  });

  it('accepts an edited proposal with the words of the person', async () => {
    const workspace = await open();
    await setUp(workspace);
    const id = await capturedOne(workspace);
    const [proposal] = await workspace.proposals();
    const text = await readFile(proposal!.path, 'utf8');
    await writeFile(proposal!.path, text.replaceAll('nine times', '9x'));
    expect((await workspace.accept([id])).ok).toBe(true);
    expect((await workspace.records())[0]!.body).toContain('9x');
  });

  it('refuses a proposal that was edited into something else, and loses nothing', async () => {
    const workspace = await open();
    await setUp(workspace);
    const id = await capturedOne(workspace);
    const [proposal] = await workspace.proposals();
    const refused = await workspace.edit(id, 'no record at all');
    expect(refused).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(await readFile(proposal!.path, 'utf8')).toContain('better-sqlite3');
  });

  it('keeps a proposal in sight that an edit outside broke', async () => {
    const workspace = await open();
    await setUp(workspace);
    await capturedOne(workspace);
    const [proposal] = await workspace.proposals();
    await writeFile(proposal!.path, 'broken');
    expect(await workspace.proposals()).toEqual([]);
    expect(await workspace.unreadable()).toMatchObject([
      { path: proposal!.path, message: expect.any(String) },
    ]);
  });

  it('undo of a set-up restores the repository', async () => {
    const before = await snapshotTree(root);
    const workspace = await open();
    await setUp(workspace);
    expect((await workspace.undo()).ok).toBe(true);
    expect(await snapshotTree(root)).toEqual(before);
  });
});

describe('bad input', () => {
  it('shows memory and refuses to write in Restricted Mode', async () => {
    const workspace = await open({ trusted: false });
    expect(JSON.stringify(await workspace.outline())).toContain('CLAUDE.md');
    expect(await workspace.planSetUp(everything)).toMatchObject({ ok: false, error: { kind: 'restricted' } });
    expect(await workspace.capture()).toMatchObject({ ok: false });
    expect(await workspace.accept(['x'])).toMatchObject({ ok: false, error: { kind: 'restricted' } });
  });

  it('works in a folder without git, where capture says what is missing', async () => {
    const folder = join(base, 'plain');
    await mkdir(folder);
    await mkdir(join(folder, 'packages', 'deep'), { recursive: true });
    await writeFile(join(folder, 'CLAUDE.md'), '- one\n');
    await writeFile(join(folder, 'packages', 'deep', 'CLAUDE.md'), '- deep down\n');
    const workspace = await open({ folder });
    expect(JSON.stringify(await workspace.outline())).toContain('deep down');
    await setUp(workspace);
    expect(await workspace.capture()).toMatchObject({ ok: false, error: { kind: 'no-git' } });
  });

  it('says that git is missing where there is a repository and no git', async () => {
    const withGit = await open();
    await setUp(withGit);
    const workspace = await open({ gitProgram: join(base, 'no-such-git') });
    expect(JSON.stringify(await workspace.outline())).toContain('CLAUDE.md');
    expect(await workspace.capture()).toMatchObject({ ok: false, error: { kind: 'no-git' } });
  });

  it('captures on a detached HEAD', async () => {
    const workspace = await open();
    await setUp(workspace);
    git('checkout', '-q', '--detach');
    await capturedOne(workspace);
  });

  it('loads a CLAUDE.md that is a link to AGENTS.md once', async () => {
    await rm(join(root, 'CLAUDE.md'));
    await symlink('AGENTS.md', join(root, 'CLAUDE.md'));
    const workspace = await open();
    await setUp(workspace);
    const { prompt } = await workspace.effective();
    expect(prompt.split('Keep functions small').length).toBe(2);
    const plan = await workspace.planRemoval();
    if (!plan.ok) throw new Error(plan.error.message);
    await workspace.apply(plan.value);
    expect(await readFile(join(root, 'AGENTS.md'), 'utf8')).toBe('# Agents\n\n- Keep functions small');
  });

  it('refuses a plan when the disk is no longer what it was made from', async () => {
    const workspace = await open();
    const plan = await workspace.planSetUp(everything);
    if (!plan.ok) throw new Error(plan.error.message);
    await write('AGENTS.md', '# Somebody was faster\n');
    expect(await workspace.apply(plan.value)).toMatchObject({
      ok: false,
      error: { kind: 'changed-meanwhile' },
    });
    expect(await readFile(join(root, 'AGENTS.md'), 'utf8')).toBe('# Somebody was faster\n');
  });
});
