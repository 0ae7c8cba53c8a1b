import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A home and a project of their own, in which a real program makes sessions. Nothing of whoever records reaches it. */
export interface RecordingPlace {
  readonly home: string;
  /** `/home/user/project` in what is kept. */
  readonly project: string;
  /** Text with what the place is called here put as `/home/user`. */
  neutral(text: string): string;
  dispose(): Promise<void>;
}

export async function makeRecordingPlace(): Promise<RecordingPlace> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'varve-record-')));
  const project = join(home, 'project');
  await mkdir(project);
  await writeFile(join(project, 'README.md'), '# Greeting\n\nSays hello.\n');
  await writeFile(join(project, 'greet.js'), "export const greet = () => 'hello';\n");
  const dashed = (path: string) => path.replace(/[/\\:]/g, '-');
  return {
    home,
    project,
    neutral: (text) =>
      text
        .replaceAll(home, '/home/user')
        .replaceAll(home.slice(1), 'home/user')
        .replaceAll(dashed(home).slice(1), dashed('home/user')),
    dispose: () => rm(home, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A picture of one point. */
export const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Stands for text of the program's makers. */
export const INSTRUCTIONS = '(instructions of the program)';

export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a program, a script with this very Node. Killed after a quarter of an hour. */
export function startProgram(place: RecordingPlace, run: ProgramRun): ChildProcessWithoutNullStreams {
  const isScript = /\.[cm]?js$/.test(run.program);
  const child = spawn(
    isScript ? process.execPath : run.program,
    [...(isScript ? [run.program] : []), ...run.args],
    {
      cwd: run.cwd,
      env: {
        PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
        HOME: place.home,
        TERM: 'dumb',
        LANG: 'C.UTF-8',
        ...run.environment,
      },
    },
  );
  const limit = setTimeout(() => child.kill('SIGKILL'), 900_000);
  child.once('close', () => clearTimeout(limit));
  return child;
}

/** Resolves when it has ended, at once where it has. */
export function endProgram(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill(signal);
  });
}

/** What it said on both its channels until it ended. */
export function runProgram(place: RecordingPlace, run: ProgramRun): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = startProgram(place, run);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    child.stdin.end();
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });
}

/** Copies the files below `from`, with `change` made to the text of each and neutral names. */
export async function keepFiles(
  place: RecordingPlace,
  from: string,
  into: string,
  change: (text: string, name: string) => string,
): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = join(into, place.neutral(path.slice(from.length + 1)));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, place.neutral(change(await readFile(path, 'utf8'), entry.name)));
  }
}
