import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../../../model-server/answer.ts';
import { startModelServer } from '../../../model-server/server.ts';
import {
  INSTRUCTIONS,
  keepFiles,
  makeRecordingPlace,
  type ProgramRun,
  type RecordingPlace,
  runProgram,
  startProgram,
} from '../recording-place.ts';
import { TerminalScreen, until } from '../terminal-screen.ts';
import { endHub } from './cline-hub.ts';

export const PACKAGE = '@cline/cli-linux-x64';
export const VERSION = '3.0.65';

/** Tokens of which half were known to the server. */
const CACHED = { input_tokens: 1000, output_tokens: 10, cache_read_input_tokens: 1000 };

const SESSIONS = '.cline/data/sessions';
/**
 * Makes sessions of the command-line Cline below `into`, a home directory: one with every kind of call and a subagent,
 * gone on with in its terminal interface, where it is summarized; one that the server refused, one that a person stopped and one whose process was killed.
 * `program`: its own executable.
 */
export async function record(program: string, into: string): Promise<void> {
  const place = await makeRecordingPlace();
  const answers: Answer[] = [];
  const server = await startModelServer({ decide: () => answers.shift() ?? said('Nothing more to say.') });
  try {
    await configure(place, server.url);
    const cline = (...args: readonly string[]): ProgramRun => ({
      program,
      args: ['-P', 'anthropic', '-m', 'claude-sonnet-4-5', '--retries', '1', ...args],
      cwd: place.project,
      // In its own process: the hub would go on when it has ended.
      environment: { CLINE_SESSION_BACKEND_MODE: 'local' },
    });
    const say = (...next: Answer[]) => answers.push(...next);
    await recordLong(place, cline, say);
    say({ status: 400 });
    await runProgram(place, cline('--json', 'Ask what is refused.'));
    await recordEnded(place, cline, say, 'Wait for me.', 'SIGINT');
    await recordEnded(place, cline, say, 'Begin something.', 'SIGKILL');
    await keepFiles(place, join(place.home, SESSIONS), join(into, SESSIONS), withoutInstructions);
  } finally {
    await server.close();
    await place.dispose();
  }
}

type Say = (...answers: Answer[]) => void;
type Cline = (...args: readonly string[]) => ProgramRun;

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

async function recordLong(place: RecordingPlace, cline: Cline, say: Say): Promise<void> {
  const inProject = (name: string) => join(place.project, name);
  say(
    calls(
      'Looking around first.',
      ['read_files', { files: [{ path: inProject('greet.js') }, { path: inProject('missing.js') }] }],
      ['search_codebase', { queries: ['hello'] }],
    ),
    calls(
      'Now the change.',
      ['editor', { path: inProject('greet.js'), old_text: "() => 'hello'", new_text: '(name) => name' }],
      ['editor', { path: inProject('test.js'), new_text: "import './greet.js';\n" }],
      ['run_commands', { commands: ['ls', 'echo failed && exit 3'] }],
    ),
    calls('Let somebody look.', ['spawn_agent', { systemPrompt: 'You review.', task: 'Look at greet.js.' }]),
    calls('I look.', ['run_commands', { commands: ['wc -l greet.js'] }]),
    said('It is one line.'),
    said('Greeting takes a name now.'),
  );
  await runProgram(place, cline('--json', 'Greet people by name.'));
  const [session = ''] = await readdir(join(place.home, SESSIONS));
  const directory = join(place.home, SESSIONS, session);
  const screen = new TerminalScreen(place, cline('-i', '--id', session));
  const written = (text: string) => until(() => holds(directory, text), `wrote "${text}"`);
  try {
    await screen.shows('Ask anything');
    say({ ...said('Nothing is left.'), usage: CACHED } as Answer);
    await screen.enter('Is anything left to do?');
    await written('Nothing is left.');
    say(said('## Summary\n\nGreeting takes a name.'));
    await screen.enter('/compact');
    await written('## Summary');
    say(said('You are welcome.'));
    await screen.enter('Thank you.');
    await written('You are welcome.');
  } finally {
    await screen.end();
    await endHub(place);
  }
}

/** Whether a file of the session holds the text. */
async function holds(directory: string, text: string): Promise<boolean> {
  for (const name of await readdir(directory).catch(() => []))
    if ((await readFile(join(directory, name), 'utf8').catch(() => '')).includes(text)) return true;
  return false;
}

async function recordEnded(
  place: RecordingPlace,
  cline: Cline,
  say: Say,
  prompt: string,
  signal: NodeJS.Signals,
): Promise<void> {
  say(calls('This takes long.', ['run_commands', { commands: ['sleep 20'] }]));
  const child = startProgram(place, cline('--json', prompt));
  child.stderr.resume();
  child.stdin.end();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('"contentType":"tool"')) resolve();
    });
    child.once('close', () => resolve());
  });
  // What it was about to do is written down shortly after it began.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill(signal);
  await ended;
}

async function configure(place: RecordingPlace, url: string): Promise<void> {
  const directory = join(place.home, '.cline/data/settings');
  await mkdir(directory, { recursive: true });
  const settings = {
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    apiKey: 'loopback',
    baseUrl: `${url}/v1`,
  };
  const providers = { anthropic: { settings, updatedAt: '2026-01-01T00:00:00.000Z', tokenSource: 'manual' } };
  await writeFile(
    join(directory, 'providers.json'),
    JSON.stringify({ version: 1, lastUsedProvider: 'anthropic', modes: {}, providers }),
  );
}

function withoutInstructions(text: string): string {
  const content = JSON.parse(text) as Record<string, unknown>;
  if (content['system_prompt'] !== undefined) content['system_prompt'] = INSTRUCTIONS;
  // No process of any machine has this number.
  if (content['pid'] !== undefined) content['pid'] = 2_000_000_000;
  return `${JSON.stringify(content, null, 2)}\n`;
}
