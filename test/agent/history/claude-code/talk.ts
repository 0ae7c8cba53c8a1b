import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { type ProgramRun, type RecordingPlace, startProgram } from '../recording-place.ts';

export type Said = Readonly<Record<string, unknown>>;

const STREAMS = ['-p', '--input-format=stream-json', '--output-format=stream-json', '--verbose'];
const ASKS = ['--permission-prompt-tool=stdio', '--replay-user-messages'];

/** A conversation with the program over its control protocol (`-p --input-format stream-json`). */
export class Talk {
  readonly said: Said[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  #wake: () => void = () => {};
  #isOver = false;

  constructor(place: RecordingPlace, run: ProgramRun) {
    this.#child = startProgram(place, { ...run, args: [...STREAMS, ...ASKS, ...run.args] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.said.push(JSON.parse(line) as Said);
      this.#wake();
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        this.#isOver = true;
        this.#wake();
        resolve();
      });
    });
  }

  get session(): string {
    return String(this.said.find((said) => typeof said['session_id'] === 'string')?.['session_id']);
  }

  /** Sends a prompt and waits for the end of the turn. */
  async prompt(content: unknown, uuid?: string): Promise<void> {
    const from = this.send(content, uuid);
    await this.until(({ type }) => type === 'result', from);
  }

  /** Sends a prompt; answers where what follows begins. */
  send(content: unknown, uuid: string = randomUUID()): number {
    const from = this.said.length;
    this.#write({ type: 'user', uuid, message: { role: 'user', content }, parent_tool_use_id: null });
    return from;
  }

  /** Sends a control request and waits for what is answered to it. */
  async ask(request: object): Promise<Said> {
    const id = randomUUID();
    this.#write({ type: 'control_request', request_id: id, request });
    const answer = await this.until(
      (said) => said['type'] === 'control_response' && objectOf(said['response'])['request_id'] === id,
    );
    return objectOf(objectOf(answer['response'])['response']);
  }

  /** Waits until the program asks whether a tool may be used, and answers. */
  async decide(from: number, decision?: object): Promise<void> {
    const asked = await this.until(
      (said) => said['type'] === 'control_request' && objectOf(said['request'])['subtype'] === 'can_use_tool',
      from,
    );
    const input = objectOf(objectOf(asked['request'])['input']);
    const response = decision ?? { behavior: 'allow', updatedInput: input };
    const body = { subtype: 'success', request_id: asked['request_id'], response };
    this.#write({ type: 'control_response', response: body });
  }

  /** The first message from `from` on that is meant; rejects when the program ends before. */
  async until(isMeant: (said: Said) => boolean, from = 0): Promise<Said> {
    for (let at = from; ; at += 1) {
      while (at >= this.said.length) {
        if (this.#isOver) throw new Error('Claude Code ended early.');
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const said = this.said[at];
      if (said !== undefined && isMeant(said)) return said;
    }
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #write(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}

function objectOf(value: unknown): Said {
  return typeof value === 'object' && value !== null ? (value as Said) : {};
}
