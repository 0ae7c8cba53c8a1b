import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type RecordingPlace, startProgram } from '../recording-place.ts';

/** A running `pi --mode rpc`: one JSON object a line each way. */
export class Pi {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<Waiting>();
  #asked = 0;

  constructor(program: string, place: RecordingPlace, args: readonly string[] = []) {
    this.#child = startProgram(place, {
      program,
      args: [
        '--mode',
        'rpc',
        '--model',
        'anthropic/claude-sonnet-4-5',
        '--offline',
        '--no-mcp',
        '--tools',
        '+grep,+find,+ls',
        ...args,
      ],
      cwd: place.project,
      environment: { PI_OFFLINE: '1' },
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as PiEvent;
      for (const one of this.#waiting) if (one.matches(event)) one.resolve(event);
    });
    this.#child.stderr.resume();
    this.#child.once('close', () => {
      for (const one of this.#waiting) one.reject(new Error('pi ended before it answered.'));
    });
  }

  async ask(command: Readonly<Record<string, unknown>>): Promise<void> {
    const id = `ask-${++this.#asked}`;
    const answered = this.#until((event) => event.type === 'response' && event.id === id);
    this.#child.stdin.write(`${JSON.stringify({ ...command, id })}\n`);
    const { success, error } = await answered;
    if (success !== true) throw new Error(`pi refused ${String(command['type'])}: ${String(error)}`);
  }

  async prompt(message: string, images: readonly unknown[] = []): Promise<void> {
    const isCommand = message.startsWith('/');
    const settled = isCommand ? undefined : this.seen('agent_settled');
    await this.ask({ type: 'prompt', message, images });
    await settled;
  }

  async seen(type: string): Promise<void> {
    await this.#until((event) => event.type === type);
  }

  #until(matches: (event: PiEvent) => boolean): Promise<PiEvent> {
    return new Promise((resolve, reject) => {
      const one: Waiting = {
        matches,
        reject,
        resolve: (event: PiEvent) => {
          this.#waiting.delete(one);
          resolve(event);
        },
      };
      this.#waiting.add(one);
    });
  }

  end(signal?: NodeJS.Signals): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      if (signal === undefined) this.#child.stdin.end();
      else this.#child.kill(signal);
    });
  }
}

interface Waiting {
  matches(event: PiEvent): boolean;
  resolve(event: PiEvent): void;
  reject(error: Error): void;
}

interface PiEvent {
  readonly type: string;
  readonly id?: string;
  readonly success?: boolean;
  readonly error?: unknown;
}
