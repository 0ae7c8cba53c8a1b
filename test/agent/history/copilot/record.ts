import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../../../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../../../model-server/server.ts';
import {
  endProgram,
  INSTRUCTIONS,
  makeRecordingPlace,
  type ProgramRun,
  type RecordingPlace,
  runProgram,
  startProgram,
} from '../recording-place.ts';
import { pause, TerminalScreen, until } from '../terminal-screen.ts';

export const PACKAGE = '@github/copilot-linux-x64';
export const VERSION = '1.0.102';

const SESSIONS = '.copilot/session-state';
/** Tokens of which half were known to the server. */
const CACHED = { input_tokens: 1000, output_tokens: 10, cache_read_input_tokens: 1000 };

/**
 * Makes sessions of Copilot's command line below `into`, a home directory, without an account: one with every kind of
 * call and a subagent, gone on with and summarized; one that the server refused, one whose window was closed and
 * one whose process was killed while it worked. `program`: its own executable.
 */
export async function record(program: string, into: string): Promise<void> {
  const place = await makeRecordingPlace();
  const answers: Answer[] = [];
  const server = await startModelServer({ decide: () => answers.shift() ?? said('Nothing more to say.') });
  const copilot = (...args: readonly string[]): ProgramRun => ({
    program,
    args: ['--allow-all-tools', '--allow-all-paths', '--no-auto-update', ...args],
    cwd: place.project,
    environment: {
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_BASE_URL: server.url,
      COPILOT_PROVIDER_TYPE: 'anthropic',
      COPILOT_PROVIDER_API_KEY: 'loopback',
      COPILOT_MODEL: 'claude-sonnet-4.5',
    },
  });
  const say = (...next: Answer[]) => answers.splice(0, answers.length, ...next);
  try {
    await recordLong(place, copilot, say);
    say(...Array.from({ length: 8 }, (): Answer => ({ status: 400 })));
    await runProgram(place, copilot('-p', 'Ask what is refused.'));
    await recordStopped(place, copilot, say, server);
    await recordKilled(place, copilot, say, server);
    await keep(place, into);
  } finally {
    await server.close();
    await place.dispose();
  }
}

type Say = (...answers: Answer[]) => void;
type Copilot = (...args: readonly string[]) => ProgramRun;

const said = (text: string): Answer => ({ content: [{ type: 'text', text }] });

function calls(text: string, ...made: readonly (readonly [string, unknown])[]): Answer {
  return {
    content: [
      { type: 'thinking', thinking: 'Think first.', signature: 'c2lnbmF0dXJl' },
      { type: 'text', text },
      ...made.map(([name, input]) => ({ type: 'tool_use', name, input }) as const),
    ],
  };
}

async function recordLong(place: RecordingPlace, copilot: Copilot, say: Say): Promise<void> {
  const inProject = (name: string) => join(place.project, name);
  say(
    calls(
      'Looking around first.',
      ['view', { path: inProject('greet.js') }],
      ['view', { path: inProject('missing.js') }],
      ['grep', { pattern: 'hello' }],
    ),
    calls(
      'Now the change.',
      ['edit', { path: inProject('greet.js'), old_str: "() => 'hello'", new_str: '(name) => name' }],
      ['create', { path: inProject('test.js'), file_text: "import './greet.js';\n" }],
      ['bash', { command: 'echo failed && exit 3', description: 'Fails' }],
    ),
    calls('Let somebody look.', [
      'task',
      {
        description: 'Look at it',
        prompt: 'Look at greet.js.',
        agent_type: 'general-purpose',
        name: 'looker',
        mode: 'sync',
      },
    ]),
    calls('I look.', ['bash', { command: 'wc -l greet.js', description: 'Counts' }]),
    said('It is one line.'),
    { ...said('Greeting takes a name now.'), usage: CACHED } as Answer,
  );
  await runProgram(place, copilot('--name', 'Greeting by name', '-p', 'Greet people by name.'));
  const names = await readdir(join(place.home, SESSIONS));
  const session = names.find((name) => /^[0-9a-f-]{36}$/.test(name)) ?? '';
  const screen = new TerminalScreen(place, copilot(`--resume=${session}`));
  const written = (text: string) =>
    until(async () => (await eventsOf(place, session)).includes(text), `wrote "${text}"`);
  try {
    // It shows nothing that could be waited for; the first key trusts the folder.
    await pause(20_000);
    screen.press('\r');
    await pause(5000);
    say(said('Nothing is left.'));
    await screen.enter('Is anything left to do?');
    await written('Nothing is left.');
    await pause(3000);
    say(said('<overview>Greeting takes a name.</overview>'));
    await screen.enter('/compact');
    await written('session.compaction_complete');
    await pause(3000);
    say(said('You are welcome.'));
    await screen.enter('Thank you.');
    await written('You are welcome.');
    await pause(3000);
  } finally {
    await screen.end();
  }
}

