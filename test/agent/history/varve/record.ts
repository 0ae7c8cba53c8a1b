import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Answer, AnswerBlock } from '../../../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../../../model-server/server.ts';

export const PACKAGE = 'varve';
export const VERSION = '0.1.0';

/**
 * Makes sessions of Varve below `into`, a home directory: one with steps, a failing test, its repair and a commit; one
 * in which a command was not allowed; one whose process was killed. `program`: the built terminal.
 */
export async function record(program: string, into: string): Promise<void> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'varve-record-')));
  const answers: Answer[] = [];
  const server = await startModelServer({ decide: () => answers.shift() ?? said('Nothing more to say.') });
  const place: Place = { program, home, project: join(home, 'project'), server, answers };
  try {
    await makeProject(place);
    await recordWork(place);
    await recordDenied(place);
    await recordKilled(place);
    await keep(place, into);
  } finally {
    await server.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Place {
  readonly program: string;
  readonly home: string;
  readonly project: string;
  readonly server: ModelServer;
  readonly answers: Answer[];
}

const said = (text: string): Answer => ({ content: [{ type: 'text', text }] });
const calls = (text: string, ...made: readonly (readonly [name: string, input: unknown])[]): Answer => ({
  content: [
    { type: 'text', text },
    ...made.map(([name, input]): AnswerBlock => ({ type: 'tool_use', name, input })),
  ],
});
const steps = (...states: readonly string[]) =>
  ['Read the code', 'Take a name', 'Document it'].map((text, index) => ({ text, state: states[index] }));

async function makeProject({ project }: Place): Promise<void> {
  await mkdir(join(project, 'test'), { recursive: true });
  await writeFile(
    join(project, 'package.json'),
    '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  );
  await writeFile(join(project, 'greet.js'), "export const greet = () => 'hello';\n");
  await writeFile(
    join(project, 'test/greet.test.js'),
    "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { greet } from '../greet.js';\n\ntest('greets by name', () => assert.equal(greet('Ada'), 'hello, Ada'));\n",
  );
  const git = (...args: readonly string[]) => promisify(execFile)('git', [...args], { cwd: project });
  await git('init', '-q', '-b', 'greeting');
  await git('config', 'user.name', 'Ada');
  await git('config', 'user.email', 'ada@example.com');
  await git('add', '.');
  await git('commit', '-q', '-m', 'Begin');
}

async function recordWork(place: Place): Promise<void> {
  place.answers.push(
    calls(
      'I look first.',
      ['todo', { items: steps('active', 'pending', 'pending') }],
      ['read', { path: 'greet.js' }],
    ),
    calls('The test says what is wanted.', ['run_command', { command: 'npm test' }]),
    calls('Now the change.', ['edit', { path: 'greet.js', old_string: "() => 'hi'", new_string: 'x' }]),
    calls('It reads otherwise.', [
      'edit',
      { path: 'greet.js', old_string: "() => 'hello'", new_string: "(name) => ['hello', name].join(', ')" },
    ]),
    calls('And again.', ['run_command', { command: 'npm test' }]),
    calls('It holds.', ['run_command', { command: 'git commit -qam "Greet by name"' }]),
    calls('One step is left.', ['todo', { items: steps('done', 'done', 'pending') }]),
    said(
      'Greeting takes a name, and the test passes.\n\nNext steps:\n- Document it in the README\n\nShall I write that in English?',
    ),
  );
  await run(place, 'Greet people by name.\n\nNever use a library for it.');
}

async function recordDenied(place: Place): Promise<void> {
  place.answers.push(
    calls('I push it.', ['run_command', { command: 'git push origin greeting' }]),
    said('I may not push. Say so if you want me to.'),
  );
  await run(place, 'Push the branch', '--permission-mode', 'default');
}

async function recordKilled(place: Place): Promise<void> {
  place.answers.push(calls('This takes long.', ['run_command', { command: 'sleep 30' }]));
  const child = spawn(
    process.execPath,
    [place.program, '-p', 'Wait for it', '--permission-mode', 'bypassPermissions'],
    {
      cwd: place.project,
      env: environmentOf(place),
      stdio: 'ignore',
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await untilJournalled(place, '"process-start"');
  child.kill('SIGKILL');
  await ended;
}

function environmentOf({ home, server }: Place): NodeJS.ProcessEnv {
  return {
    PATH: `${join(process.execPath, '..')}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    LANG: 'C.UTF-8',
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: 'test-key',
  };
}

function run(place: Place, prompt: string, ...args: readonly string[]): Promise<unknown> {
  const mode = args.length === 0 ? ['--permission-mode', 'bypassPermissions'] : args;
  return promisify(execFile)(process.execPath, [place.program, '-p', prompt, ...mode], {
    cwd: place.project,
    env: environmentOf(place),
  });
}

async function untilJournalled(place: Place, text: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    for (const path of await journals(place.home))
      if (
        (await readFile(path, 'utf8')).includes('Wait for it') &&
        (await readFile(path, 'utf8')).includes(text)
      )
        return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`No journal came to say ${text}.`);
}

async function journals(home: string): Promise<readonly string[]> {
  const root = join(home, '.varve/projects');
  const projects = await readdir(root).catch(() => []);
  const found = await Promise.all(
    projects.map(async (project) => {
      const directory = join(root, project, 'sessions');
      const names = await readdir(directory).catch(() => []);
      return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(directory, name));
    }),
  );
  return found.flat();
}

/** The journals alone, without the name of the place they were made in. */
async function keep({ home }: Place, into: string): Promise<void> {
  for (const path of await journals(home)) {
    const target = join(into, path.slice(home.length + 1));
    await mkdir(join(target, '..'), { recursive: true });
    await cp(path, target);
    await writeFile(target, (await readFile(target, 'utf8')).replaceAll(home, '/home/user'));
  }
}
