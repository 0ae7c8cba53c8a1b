import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Answer } from '../../../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../../../model-server/server.ts';
import { keepDatabase } from '../keep-database.ts';
import {
  endProgram,
  INSTRUCTIONS,
  makeRecordingPlace,
  type ProgramRun,
  type RecordingPlace,
  startProgram,
} from '../recording-place.ts';
import { pause, TerminalScreen, until } from '../terminal-screen.ts';

export const PACKAGE = 'openclaw';
export const VERSION = '2026.9.6';

const DATABASE = '.openclaw/agents/main/agent/openclaw-agent.sqlite';
const PORT = 18_799;

/**
 * Makes sessions of OpenClaw below `into`, a home directory, with its Gateway and its terminal interface: one with
 * calls, a subagent and a summary; one that the server refused, one that a person stopped and one whose process was
 * killed. `program`: its `openclaw.mjs`.
 */
export async function record(program: string, into: string): Promise<void> {
  const place = await makeRecordingPlace();
  const answers: Answer[] = [];
  const server = await startModelServer({ decide: () => answers.shift() ?? said('Nothing more to say.') });
  const openclaw = (...args: readonly string[]): ProgramRun => ({
    program,
    args,
    cwd: place.project,
    environment: {},
  });
  try {
    await configure(place, server.url);
    const gateway = await startGateway(place, openclaw('gateway', 'run'));
    try {
      const screen = new TerminalScreen(place, openclaw('tui', '--session', 'greeting'));
      try {
        await recordAll(screen, server, answers, place);
      } finally {
        // Killed: what it was doing stands there as it was.
        await endProgram(gateway, 'SIGKILL');
        await screen.end();
      }
    } finally {
      await endProgram(gateway, 'SIGKILL');
    }
    await keepDatabase(place, join(place.home, DATABASE), join(into, DATABASE), leaveOut(place), touchLast);
  } finally {
    await server.close();
    await place.dispose();
  }
}

const said = (text: string): Answer => ({ content: [{ type: 'text', text }] });

function calls(text: string, ...made: readonly (readonly [string, unknown])[]): Answer {
  return {
    content: [
      { type: 'text', text },
      ...made.map(([name, input]) => ({ type: 'tool_use', name, input }) as const),
    ],
  };
}

async function recordAll(
  screen: TerminalScreen,
  server: ModelServer,
  answers: Answer[],
  { project }: RecordingPlace,
): Promise<void> {
  const asked = async (prompt: string, shown: string, ...next: Answer[]) => {
    answers.splice(0, answers.length, ...next);
    await screen.shows(shown, await screen.enter(prompt));
  };
  await screen.shows('idle');
  await pause(8000);
  const edit = { path: 'greet.js', oldText: "() => 'hello'", newText: '(name) => name' };
  await asked(
    'Greet people by name.',
    'Greeting takes a name now.',
    calls('Looking around first.', ['read', { path: 'greet.js' }], ['read', { path: 'missing.js' }]),
    calls(
      'Now the change.',
      ['edit', edit],
      ['write', { path: join(project, 'test.js'), content: "import './greet.js';\n" }],
      ['exec', { command: 'echo failed && exit 3' }],
    ),
    calls('Let somebody look.', [
      'tool_call',
      { id: 'sessions_spawn', args: { task: 'Look at greet.js.', label: 'looker' } },
    ]),
    said('Greeting takes a name now.'),
    said('It is one line.'),
    said('Somebody looked at it.'),
  );
  await until(() => answers.length === 0, 'heard of the subagent');
  await pause(5000);
  await asked('/compact', 'Compacted', said('Greeting takes a name.'));
  await asked('Thank you.', 'You are welcome.', said('You are welcome.'));
  await asked('/new', 'new session');
  const begun = async (prompt: string, wait: number, ...next: Answer[]) => {
    const before = server.requests.length;
    answers.splice(0, answers.length, ...next);
    await screen.enter(prompt);
    await until(() => server.requests.length > before, 'asked the model');
    await pause(wait);
  };
  await begun('Ask what is refused.', 12_000, ...Array.from({ length: 8 }, (): Answer => ({ status: 400 })));
  await asked('/new', 'new session');
  // A command that takes ten seconds goes on in the background.
  await begun('Wait for me.', 4000, calls('This takes long.', ['exec', { command: 'sleep 60' }]));
  screen.press('\u001B');
  await pause(8000);
  await asked('/new', 'new session');
  await begun('Begin something.', 4000, calls('This takes long too.', ['exec', { command: 'sleep 50' }]));
}

