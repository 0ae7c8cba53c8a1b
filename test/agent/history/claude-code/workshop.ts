import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, AnswerBlock, MessagesBody, ModelServerRequest } from '../../../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../../../model-server/server.ts';
import { makeRecordingPlace, type ProgramRun, type RecordingPlace, runProgram } from '../recording-place.ts';
import { Talk } from './talk.ts';

const LOOKS = 200;
const PAUSE_MS = 50;

export const say = (text: string): Answer => ({ content: [{ type: 'text', text }] });
export const use = (...calls: readonly (readonly [string, unknown])[]): Answer => ({
  content: calls.map(([name, input]): AnswerBlock => ({ type: 'tool_use', name, input })),
});

/** What the server says besides the answers in order, e.g. to a subagent. */
export type Aside = (body: MessagesBody) => Answer | undefined;

/** A home, a model server that answers in a given order, and the program between them. */
export class Workshop {
  readonly program: string;
  readonly place: RecordingPlace;
  readonly server: ModelServer;
  readonly #answers: Answer[];
  #aside: Aside = () => undefined;

  private constructor(
    program: string,
    place: RecordingPlace,
    made: { server: ModelServer; answers: Answer[] },
  ) {
    this.program = program;
    this.place = place;
    this.server = made.server;
    this.#answers = made.answers;
  }

  static async open(program: string): Promise<Workshop> {
    const answers: Answer[] = [];
    let shop: Workshop | undefined;
    const server = await startModelServer({
      decide: (request) => shop?.decide(request) ?? say('Too early.'),
    });
    shop = new Workshop(program, await makeRecordingPlace(), { server, answers });
    return shop;
  }

  decide({ body }: ModelServerRequest): Answer {
    const aside = this.#aside(body);
    if (aside !== undefined) return aside;
    // Requests without tools are the program's own: titles and the like.
    if (!(body.tools ?? []).some(({ name }) => name === 'Read')) return say('Nothing.');
    return this.#answers.shift() ?? say('Nothing more to say.');
  }

  /** The answers that come next; what was left of those before is forgotten. */
  answer(...answers: readonly Answer[]): void {
    this.#answers.splice(0, Number.POSITIVE_INFINITY, ...answers);
  }

  aside(aside: Aside): void {
    this.#aside = aside;
  }

  run(args: readonly string[], more: Readonly<Record<string, string>> = {}): ProgramRun {
    return {
      program: this.program,
      args,
      cwd: this.place.project,
      environment: {
        ANTHROPIC_BASE_URL: this.server.url,
        ANTHROPIC_API_KEY: 'loopback',
        DISABLE_TELEMETRY: '1',
        DISABLE_ERROR_REPORTING: '1',
        DISABLE_AUTOUPDATER: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        GIT_CONFIG_NOSYSTEM: '1',
        TZ: 'UTC',
        ...more,
      },
    };
  }

  /** One `claude -p`; answers the id of its session. */
  async print(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> {
    const said = await runProgram(this.place, this.run(['-p', '--output-format=json', ...args], more));
    const id = /"session_id":"([^"]+)"/.exec(said)?.[1];
    if (id === undefined) throw new Error(`claude -p ${args.join(' ')} said: ${said}`);
    return id;
  }

  /** Waits until a session's file holds a text: what was said is written a little later. */
  async written(session: string, text: string): Promise<void> {
    const projects = join(this.place.home, '.claude/projects');
    for (let look = 0; look < LOOKS; look += 1) {
      for (const project of await readdir(projects)) {
        const content = await readFile(join(projects, project, `${session}.jsonl`), 'utf8').catch(() => '');
        if (content.includes(text)) return;
      }
      await wait(PAUSE_MS);
    }
    throw new Error(`Session ${session} never held ${text}.`);
  }

  talk(args: readonly string[] = []): Talk {
    return new Talk(this.place, this.run(args));
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.place.dispose();
  }
}