function eventsOf({ home }: RecordingPlace, session: string): Promise<string> {
  return readFile(join(home, SESSIONS, session, 'events.jsonl'), 'utf8').catch(() => '');
}

async function recordStopped(
  place: RecordingPlace,
  copilot: Copilot,
  say: Say,
  server: ModelServer,
): Promise<void> {
  const before = server.requests.length;
  say(calls('This takes long.', ['bash', { command: 'sleep 60', description: 'Waits', initial_wait: 60 }]));
  const screen = new TerminalScreen(place, copilot('-i', 'Wait for me.'));
  try {
    await pause(20_000);
    screen.press('\r');
    await until(() => server.requests.length > before, 'asked the model');
    await pause(5000);
    screen.press('\u001B');
    await pause(1000);
    screen.press('\u001B');
    await pause(5000);
  } finally {
    await screen.end();
  }
}

async function recordKilled(
  place: RecordingPlace,
  copilot: Copilot,
  say: Say,
  server: ModelServer,
): Promise<void> {
  const before = server.requests.length;
  say(
    calls('This takes long too.', ['bash', { command: 'sleep 50', description: 'Waits', initial_wait: 60 }]),
  );
  const child = startProgram(place, copilot('-p', 'Begin something.'));
  child.stdout.resume();
  child.stderr.resume();
  child.stdin.end();
  await until(() => server.requests.length > before, 'asked the model');
  await pause(5000);
  await endProgram(child, 'SIGKILL');
}

/** Events and what is noted beside them, without text of the program's makers; no copies of files, no locks. */
async function keep(place: RecordingPlace, into: string): Promise<void> {
  const from = join(place.home, SESSIONS);
  for (const session of await readdir(from)) {
    if (!/^[0-9a-f-]{36}$/.test(session)) continue;
    await mkdir(join(into, SESSIONS, session), { recursive: true });
    for (const [name, change] of [
      ['events.jsonl', withoutInstructions],
      ['workspace.yaml', (text: string) => text],
    ] as const) {
      const text = await readFile(join(from, session, name), 'utf8').catch(() => undefined);
      if (text !== undefined)
        await writeFile(join(into, SESSIONS, session, name), place.neutral(change(text)));
    }
  }
}

/** Fields that hold what the program says to the model, or much of its own about how it went. */
const BLANKED = [
  'toolTelemetry',
  'tools',
  'toolDefinitions',
  'transformedContent',
  'accountingSnapshot',
  'metadata',
];

function withoutInstructions(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return `${lines.map((line) => JSON.stringify(blanked(JSON.parse(line)))).join('\n')}\n`;
}

function blanked(event: Record<string, unknown>): Record<string, unknown> {
  const data = { ...(event['data'] as Record<string, unknown>) };
  if (event['type'] === 'system.message') data['content'] = INSTRUCTIONS;
  // Whole requests and answers once more.
  if (String(event['type']).startsWith('model.')) return { ...event, data: { kind: data['kind'] } };
  for (const name of BLANKED) if (data[name] !== undefined) data[name] = INSTRUCTIONS;
  return { ...event, data };
}
