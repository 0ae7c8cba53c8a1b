import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeRecordingPlace, PICTURE, type RecordingPlace } from '../recording-place.ts';
import { CodexServer, type CodexSetting, killCodex, runCodex } from './codex-program.ts';
import { keepRollouts } from './neutral-rollout.ts';
import { calls, callsWith, type ResponsesServer, said, startResponsesServer } from './responses-server.ts';
import { type SentLines, sentLine } from './sent-line.ts';

export const PACKAGE = '@openai/codex-linux-x64';
export const VERSION = '0.171.0';

/** Tools one by one. */
const DIRECT = 'gpt-5.5';
/** Tools by scripts. */
const SCRIPTS = 'gpt-6.2-sol';

/**
 * Makes sessions of Codex below `into`, a home directory, and `sent.json` there: what the program sends to the model
 * when each of them is gone on with. What is packed stands in a home of its own, `packed`. `program`: its binary.
 */
export async function record(program: string, into: string): Promise<void> {
  const place = await makeRecordingPlace();
  const server = await startResponsesServer();
  try {
    await makeRepository(place);
    const direct = { program, place, url: server.url, model: DIRECT };
    const scripts = { ...direct, model: SCRIPTS };
    const made = [
      ...(await recordExec(direct, server)),
      ...(await recordKilled(direct, server)),
      ...(await recordServer(direct, server)),
      ...(await recordPacked(direct, server)),
    ];
    const byScripts = await recordScripts(scripts, server);
    const codex = join(place.home, '.codex');
    await keepRollouts(codex, ['sessions', 'archived_sessions'], into, place.neutral);
    const index = await readFile(join(codex, 'session_index.jsonl'), 'utf8');
    await writeFile(join(into, '.codex/session_index.jsonl'), index);
    const sent = {
      ...(await goOn(direct, server, made)),
      ...(await goOn(scripts, server, byScripts)),
    };
    await writeFile(join(into, 'sent.json'), `${JSON.stringify(sent, null, 1)}\n`);
  } finally {
    await server.close();
    await place.dispose();
  }
}

/** Of threads that can be gone on with. */
type Ids = readonly string[];

async function makeRepository({ home, project }: RecordingPlace): Promise<void> {
  const git = (...args: readonly string[]) =>
    promisify(execFile)(
      'git',
      ['-c', 'user.name=Recorder', '-c', 'user.email=recorder@example.com', ...args],
      {
        cwd: project,
        env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: home },
      },
    );
  await writeFile(join(project, 'AGENTS.md'), 'Greet politely.\n');
  await mkdir(join(project, 'test'));
  await git('init', '--quiet', '--initial-branch', 'greeting');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Begin');
}

async function recordExec(setting: CodexSetting, server: ResponsesServer): Promise<Ids> {
  const plan = (first: string, second: string) =>
    calls('update_plan', {
      plan: [
        { step: 'Take a name', status: first },
        { step: 'Test it', status: second },
      ],
    });
  server.say(
    [
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Think.' }],
        encrypted_content: 'c2VjcmV0',
      },
      said('Looking around first.'),
      plan('in_progress', 'pending'),
      calls('exec_command', { cmd: 'cat greet.js' }),
      calls('exec_command', { cmd: 'ls missing' }),
    ],
    [
      said('Now the change.'),
      callsWith(
        'apply_patch',
        patch(
          'Update File: greet.js',
          '@@',
          "-export const greet = () => 'hello';",
          '+export const greet = (name) => `hello $' + '{name}`;',
          `*** Add File: ${join(setting.place.project, 'test/greet.test.js')}`,
          "+import '../greet.js';",
        ),
      ),
      {
        type: 'web_search_call',
        status: 'completed',
        action: { type: 'search', query: 'words of greeting' },
      },
    ],
    [
      plan('completed', 'in_progress'),
      calls('exec_command', { cmd: 'echo checked; exit 3', workdir: 'test' }),
      calls('exec_command', { cmd: `apply_patch <<'EOF'\n${patch('Delete File: README.md')}\nEOF` }),
      calls('view_image', { path: 'missing.png' }),
    ],
    [said('Greeting takes a name now.')],
  );
  await runCodex(setting, ['exec', 'Greet people by name.']);
  const long = await newestThread(setting.place);
  server.say([said('Nothing is left to do.')]);
  await runCodex(setting, ['exec', 'resume', long, 'What is left to do?']);
  server.say([calls('exec_command', { cmd: 'git status --short' })], [said('HELLO is what it says.')]);
  await runCodex(setting, ['exec', 'fork', long, 'Greet in capitals instead.']);
  return [long, await newestThread(setting.place)];
}

