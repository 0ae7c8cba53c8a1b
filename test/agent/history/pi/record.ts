import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../../../model-server/answer.ts';
import { startModelServer } from '../../../model-server/server.ts';
import {
  INSTRUCTIONS,
  keepFiles,
  makeRecordingPlace,
  PICTURE,
  type RecordingPlace,
} from '../recording-place.ts';
import { Pi } from './pi-program.ts';

export const PACKAGE = '@earendil-works/pi-coding-agent';
export const VERSION = '1.6.0';

/**
 * Makes sessions of pi below `into`, a home directory: one with every tool, a name, a compaction and two ends; a fork of
 * it; one that the server refused, one that a person stopped and one whose process was killed. `program`: its `cli.js`.
 */
export async function record(program: string, into: string): Promise<void> {
  const place = await makeRecordingPlace();
  const answers: Answer[] = [];
  const server = await startModelServer({ decide: () => answers.shift() ?? said('Nothing more to say.') });
  try {
    await configure(place, server.url);
    const say = (...next: Answer[]) => answers.push(...next);
    await recordLong(program, place, say);
    await recordRefused(program, place, say);
    await recordStopped(program, place, say);
    await recordKilled(program, place, say);
    const sessions = '.pi/agent/sessions';
    await keepFiles(place, join(place.home, sessions), join(into, sessions), withoutInstructions);
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
      { type: 'thinking', thinking: 'Think first.', signature: 'c2lnbmF0dXJl' },
      { type: 'text', text },
      ...made.map(([name, input]) => ({ type: 'tool_use', name, input }) as const),
    ],
  };
}

async function recordLong(program: string, place: RecordingPlace, say: Say): Promise<void> {
  const pi = new Pi(program, place, ['-e', join(place.home, 'back.js')]);
  await pi.ask({ type: 'set_session_name', name: 'Greeting by name' });
  say(
    calls('Looking around first.', ['read', { path: 'greet.js' }], ['grep', { pattern: 'hello', path: '.' }]),
    calls(
      'Now the change.',
      [
        'edit',
        {
          path: join(place.project, 'greet.js'),
          edits: [{ oldText: "() => 'hello'", newText: '(name) => `hello $' + '{name}`' }],
        },
      ],
      ['write', { path: 'test/greet.test.js', content: "import '../greet.js';\n" }],
      ['read', { path: 'missing.js' }],
      ['bash', { command: 'node --version > /dev/null && exit 3' }],
    ),
    said('Greeting takes a name now.'),
  );
  await pi.prompt('Greet people by name.', [{ type: 'image', data: PICTURE, mimeType: 'image/png' }]);
  await pi.ask({ type: 'bash', command: 'ls test' });
  say(said('## Summary\n\nGreeting takes a name; one command failed.'));
  await pi.ask({ type: 'compact' });
  say(
    calls('Checking.', ['ls', { path: 'test' }], ['find', { pattern: '*.md' }]),
    said('The readme is left.'),
  );
  await pi.prompt('What is left to do?');
  say(said('A summary of the way that was left.'));
  await pi.prompt('/back What is left to do?');
  say(said('Nothing is left.'));
  await pi.prompt('Is anything left to do?');
  await pi.ask({ type: 'clone' });
  say(said('You are welcome.'));
  await pi.prompt('Thank you.');
  await pi.end();
}

async function recordRefused(program: string, place: RecordingPlace, say: Say): Promise<void> {
  const pi = new Pi(program, place);
  say({ status: 400 });
  await pi.prompt('Ask what is refused.');
  await pi.end();
}

async function recordStopped(program: string, place: RecordingPlace, say: Say): Promise<void> {
  const pi = new Pi(program, place);
  say(calls('This takes long.', ['bash', { command: 'sleep 60' }]));
  const prompted = pi.prompt('Wait for me.');
  await pi.seen('tool_execution_start');
  await pi.ask({ type: 'abort' });
  await prompted;
  await pi.end();
}

async function recordKilled(program: string, place: RecordingPlace, say: Say): Promise<void> {
  const pi = new Pi(program, place);
  say(calls('This takes long too.', ['bash', { command: 'sleep 5' }]));
  pi.prompt('Begin something.').catch(() => {});
  await pi.seen('tool_execution_start');
  await pi.end('SIGKILL');
}

async function configure(place: RecordingPlace, url: string): Promise<void> {
  const agent = join(place.home, '.pi/agent');
  await mkdir(agent, { recursive: true });
  const models = { providers: { anthropic: { baseUrl: url, apiKey: 'loopback' } } };
  await writeFile(join(agent, 'models.json'), JSON.stringify(models));
  await writeFile(join(agent, 'settings.json'), '{"compaction":{"keepRecentTokens":1}}');
  // Going back in the tree is no command of the RPC mode: an extension may.
  await writeFile(
    join(place.home, 'back.js'),
    `export default (pi) => pi.registerCommand('back', { handler: async (text, ctx) => {
      const isIt = ({ message }) => message?.role === 'user' && JSON.stringify(message.content).includes(text);
      await ctx.navigateTree(ctx.sessionManager.getEntries().find(isIt).id, { summarize: true });
    } });`,
  );
}

/** The program's prompt and the descriptions of its tools are its makers' text. */
function withoutInstructions(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return `${lines.map((line) => JSON.stringify(blanked(JSON.parse(line)))).join('\n')}\n`;
}

type Json = Record<string, unknown>;

function blanked(entry: Json): Json {
  const { type, summary, message, systemMessage } = entry as {
    type: string;
    summary?: string;
    message?: Json;
    systemMessage?: Json;
  };
  return {
    ...entry,
    // Its first paragraph is pi's own.
    ...(type === 'branch_summary' && {
      summary: [INSTRUCTIONS, ...(summary ?? '').split('\n\n').slice(1)].join('\n\n'),
    }),
    ...(message?.['role'] === 'system' && { message: withoutSections(message) }),
    ...(systemMessage !== undefined && { systemMessage: withoutSections(systemMessage) }),
  };
}

function withoutSections(message: Json): Json {
  const { sections = {}, toolsAdded = [] } = message as { sections?: Json; toolsAdded?: readonly Json[] };
  return {
    ...message,
    sections: Object.fromEntries(Object.keys(sections).map((name) => [name, INSTRUCTIONS])),
    toolsAdded: toolsAdded.map(({ name }) => ({ name, description: INSTRUCTIONS, parameters: {} })),
  };
}
