import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { INSTRUCTIONS, keepFiles, makeRecordingPlace, type RecordingPlace } from '../recording-place.ts';
import { type GeminiSetting, GeminiTerminal, killGemini, noted, runGemini } from './gemini-program.ts';
import { calls, type GenerateServer, type Reply, said, startGenerateServer } from './generate-server.ts';
import { type SentLines, sentLine } from './sent-line.ts';

export const PACKAGE = '@google/gemini-cli';
export const VERSION = '0.61.0';

/**
 * Makes sessions of Gemini CLI below `into`, a home directory, and `sent.json` there: what the program sends to the
 * model when each of them is gone on with. `program`: its `gemini.js`. Needs `script`, for what is done in a terminal.
 */
export async function record(program: string, into: string): Promise<void> {
  const place = await makeRecordingPlace();
  const server = await startGenerateServer();
  try {
    const setting = { program, place, url: server.url };
    await mkdir(join(place.home, '.gemini'));
    const settings = { security: { auth: { selectedType: 'gemini-api-key' } } };
    await writeFile(join(place.home, '.gemini/settings.json'), JSON.stringify(settings));
    await writeFile(join(place.project, 'GEMINI.md'), 'Greet politely.\n');
    await recordKilled(setting, server);
    await recordSubagent(setting, server);
    await recordTerminal(setting, server);
    await recordSummed(setting, server);
    // What was gone on with is deleted when Gemini CLI is started the next time.
    const long = await recordLong(setting, server);
    const gemini = join(place.home, '.gemini');
    const projects = await readFile(join(gemini, 'projects.json'), 'utf8');
    await mkdir(join(into, '.gemini'), { recursive: true });
    await writeFile(join(into, '.gemini/projects.json'), place.neutral(projects));
    for (const name of ['tmp', 'history'])
      await keepFiles(place, join(gemini, name), join(into, '.gemini', name), withoutInstructions);
    await keepSaved(into);
    await writeFile(
      join(into, 'sent.json'),
      `${JSON.stringify(await goOn(setting, server, long), null, 1)}\n`,
    );
  } finally {
    await server.close();
    await place.dispose();
  }
}

/** What is saved under a tag is no lines, which the tests of all readers want: it stands in a home of its own. */
async function keepSaved(into: string): Promise<void> {
  const [from, to] = ['.gemini/tmp/project', 'saved/.gemini/tmp/project'].map((name) => join(into, name));
  if (from === undefined || to === undefined) return;
  await mkdir(to, { recursive: true });
  await copyFile(join(from, '.project_root'), join(to, '.project_root'));
  for (const name of await readdir(from))
    if (name.startsWith('checkpoint-')) await rename(join(from, name), join(to, name));
}

async function recordLong(setting: GeminiSetting, server: GenerateServer): Promise<string> {
  const todos = (first: string, second: string) => ({
    todos: [
      { description: 'Take a name', status: first },
      { description: 'Test it', status: second },
    ],
  });
  server.say(
    {
      parts: [
        { text: '**Looking** first', thought: true },
        { text: 'Looking around first.' },
        calls('a', 'write_todos', todos('in_progress', 'pending')),
        calls('b', 'read_file', { file_path: 'greet.js' }),
        calls('c', 'read_file', { file_path: 'missing.js' }),
        calls('d', 'grep_search', { pattern: 'hello' }),
      ],
    },
    {
      parts: [
        { text: 'Now the change.' },
        calls('e', 'replace', {
          file_path: 'greet.js',
          instruction: 'Take a name.',
          old_string: "() => 'hello'",
          new_string: '(name) => `hello $' + '{name}`',
        }),
        calls('f', 'write_file', { file_path: 'test/greet.test.js', content: "import '../greet.js';\n" }),
      ],
    },
    {
      parts: [
        calls('g', 'write_todos', todos('completed', 'in_progress')),
        calls('h', 'run_shell_command', { command: 'echo checked; exit 3' }),
        calls('i', 'run_shell_command', { command: 'ls test' }),
      ],
    },
    said('Greeting takes a name now.'),
  );
  const before = new Set(await sessionIds(setting.place));
  await runGemini(setting, ['--prompt', 'Greet people by name.']);
  const id = (await sessionIds(setting.place)).find((one) => !before.has(one)) ?? '';
  server.say(said('Nothing is left to do.'));
  await nextMinute();
  await runGemini(setting, ['--resume', id, '--prompt', 'What is left to do?']);
  return id;
}

/** Files are named for the minute: in another one a second is made for the session. */
async function nextMinute(): Promise<void> {
  await new Promise((done) => setTimeout(done, 60_000 - (Date.now() % 60_000) + 100));
}

async function recordKilled(setting: GeminiSetting, server: GenerateServer): Promise<void> {
  server.say({ parts: [calls('a', 'run_shell_command', { command: 'touch begun; sleep 5' })] });
  await killGemini(setting, 'Begin something.', (text) => /"type":"gemini"/.test(text));
}