function patch(first: string, ...lines: readonly string[]): string {
  return ['*** Begin Patch', `*** ${first}`, ...lines, '*** End Patch'].join('\n');
}

/** What the model calls is a script, which calls the tools. */
async function recordScripts(setting: CodexSetting, server: ResponsesServer): Promise<Ids> {
  const notes = JSON.stringify(patch('Add File: notes.md', '+Notes.'));
  server.say(
    [said('By a script.'), callsWith('exec', "text(await tools.exec_command({cmd: 'cat greet.js'}));")],
    [
      callsWith(
        'exec',
        `await tools.apply_patch(${notes});\nawait tools.exec_command({cmd: "cat nothing"});`,
      ),
    ],
    [callsWith('exec', 'throw new Error("no such thing")')],
    [said('The notes are written.')],
  );
  await runCodex(setting, ['exec', 'Write notes.']);
  return [await newestThread(setting.place)];
}

async function recordKilled(setting: CodexSetting, server: ResponsesServer): Promise<Ids> {
  server.say([said('This takes long.'), calls('exec_command', { cmd: 'sleep 5', yield_time_ms: 30_000 })]);
  await killCodex(setting, 'Begin something.', /sleep 5/);
  return [await newestThread(setting.place)];
}

/** What the terminal and the IDE extension have done, which talk to a server that Codex is. */
async function recordServer(setting: CodexSetting, server: ResponsesServer): Promise<Ids> {
  const { place } = setting;
  await writeFile(join(place.home, 'house.mjs'), HOUSE);
  const house = `{command=${JSON.stringify(process.execPath)},args=["${join(place.home, 'house.mjs')}"]}`;
  const codex = await CodexServer.start(setting, [
    ...['-c', 'features.default_mode_request_user_input=true'],
    ...['-c', `mcp_servers.house=${house}`],
  ]);
  const reverted = await recordReverted(codex, server);
  const stopped = await recordStopped(codex, server);
  const denied = await recordDenied(codex, server);
  const parent = await recordSubagent(codex, server);
  const refused = await codex.thread();
  server.say('refused');
  await codex.turn(refused, 'Ask what is refused.');
  const asking = await codex.thread();
  const options = ['Ada', 'Grace'].map((label) => ({ label, description: `It is ${label}.` }));
  const question = { id: 'name', header: 'Name', question: 'Which name is it?', options };
  server.say([calls('request_user_input', { questions: [question] })]);
  const asked = codex.seen('item/tool/requestUserInput');
  await codex.begin(asking, 'Ask me something.');
  await asked;
  await codex.kill();
  return [reverted, stopped, denied, parent, refused, asking];
}

async function recordReverted(codex: CodexServer, server: ResponsesServer): Promise<string> {
  const thread = await codex.thread();
  await codex.ask('thread/name/set', { threadId: thread, name: 'Colours of the house' });
  server.say([said('It is red.')], [said('It is green.')]);
  await codex.turn(thread, [
    { type: 'text', text: 'Which colour is it?' },
    { type: 'image', url: `data:image/png;base64,${PICTURE}` },
  ]);
  const green = await codex.turn(thread, 'And the door?');
  await codex.ask('thread/revert', { threadId: thread, beforeTurnId: green });
  server.say(
    [said('The roof is grey.')],
    [said('The house is red, its roof is grey.')],
    [said('It is white.')],
  );
  await codex.turn(thread, 'And the roof?');
  const compacted = codex.seen('turn/completed');
  await codex.ask('thread/compact/start', { threadId: thread });
  await compacted;
  await codex.turn(thread, 'And the fence?');
  return thread;
}

/** Stopped while a command runs; then a person has a command run themselves. */
async function recordStopped(codex: CodexServer, server: ResponsesServer): Promise<string> {
  const threadId = await codex.thread({ approvalPolicy: 'on-request', sandbox: 'danger-full-access' });
  server.say([calls('exec_command', { cmd: 'sleep 60' })]);
  const running = codex.seen('item/started', ({ item }) => isCommand(item));
  const stopped = codex.seen('turn/completed');
  const turnId = await codex.begin(threadId, 'Wait for me.');
  await running;
  await codex.ask('turn/interrupt', { threadId, turnId });
  await stopped;
  const isSeen = codex.seen('turn/completed');
  await codex.ask('thread/shellCommand', { threadId, command: 'ls greet.js' });
  await isSeen;
  return threadId;
}

