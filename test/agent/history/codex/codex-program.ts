import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type RecordingPlace, runProgram, startProgram } from '../recording-place.ts';

export interface CodexSetting {
  /** The binary itself. */
  readonly program: string;
  readonly place: RecordingPlace;
  /** Of the loopback server. */
  readonly url: string;
  readonly model: string;
}

const environment = { LOOPBACK_KEY: 'loopback' };

function settings({ url, model }: CodexSetting): readonly string[] {
  const provider = `{name="loopback",base_url="${url}",env_key="LOOPBACK_KEY",wire_api="responses",request_max_retries=0,stream_max_retries=0}`;
  return [
    ['model_provider', '"loopback"'],
    ['model_providers.loopback', provider],
    ['model', `"${model}"`],
    ['tools.update_plan', '{enabled=true}'],
  ].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** `codex exec …` to its end. */
export function runCodex(setting: CodexSetting, command: readonly string[]): Promise<string> {
  const { program, place } = setting;
  const args = [...command.slice(0, -1), ...settings(setting), '--dangerously-bypass-approvals-and-sandbox'];
  return runProgram(place, {
    program,
    args: [...args, ...command.slice(-1)],
    cwd: place.project,
    environment,
  });
}

/** `codex exec PROMPT`, killed as soon as `until` says so of what it writes. */
export async function killCodex(setting: CodexSetting, prompt: string, until: RegExp): Promise<void> {
  const { program, place } = setting;
  const args = ['exec', ...settings(setting), '--dangerously-bypass-approvals-and-sandbox', prompt];
  const child = startProgram(place, { program, args, cwd: place.project, environment });
  child.stdin.end();
  let seen = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
      if (until.test(seen)) child.kill('SIGKILL');
    });
  await new Promise((done) => child.once('close', done));
}

type Json = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: unknown;
}

interface Waiting {
  matches(message: Message): boolean;
  resolve(message: Message): void;
  reject(error: Error): void;
}

const LIMIT_MS = 60_000;

/** A running `codex app-server`, which the IDE extension and the terminal talk to: one JSON object a line each way. */
export class CodexServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<Waiting>();
  readonly #project: string;
  #asked = 0;
  /** What a person says to a request for approval. */
  decision = 'accept';

  private constructor(setting: CodexSetting, more: readonly string[]) {
    const { program, place } = setting;
    this.#project = place.project;
    const args = ['app-server', ...settings(setting), ...more];
    this.#child = startProgram(place, { program, args, cwd: place.project, environment });
    this.#child.stderr.resume();
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#take(JSON.parse(line) as Message);
    });
    this.#child.once('close', () => {
      for (const one of this.#waiting) one.reject(new Error('Codex ended before it answered.'));
    });
  }

  static async start(setting: CodexSetting, more: readonly string[] = []): Promise<CodexServer> {
    const server = new CodexServer(setting, more);
    const clientInfo = { name: 'recorder', title: 'Recorder', version: '1' };
    await server.ask('initialize', { clientInfo, capabilities: { experimentalApi: true } });
    server.#write({ method: 'initialized' });
    return server;
  }

  async ask(method: string, params?: Json): Promise<Json> {
    const id = ++this.#asked;
    const answered = this.until((message) => message.id === id && message.method === undefined);
    this.#write({ id, method, ...(params && { params }) });
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`Codex refused ${method}: ${JSON.stringify(error)}`);
    return result ?? {};
  }

  /** The id of a new thread. */
  async thread(more: Json = {}): Promise<string> {
    return threadOf(await this.ask('thread/start', { cwd: this.#project, ...more }));
  }

  /** The id of the thread that goes on from another one. */
  async fork(threadId: string): Promise<string> {
    return threadOf(await this.ask('thread/fork', { threadId }));
  }

  /** The id of a turn that has ended. */
  async turn(threadId: string, input: string | readonly Json[]): Promise<string> {
    const ended = this.seen('turn/completed', (params) => params['threadId'] === threadId);
    const id = await this.begin(threadId, input);
    await ended;
    return id;
  }

  /** The id of a turn that goes on. */
  async begin(threadId: string, input: string | readonly Json[]): Promise<string> {
    const parts = typeof input === 'string' ? [{ type: 'text', text: input }] : input;
    const { turn } = await this.ask('turn/start', { threadId, input: parts });
    return String((turn as Json)['id']);
  }

  async seen(method: string, matches: (params: Json) => boolean = () => true): Promise<Json> {
    const { params } = await this.until((one) => one.method === method && matches(one.params ?? {}));
    return params ?? {};
  }

  until(matches: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => one.reject(new Error('Codex did not say it in a minute.')), LIMIT_MS);
      const settle = () => {
        clearTimeout(limit);
        this.#waiting.delete(one);
      };
      const one: Waiting = {
        matches,
        resolve: (message) => {
          settle();
          resolve(message);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#waiting.add(one);
    });
  }

  async end(): Promise<void> {
    const closed = new Promise((done) => this.#child.once('close', done));
    this.#child.stdin.end();
    await closed;
  }

  /** As if the machine had gone. */
  async kill(): Promise<void> {
    const closed = new Promise((done) => this.#child.once('close', done));
    this.#child.kill('SIGKILL');
    await closed;
  }

  #take(message: Message): void {
    for (const one of [...this.#waiting]) if (one.matches(message)) one.resolve(message);
    if (message.id !== undefined && message.method?.endsWith('requestApproval'))
      this.#write({ id: message.id, result: { decision: this.decision } });
  }

  #write(message: Json): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}

function threadOf({ thread }: Json): string {
  return String((thread as Json)['id']);
}
