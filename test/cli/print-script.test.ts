import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../claude-code/program.ts';
import type { Answer, MessagesBody } from '../model-server/answer.ts';
import { lastToolResults, systemText, userTexts } from '../model-server/script.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { claudeIn } from './claude-print.ts';
import { type CliPlace, makeCliPlace } from './cli-place.ts';

const program = await findProgram();
const script = resolve(import.meta.dirname, 'scripts/written-for-claude.sh');
const LIMIT_MS = 600_000;

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

/** What the script says, whichever program stands behind `claude`. */
const SAID = `text: Hello.
piped: Hello.
below: below
prompt first: Hello.
behind --: Hello.
json: result success false Hello.
usage: 1
resumed: 2 prompts
continued: 3 prompts
forked: 4 prompts
named: 11111111-2222-4333-8444-555555555555
read: done
denied: 1
accepted: 0 written
command: done
bypassed: done
max turns: exit 1 error_max_turns true
structured: Ada
stream: system/init assistant result
streamed in: system/init assistant result
array: init
system: pirate
model: claude-haiku-4-5
bad format: exit 1
no session: exit 1
bad schema: exit 1
no task: exit 1
`;

describe('a script written for claude -p', () => {
  it('says the same with varve in its place', { timeout: LIMIT_MS }, async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(({ body }) => answerTo(body, place.repository));
    expect(await runScript(place, `exec "${process.execPath}" "${cli.path}" "$@"`, place.environment)).toBe(
      SAID,
    );
  });

  it('says so with Claude Code 2.1.330 itself', { timeout: LIMIT_MS }, async ({ skip }) => {
    if (program === undefined)
      return skip('Claude Code is not installed here: npm run test:claude-code does.');
    const place = await makeCliPlace(cli.path);
    const claude = await claudeIn(place, program, ({ body }) => answerTo(body, place.repository));
    expect(await runScript(place, `exec "${program}" "$@"`, claude.environment)).toBe(SAID);
  });
});

/** The script finds `claude` on the path; `command` is what stands behind that name. */
async function runScript(
  place: CliPlace,
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const bin = join(place.home, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'claude'), `#!/bin/sh\n${command}\n`);
  await chmod(join(bin, 'claude'), 0o755);
  const { stdout } = await promisify(execFile)('bash', [script], {
    cwd: place.repository,
    env: { ...environment, PATH: `${bin}:${environment['PATH']}` },
  });
  return stdout;
}

const text = (words: string): Answer => ({ content: [{ type: 'text', text: words }] });

/** Does what the newest `do:` of the conversation says, with the tools that are offered. */
function answerTo(body: MessagesBody, repository: string): Answer {
  const said = userTexts(body).flatMap((words) => [...words.matchAll(/do:(\w+)/g)].map(([, word]) => word));
  const results = lastToolResults(body);
  if (results.length > 0) return text(results.some(({ isError }) => isError) ? 'refused' : 'done');
  switch (said.at(-1)) {
    case 'below':
      return text(/do:below\nsome code/.test(userTexts(body).join('\n')) ? 'below' : 'elsewhere');
    case 'count':
      return text(`${said.length} prompts`);
    case 'system':
      return text(
        `${JSON.stringify(body.messages)}${systemText(body)}`.includes('pirate') ? 'pirate' : 'landlubber',
      );
    case 'model':
      return text(body.model);
    case 'read':
      return call(body, [
        ['read', { path: 'CLAUDE.md' }],
        ['Read', { file_path: `${repository}/CLAUDE.md` }],
      ]);
    case 'write':
      return call(body, [
        ['write', { path: 'new.txt', content: 'written\n' }],
        ['Write', { file_path: `${repository}/new.txt`, content: 'written\n' }],
      ]);
    case 'command':
      return call(body, [
        ['run_command', { command: 'echo hi' }],
        ['Bash', { command: 'echo hi' }],
      ]);
    case 'name':
      return call(body, [
        ['structured_output', { name: 'Ada' }],
        ['StructuredOutput', { name: 'Ada' }],
      ]);
    default:
      return text('Hello.');
  }
}

/** The first of these calls whose tool is offered. */
function call({ tools = [] }: MessagesBody, calls: readonly (readonly [string, object])[]): Answer {
  const [name, input] = calls.find(([tool]) => tools.some((offered) => offered.name === tool)) ?? [
    'none',
    {},
  ];
  return { content: [{ type: 'tool_use', name, input }] };
}