function isCommand(item: unknown): boolean {
  return (item as { readonly type?: string }).type === 'commandExecution';
}

/** What it may not do, and what a server that a person configured does for it. */
async function recordDenied(codex: CodexServer, server: ResponsesServer): Promise<string> {
  const thread = await codex.thread({ approvalPolicy: 'on-request', sandbox: 'read-only' });
  const escalated = { sandbox_permissions: 'require_escalated', justification: 'May I?' };
  server.say(
    [
      calls('exec_command', { cmd: 'touch door.txt', ...escalated }),
      callsWith('apply_patch', patch('Add File: door.txt', '+Open.')),
      calls('paint', { colour: 'red' }, { namespace: 'mcp__house' }),
      calls('paint', { colour: 'none' }, { namespace: 'mcp__house' }),
    ],
    [said('Then not.')],
  );
  codex.decision = 'decline';
  await codex.turn(thread, 'Open the door.');
  return thread;
}

/** A server of the Model Context Protocol with one tool, which fails where there is no colour. */
const HOUSE = `import { createInterface } from 'node:readline';
const tool = { name: 'paint', description: 'Paints.', inputSchema: { type: 'object', properties: { colour: { type: 'string' } } }, annotations: { readOnlyHint: true } };
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'house', version: '1' } }),
  'tools/list': () => ({ tools: [tool] }),
  'tools/call': ({ arguments: { colour } }) => ({ content: [{ type: 'text', text: 'Painted ' + colour + '.' }], isError: colour === 'none' }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = answers[method]?.(params);
  const answer = result ? { result } : { error: { code: -32601, message: 'No such method.' } };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\\n');
});
`;

async function recordSubagent(codex: CodexServer, server: ResponsesServer): Promise<string> {
  const thread = await codex.thread();
  const spawn = { message: 'Look at the house.', agent_type: 'explorer' };
  server.say(
    [calls('spawn_agent', spawn, { namespace: 'multi_agent_v1' })],
    [said('It is looked at.')],
    [said('It is looked at.')],
  );
  await codex.turn(thread, 'Have somebody look at the house.');
  return thread;
}

/** Archived, and packed as Codex packs what nobody has touched for a while. */
async function recordPacked(setting: CodexSetting, server: ResponsesServer): Promise<Ids> {
  server.say([said('Long ago.')]);
  await runCodex(setting, ['exec', 'When was it?']);
  const packed = await newestThread(setting.place);
  server.say([said('Put away.')]);
  await runCodex(setting, ['exec', 'Where is it?']);
  const archived = await newestThread(setting.place);
  const old = new Date(Date.now() - 60 * 24 * 60 * 60 * 1000);
  for (const path of await rollouts(setting.place)) if (path.includes(packed)) await utimes(path, old, old);
  const codex = await CodexServer.start(setting, ['--enable', 'local_thread_store_compression']);
  await codex.ask('thread/archive', { threadId: archived });
  await codex.ask('rollout/compress');
  while (!(await rollouts(setting.place)).some((path) => path.endsWith('.zst')))
    await new Promise((done) => setTimeout(done, 100));
  await codex.end();
  return [packed];
}

async function rollouts({ home }: RecordingPlace): Promise<readonly string[]> {
  const sessions = join(home, '.codex/sessions');
  const entries = await readdir(sessions, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function newestThread(place: RecordingPlace): Promise<string> {
  const ids = (await rollouts(place)).map((path) => /([0-9a-f-]{36})\.jsonl$/.exec(path)?.[1] ?? '');
  return ids.sort().at(-1) ?? '';
}

/** The request with which each is gone on with. What is archived or asks has to be brought back first. */
async function goOn(setting: CodexSetting, server: ResponsesServer, ids: Ids): Promise<SentLines> {
  const sent: Record<string, readonly string[]> = {};
  for (const id of ids) {
    const before = server.requests.length;
    server.say([said('Gone on with.')]);
    await runCodex(setting, ['exec', 'resume', id, 'Go on.']);
    const request = server.requests[before];
    if (!request) throw new Error(`Codex did not go on with ${id}.`);
    sent[id] = sentLine(request.input).slice(0, -1);
  }
  return sent;
}
