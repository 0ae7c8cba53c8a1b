// Makes the demo workspace: a small real repository with history, and homes that are thrown away with it.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DEMO_COMMITS, type DemoCommit, USER_CLAUDE_MD } from './files.ts';

const run = promisify(execFile);

export interface DemoPlace {
  /** Everything below it is removed at the end. */
  readonly root: string;
  /** The repository, ready to be opened. */
  readonly workspace: string;
  /** Throw-away `VARVE_HOME`, `CLAUDE_CONFIG_DIR`. */
  readonly environment: Readonly<Record<'VARVE_HOME' | 'CLAUDE_CONFIG_DIR', string>>;
  remove(): Promise<void>;
}

/** Writes the repository "harbor" commit by commit, dated back from `now` (milliseconds since the epoch). */
export async function makeDemoPlace(now: number): Promise<DemoPlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-demo-')));
  const workspace = join(root, 'harbor');
  const environment = {
    VARVE_HOME: join(root, 'varve-home'),
    CLAUDE_CONFIG_DIR: join(root, 'claude-config'),
  };
  await write(environment.CLAUDE_CONFIG_DIR, { 'CLAUDE.md': USER_CLAUDE_MD });
  await mkdir(workspace);
  await git(workspace, ['init', '--quiet', '--initial-branch=main']);
  for (const [key, value] of SETTINGS) await git(workspace, ['config', key, value]);
  for (const commit of DEMO_COMMITS) await makeCommit(workspace, commit, now);
  const remove = (): Promise<void> =>
    rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return { root, workspace, environment, remove };
}

/** The clone's own: who commits here, and nothing of the machine's signing or hooks. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['user.name', 'Harbor Demo'],
  ['user.email', 'demo@harbor.example'],
  ['commit.gpgSign', 'false'],
  ['tag.gpgSign', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.autocrlf', 'false'],
];

async function makeCommit(workspace: string, commit: DemoCommit, now: number): Promise<void> {
  const date = new Date(now - commit.daysAgo * 86_400_000).toISOString();
  const dated = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  await write(workspace, commit.files);
  await git(workspace, ['add', '--all']);
  await git(workspace, ['commit', '--quiet', '-m', commit.message], dated);
  if (!commit.tag) return;
  const { name, message } = commit.tag;
  await git(workspace, message ? ['tag', '-a', name, '-m', message] : ['tag', name], dated);
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

async function git(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  // An outer git (a hook that runs this) must not lend us its repository.
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  await run('git', [...args], { cwd, env: { ...clean, ...env } });
}
