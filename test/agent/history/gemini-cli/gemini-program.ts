import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecordingPlace, runProgram, startProgram } from '../recording-place.ts';

export interface GeminiSetting {
  /** Its `gemini.js`. */
  readonly program: string;
  readonly place: RecordingPlace;
  /** Of the loopback server. */
  readonly url: string;
}

function environment({ url }: GeminiSetting): Readonly<Record<string, string>> {
  return {
    GEMINI_API_KEY: 'loopback',
    GOOGLE_GEMINI_BASE_URL: url,
    // Else it starts itself once more, and a signal would end the first alone.
    GEMINI_CLI_NO_RELAUNCH: 'true',
  };
}

const ALWAYS = ['--skip-trust', '--model', 'gemini-2.5-pro'];

/** One prompt without a terminal, to its end. */
export function runGemini(setting: GeminiSetting, args: readonly string[]): Promise<string> {
  const { program, place } = setting;
  return runProgram(place, {
    program,
    args: [...ALWAYS, '--yolo', ...args],
    cwd: place.project,
    environment: environment(setting),
  });
}

/** The same, killed as soon as `until` says so of what the session's file holds. */
export async function killGemini(
  setting: GeminiSetting,
  prompt: string,
  until: (noted: string) => boolean,
): Promise<void> {
  const { program, place } = setting;
  const child = startProgram(place, {
    program,
    args: [...ALWAYS, '--yolo', '--prompt', prompt],
    cwd: place.project,
    environment: environment(setting),
  });
  for (const stream of [child.stdin.end() && child.stdout, child.stderr]) stream.resume();
  await noted(place, until);
  const closed = new Promise((done) => child.once('close', done));
  child.kill('SIGKILL');
  await closed;
}

/** Waits until the text of all sessions is as it should be. */
export async function noted(place: RecordingPlace, is: (text: string) => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!is(await sessionsText(place))) {
    if (Date.now() > end) throw new Error('Gemini CLI did not note it in a minute.');
    await pause(100);
  }
}

async function sessionsText({ home }: RecordingPlace): Promise<string> {
  const directory = join(home, '.gemini/tmp');
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')))).join('\n');
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Gemini CLI in a terminal of its own, which `script` makes: what is typed and what is seen. */
export class GeminiTerminal {
  readonly #child: ChildProcessWithoutNullStreams;
  #seen = '';

  constructor(setting: GeminiSetting, args: readonly string[] = []) {
    const { program, place } = setting;
    const words = [process.execPath, program, ...ALWAYS, ...args];
    const command = `stty cols 120 rows 40; exec ${words.map((word) => `'${word}'`).join(' ')}`;
    this.#child = startProgram(place, {
      program: 'script',
      args: ['--quiet', '--flush', '--return', '--command', command, '/dev/null'],
      cwd: place.project,
      environment: { ...environment(setting), TERM: 'xterm-256color', SHELL: '/bin/sh' },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#seen += text;
    });
    this.#child.stderr.resume();
  }

  /** Waits until the screen shows a text, from what was typed last on. */
  async shows(text: string, limit = 60_000): Promise<void> {
    const end = Date.now() + limit;
    while (!plain(this.#seen).includes(text)) {
      if (Date.now() > end) throw new Error(`Gemini CLI did not show "${text}":\n${plain(this.#seen)}`);
      await pause(100);
    }
  }

  /** Key by key: what comes at once is taken for something pasted. */
  async type(text: string): Promise<void> {
    this.#seen = '';
    for (const key of text) await this.press(key, 20);
    await pause(500);
  }

  async press(key: string, after = 500): Promise<void> {
    this.#child.stdin.write(key);
    await pause(after);
  }

  /** What is typed before Gemini CLI listens is lost: it is seen before it is entered. */
  async enter(text: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      await this.type(text);
      const isSeen = await this.shows(text, 5_000).then(
        () => true,
        () => false,
      );
      if (isSeen) break;
      if (tries === 3) throw new Error(`Gemini CLI takes no keys:\n${plain(this.#seen)}`);
      for (let key = 0; key < text.length; key += 1) await this.press('\u007f', 20);
    }
    this.#seen = '';
    await this.press('\r');
  }

  async end(): Promise<void> {
    const closed = new Promise((done) => this.#child.once('close', done));
    await this.enter('/quit');
    await closed;
  }
}

function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g, '');
}
