import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small repository and a home of its own, for programs that are run whole. */
export interface BenchPlace {
  readonly repository: string;
  readonly home: string;
  dispose(): Promise<void>;
}

export async function makeBenchPlace(): Promise<BenchPlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-bench-')));
  const [repository, home] = [join(root, 'repository'), join(root, 'home')];
  await mkdir(join(repository, 'src'), { recursive: true });
  await mkdir(home);
  await writeFile(
    join(repository, 'CLAUDE.md'),
    '# Demo\n\n- Answer briefly.\n- Tests live beside the code.\n',
  );
  await writeFile(join(repository, 'src/index.ts'), 'export const answer = 42;\n');
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...person, 'commit', '-q', '-m', 'Begin'],
  ])
    await runToEnd('git', args, repository, plainEnvironment(home));
  return { repository, home, dispose: () => rm(root, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Nothing of whoever starts the bench but the system's own programs: no tools of this repository on the path. */
export function plainEnvironment(home: string): Record<string, string | undefined> {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, TERM: 'dumb', LANG: 'C.UTF-8' };
}

/** What came out on standard output. A program that does not end within five minutes is killed. */
export function runToEnd(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string | undefined>,
  onStart: (pid: number | undefined) => void = () => {},
): Promise<string> {
  return new Promise((done, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const limit = setTimeout(() => child.kill('SIGKILL'), 300_000);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    onStart(child.pid);
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(limit);
      done(said);
    });
  });
}
