import type { ChildProcess } from 'node:child_process';
import { endProgram, type ProgramRun, type RecordingPlace, startProgram } from './recording-place.ts';

/** A program's terminal interface in a pseudo terminal that `script` makes, driven by keys. */
export class TerminalScreen {
  readonly #child: ChildProcess;
  #shown = '';

  constructor(place: RecordingPlace, run: ProgramRun) {
    const isScript = /\.[cm]?js$/.test(run.program);
    const words = [...(isScript ? [process.execPath] : []), run.program, ...run.args];
    this.#child = startProgram(place, {
      program: '/usr/bin/script',
      args: ['-qfec', words.map((word) => `'${word}'`).join(' '), '/dev/null'],
      cwd: run.cwd,
      environment: { ...run.environment, TERM: 'xterm-256color', COLUMNS: '120', LINES: '40' },
    });
    this.#child.stderr?.resume();
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#shown += text;
    });
  }

  /** Resolves when it shows the text; what was shown before `since` does not count. */
  async shows(text: string, since = 0): Promise<void> {
    await until(() => this.#shown.slice(since).includes(text), `showed "${text}"`);
  }

  /** Types and sends; gives the place in what is shown from which on the answer is. */
  async enter(text: string): Promise<number> {
    await pause(2000);
    this.#child.stdin?.write(text);
    await pause(1500);
    const since = this.#shown.length;
    this.#child.stdin?.write('\r');
    return since;
  }

  press(key: string): void {
    this.#child.stdin?.write(key);
  }

  end(): Promise<void> {
    return endProgram(this.#child, 'SIGTERM');
  }
}

/** Five minutes at most. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < 1500; attempt += 1) {
    if (await holds()) return;
    await pause(200);
  }
  throw new Error(`It never ${what}.`);
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