async function recordSubagent(setting: GeminiSetting, server: GenerateServer): Promise<void> {
  const report = { SummaryOfFindings: 'It greets.', ExplorationTrace: ['Read it.'], RelevantLocations: [] };
  server.say(
    {
      parts: [
        calls('a', 'invoke_agent', { agent_name: 'codebase_investigator', prompt: 'Look at the house.' }),
      ],
    },
    { parts: [calls('b', 'read_file', { file_path: 'README.md' })] },
    { parts: [calls('c', 'complete_task', { report })] },
    said('It is looked at.'),
  );
  await runGemini(setting, ['--prompt', 'Have somebody look at the house.']);
}

/** What a person does in the terminal: save, go back, say no. */
async function recordTerminal(setting: GeminiSetting, server: GenerateServer): Promise<void> {
  const { place } = setting;
  const terminal = new GeminiTerminal(setting);
  await terminal.shows(READY);
  await ask(terminal, setting, server, 'Which colour is it', said('It is red.'));
  await terminal.enter('/chat save the house');
  await noted(place, (text) => text.includes('checkpoint saved'));
  await ask(terminal, setting, server, 'And the door', said('It is green.'));
  await terminal.enter('/rewind');
  await terminal.shows('Stay at current position');
  await terminal.press('\u001b[A');
  await terminal.press('\r');
  await terminal.shows('Rewind conversation');
  await terminal.press('\r');
  await noted(place, (text) => text.includes('$rewindTo'));
  // What was taken back stands in the line of input again.
  for (let key = 0; key < 20; key += 1) await terminal.press('\u007f', 30);
  await ask(terminal, setting, server, 'See @README.md and tell of the roof', said('It is grey.'));
  server.say({ parts: [calls('a', 'run_shell_command', { command: 'touch door.txt' })] });
  await terminal.enter('Open the door.');
  await terminal.shows('No, suggest changes');
  await terminal.press('\u001b');
  await noted(place, (text) => text.includes('"status":"cancelled"'));
  await terminal.shows(READY);
  await terminal.end();
}

/** The context is nearly full: a summary takes the place of most of it. In the end the model's server refuses. */
async function recordSummed(setting: GeminiSetting, server: GenerateServer): Promise<void> {
  const terminal = new GeminiTerminal(setting);
  await terminal.shows(READY);
  // Words of which none comes twice: what repeats itself is stopped.
  const long = Array.from({ length: 400 }, (_, index) => ((index + 7) ** 5 % 2_147_483_647).toString(36));
  await ask(terminal, setting, server, 'Tell of the wall', said(`It is old: ${long.join(' ')}`));
  await ask(terminal, setting, server, 'Tell of the gate', said('The gate is new.', 900_000));
  await ask(terminal, setting, server, 'Tell of the well', said('The well is deep.'));
  server.say('refused');
  await terminal.enter('Ask what is refused.');
  await noted(setting.place, (text) => text.includes('The request was refused.'));
  await terminal.shows(READY);
  await terminal.end();
}

const READY = 'Type your message';

async function ask(
  terminal: GeminiTerminal,
  { place }: GeminiSetting,
  server: GenerateServer,
  prompt: string,
  answer: Reply,
): Promise<void> {
  server.say(answer);
  await terminal.enter(prompt);
  const { text } = answer.parts[0] as { readonly text: string };
  await noted(place, (all) => all.includes(JSON.stringify(text)));
  await terminal.shows(READY);
}

async function sessionIds({ home }: RecordingPlace): Promise<readonly string[]> {
  const chats = join(home, '.gemini/tmp/project/chats');
  const names = (await readdir(chats)).filter((name) => name.endsWith('.jsonl')).sort();
  const heads = await Promise.all(names.map((name) => readFile(join(chats, name), 'utf8')));
  return heads.map((text) => /"sessionId":"([^"]+)"/.exec(text)?.[1] ?? '');
}

/** The request with which each is gone on with, the one first that would be deleted else. */
async function goOn(setting: GeminiSetting, server: GenerateServer, first: string): Promise<SentLines> {
  const sent: Record<string, readonly string[]> = {};
  for (const id of [...new Set([first, ...(await sessionIds(setting.place))])]) {
    const before = server.requests.length;
    server.say(said('Gone on with.'));
    await runGemini(setting, ['--resume', id, '--prompt', 'Go on.']);
    const request = server.requests[before];
    if (!request) throw new Error(`Gemini CLI did not go on with ${id}.`);
    sent[id] = sentLine(request.contents).slice(0, -1);
  }
  return sent;
}

/** What the program tells the model of the project, and what it asks its subagents for, is its makers' text. */
function withoutInstructions(text: string): string {
  return text
    .replace(
      /<session_context>.*?<\/session_context>/g,
      `<session_context>\\n${INSTRUCTIONS}\\n</session_context>`,
    )
    .replace(
      /<loaded_context>.*?<\/loaded_context>/g,
      `<loaded_context>\\n${INSTRUCTIONS}\\n</loaded_context>`,
    )
    .replace(/"Your task is to do a deep investigation.*?<objective>/g, `"${INSTRUCTIONS}\\n<objective>`);
}
