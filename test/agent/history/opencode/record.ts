import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SQLOutputValue } from 'node:sqlite';
import type { Answer, MessagesBody } from '../../../model-server/answer.ts';
import { startModelServer } from '../../../model-server/server.ts';
import { keepDatabase } from '../keep-database.ts';
import { makeRecordingPlace, type RecordingPlace, startProgram } from '../recording-place.ts';

export const PACKAGE = 'opencode-linux-x64';
export const VERSION = '1.18.33';

const DATABASE = '.local/share/opencode/opencode.db';

/**
 * Makes sessions of OpenCode below `into`, a home directory: one with every kind of call, a list of steps, a subagent
 * and a compaction, of which the last prompt was taken back; a fork of it; one that the server refused, one that a
 * person stopped and one whose process was killed. `program`: its own executable.
 */
export async function record(program: string, into: string): Promise<void> {
  const place = await makeRecordingPlace();
  const answers: Answer[] = [];
  const server = await startModelServer({ decide: ({ body }) => nextAnswer(body, answers) });
  try {
    await configure(place, server.url);
    const say = (...next: Answer[]) => answers.push(...next);
    let opencode = await OpenCode.start(program, place);
    const long = await recordLong(opencode, place, say);
    await recordEnds(opencode, say);
    await recordKilled(opencode, say);
    await opencode.end('SIGKILL');
    // What was taken back is so in the newest session of a new process: its transaction stays in the log.
    opencode = await OpenCode.start(program, place);
    await takeBackLast(opencode, long);
    await opencode.end('SIGTERM');
    await keep(place, into);
  } finally {
    await server.close();
    await place.dispose();
  }
}

type Say = (...answers: Answer[]) => void;

const said = (text: string): Answer => ({ content: [{ type: 'text', text }] });

function calls(text: string, ...made: readonly (readonly [string, unknown])[]): Answer {
  return {
    content: [
      { type: 'text', text },
      ...made.map(([name, input]) => ({ type: 'tool_use', name, input }) as const),
    ],
  };
}

/** Titles are asked for besides, without tools. */
function nextAnswer({ tools = [], messages }: MessagesBody, answers: Answer[]): Answer {
  const isTitle = tools.length === 0 && JSON.stringify(messages[0]).includes('Generate a title');
  return isTitle ? said('Greeting by name') : (answers.shift() ?? said('Nothing more to say.'));
}

async function recordLong(opencode: OpenCode, { project }: RecordingPlace, say: Say): Promise<string> {
  const session = await opencode.open({});
  say(
    calls(
      'Looking around first.',
      ['read', { filePath: join(project, 'greet.js') }],
      ['glob', { pattern: '*.md' }],
      ['todowrite', { todos: [step('Change it', 'in_progress'), step('Test it', 'pending')] }],
    ),
    calls(
      'Now the change.',
      [
        'edit',
        { filePath: join(project, 'greet.js'), oldString: "() => 'hello'", newString: '(name) => name' },
      ],
      ['write', { filePath: join(project, 'test.js'), content: "import './greet.js';\n" }],
      ['read', { filePath: join(project, 'missing.js') }],
      ['bash', { command: 'echo failed && exit 3', description: 'Fails' }],
    ),
    calls('Let somebody look.', [
      'task',
      { description: 'Look at it', prompt: 'Look at greet.js.', subagent_type: 'general' },
    ]),
    calls('I look.', ['bash', { command: 'wc -l greet.js', description: 'Counts' }]),
    said('It is one line.'),
    said('Greeting takes a name now.'),
  );
  await opencode.prompt(session, 'Greet people by name.');
  await opencode.ask(`/session/${session}/shell`, { agent: 'build', command: 'ls' });
  say(said('## Summary\n\nGreeting takes a name.'));
  await opencode.ask(`/session/${session}/summarize`, model);
  say(said('Nothing is left.'));
  await opencode.prompt(session, 'Is anything left to do?');
  const { id: fork } = await opencode.ask(`/session/${session}/fork`, {});
  say(said('You are welcome.'));
  await opencode.prompt(String(fork), 'Thank you.');
  say(said('It is red now.'));
  await opencode.prompt(session, 'Paint it red.');
  return session;
}

const step = (content: string, status: string) => ({ content, status, priority: 'high' });
const model = { providerID: 'anthropic', modelID: 'claude-sonnet-4-5' };