async function startGateway(place: RecordingPlace, run: ProgramRun): Promise<ChildProcess> {
  const child = startProgram(place, run);
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
  await until(() => /\bready\b|listening/.test(told), 'was ready');
  return child;
}

async function configure(place: RecordingPlace, url: string): Promise<void> {
  const model = {
    id: 'claude-sonnet-4-5',
    name: 'Loopback',
    input: ['text'],
    contextWindow: 200_000,
    maxTokens: 4096,
    cost: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  };
  const provider = { baseUrl: url, apiKey: 'loopback', api: 'anthropic-messages', models: [model] };
  const settings = {
    gateway: { mode: 'local', port: PORT, bind: 'loopback', auth: { mode: 'token', token: 'loopback' } },
    agents: {
      defaults: { skipBootstrap: true, workspace: place.project, model: { primary: `loop/${model.id}` } },
    },
    models: { mode: 'merge', providers: { loop: provider } },
  };
  await mkdir(join(place.home, '.openclaw'), { recursive: true });
  await writeFile(join(place.home, '.openclaw/openclaw.json'), JSON.stringify(settings));
}

const KEPT = ['schema_meta', 'session_nodes', 'session_windows', 'transcript_events'];

/** Only tables of sessions, and in them no text of OpenClaw's makers. */
function leaveOut(place: RecordingPlace): (database: DatabaseSync) => void {
  return (database) => {
    const named = (type: string) =>
      database
        .prepare("SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY sql")
        .all(type)
        .map(({ name }) => String(name));
    for (const name of named('trigger')) database.exec(`DROP TRIGGER "${name}"`);
    // Virtual tables go first and take tables of their own with them.
    for (const name of named('table'))
      if (!KEPT.includes(name) && named('table').includes(name) && !/_(?:fts|vec)_(?!rows$)/.test(name))
        database.exec(`DROP TABLE "${name}"`);
    for (const { rowid, entry_json: entry } of database
      .prepare('SELECT rowid, entry_json FROM session_nodes')
      .all()) {
      const { skillsSnapshot, systemPromptReport, ...rest } = JSON.parse(String(entry));
      void [skillsSnapshot, systemPromptReport];
      database
        .prepare('UPDATE session_nodes SET entry_json = ? WHERE rowid = ?')
        .run(JSON.stringify(rest), rowid ?? null);
    }
    const events = database.prepare('SELECT rowid, event_json, event_zstd FROM transcript_events').all();
    for (const { rowid, event_json: json, event_zstd: packed } of events) {
      if (typeof json === 'string')
        database
          .prepare('UPDATE transcript_events SET event_json = ? WHERE rowid = ?')
          .run(withoutInstructions(json), rowid ?? null);
      else if (packed instanceof Uint8Array) {
        const text = withoutInstructions(place.neutral(zstdDecompressSync(packed).toString('utf8')));
        database
          .prepare('UPDATE transcript_events SET event_zstd = ?, event_utf8_bytes = ? WHERE rowid = ?')
          .run(zstdCompressSync(text), Buffer.byteLength(text), rowid ?? null);
      }
    }
  };
}

/** What a subagent is told besides its task, and what a tool tells of others. */
function withoutInstructions(json: string): string {
  const told = json.replace(
    /(\[Subagent Context\] ).*?(\\n\\n\[Subagent Task\]\\n\\n.*?\\n\\n)[^"]*?(")/,
    `$1${INSTRUCTIONS}$2${INSTRUCTIONS}$3`,
  );
  const event = JSON.parse(told) as { message?: { role?: string; toolName?: string; content?: unknown } };
  const { message } = event;
  if (message?.toolName !== 'tool_call') return told;
  return JSON.stringify({
    ...event,
    message: { ...message, content: [{ type: 'text', text: INSTRUCTIONS }], details: {} },
  });
}

/** The newest session is written once more, so that the log holds what the file does not. */
function touchLast(database: DatabaseSync): void {
  const last = database.prepare('SELECT session_id FROM session_windows ORDER BY created_at DESC').get();
  database
    .prepare('UPDATE session_windows SET updated_at = updated_at + 1 WHERE session_id = ?')
    .run(last?.['session_id'] ?? null);
}