async function recordEnds(opencode: OpenCode, say: Say): Promise<void> {
  const refused = await opencode.open({ title: 'Refused' });
  say({ status: 400 });
  await opencode.prompt(refused, 'Ask what is refused.');
  const stopped = await opencode.open({ title: 'Stopped' });
  say(calls('This takes long.', ['bash', { command: 'sleep 60', description: 'Waits' }]));
  const prompted = opencode.prompt(stopped, 'Wait for me.');
  await opencode.running(stopped);
  await opencode.ask(`/session/${stopped}/abort`, {});
  await prompted;
}

async function recordKilled(opencode: OpenCode, say: Say): Promise<void> {
  const killed = await opencode.open({ title: 'Killed' });
  say(calls('This takes long too.', ['bash', { command: 'sleep 5', description: 'Waits' }]));
  opencode.prompt(killed, 'Begin something.').catch(() => {});
  await opencode.running(killed);
}

async function takeBackLast(opencode: OpenCode, session: string): Promise<void> {
  const messages = await opencode.messages(session);
  const last = messages.findLast(({ info }) => info.role === 'user');
  await opencode.ask(`/session/${session}/revert`, { messageID: last?.info.id });
}

async function configure(place: RecordingPlace, url: string): Promise<void> {
  const directory = join(place.home, '.config/opencode');
  await mkdir(directory, { recursive: true });
  const settings = {
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    model: 'anthropic/claude-sonnet-4-5',
    small_model: 'anthropic/claude-sonnet-4-5',
    permission: { '*': 'allow' },
    provider: { anthropic: { options: { baseURL: `${url}/v1`, apiKey: 'loopback' } } },
  };
  await writeFile(join(directory, 'opencode.json'), JSON.stringify(settings));
}

interface StoredMessage {
  readonly info: { readonly id: string; readonly role: string };
  readonly parts: readonly { readonly type: string; readonly state?: { readonly status: string } }[];
}

/** A running `opencode serve`, spoken to over HTTP on loopback. */
class OpenCode {
  readonly #child: ChildProcess;
  readonly #url: string;

  static start(program: string, place: RecordingPlace): Promise<OpenCode> {
    const child = startProgram(place, {
      program,
      args: ['serve', '--port', '0', '--pure'],
      cwd: place.project,
      environment: {
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
        // Nothing is fetched while sessions are recorded.
        npm_config_registry: 'http://127.0.0.1:9',
      },
    });
    return new Promise((resolve, reject) => {
      child.stderr.resume();
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
        if (url !== undefined) resolve(new OpenCode(child, url));
      });
      child.once('close', () => reject(new Error('OpenCode ended before it listened.')));
    });
  }

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  async ask(path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
    const headers = { 'content-type': 'application/json' };
    const asked = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.#url}${path}`, asked);
    const text = await response.text();
    if (!response.ok) throw new Error(`OpenCode refused ${path}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
  }

  async open(session: { readonly title?: string }): Promise<string> {
    return String((await this.ask('/session', session))['id']);
  }

  async prompt(session: string, text: string): Promise<void> {
    await this.ask(`/session/${session}/message`, { parts: [{ type: 'text', text }], model });
  }

  async messages(session: string): Promise<readonly StoredMessage[]> {
    const response = await fetch(`${this.#url}/session/${session}/message`);
    return (await response.json()) as readonly StoredMessage[];
  }

  /** Resolves when a call is under way. */
  async running(session: string): Promise<void> {
    for (;;) {
      const messages = await this.messages(session);
      if (messages.some(({ parts }) => parts.some(({ state }) => state?.status === 'running'))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  end(signal: NodeJS.Signals): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.kill(signal);
    });
  }
}

/** Without the second copy of everything that its events are. What was taken back is so in the log alone. */
function keep(place: RecordingPlace, into: string): Promise<void> {
  let reverted: Record<string, SQLOutputValue> | undefined;
  return keepDatabase(
    place,
    join(place.home, DATABASE),
    join(into, DATABASE),
    (database) => {
      database.exec('DELETE FROM event; DELETE FROM event_sequence');
      reverted = database.prepare('SELECT id, revert FROM session WHERE revert IS NOT NULL').get();
      database.exec('UPDATE session SET revert = NULL');
    },
    (database) => {
      const revert = place.neutral(String(reverted?.['revert']));
      database.prepare('UPDATE session SET revert = ? WHERE id = ?').run(revert, reverted?.['id'] ?? null);
    },
  );
}
