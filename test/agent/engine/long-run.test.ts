import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { json, makeCliPlace } from '../../cli/cli-place.ts';
import type { Answer, MessagesBody, ModelServerRequest } from '../../model-server/answer.ts';
import { lastToolResults, systemText, userTexts } from '../../model-server/script.ts';
import { childPid, endOf, journal, sessionOf, start } from './run-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const call = (id: string, name: string, input: unknown, tokens: number): Answer => ({
  content: [{ type: 'tool_use', id, name, input }],
  usage: { input_tokens: tokens, output_tokens: 10 },
});
const nobody: MessagesBody = { model: '', max_tokens: 0, messages: [] };
const keep = {
  command: 'create',
  path: '/memories/session/notes.md',
  file_text: 'Half of the parser is done.\n',
};

/** Looks twice, which fills the window; keeps a note and a decision when asked to; ends after its summary. */
function longTask({ body }: ModelServerRequest): Answer {
  const said = userTexts(body);
  const results = lastToolResults(body).map(({ id }) => id);
  if (said.at(-1)?.includes('Write the summary')) return { content: [{ type: 'text', text: 'SUMMARY' }] };
  if (results.includes('note')) return call('forbidden', 'run_command', { command: 'touch gone' }, 165_000);
  if (results.includes('forbidden')) return { content: [{ type: 'text', text: 'kept' }] };
  if (said.at(-1)?.includes('Keep now')) return call('note', 'memory', keep, 165_000);
  if (said[0]?.includes('SUMMARY')) return { content: [{ type: 'text', text: 'All done.' }] };
  if (results.includes('first')) return call('second', 'list', { path: '.' }, 165_000);
  return call('first', 'list', { path: '.' }, 80_000);
}

// Processes on a machine that does other things: the time is for the slowest.
const timeout = 120_000;

it(
  'a run near the end of the window keeps, sums up and goes on, also when its process is killed in between',
  async () => {
    const place = await makeCliPlace(cli.path);
    let askSummary = (): void => {};
    const summaryAsked = new Promise<void>((resolve) => {
      askSummary = resolve;
    });
    let hasHung = false;
    const server = await place.serve((request) => {
      const answer = longTask(request);
      if (hasHung || !JSON.stringify(answer).includes('SUMMARY')) return answer;
      hasHung = true;
      askSummary();
      return { hang: true };
    });
    const task = { model: 'claude-haiku-4-5', permissionMode: 'bypassPermissions' } as const;
    const first = start(place, { ...task, prompt: 'Write the parser' });
    await summaryAsked;
    process.kill(await childPid(place), 'SIGKILL');
    await first.run.ended;
    const session = sessionOf(first.events) ?? '';
    expect(first.events.find(({ type }) => type === 'run-start')).toMatchObject({ budget: { turns: 500 } });

    const asked = server.requests.length;
    const systemOf = (index: number) => systemText(server.requests[index]?.body ?? nobody);
    const second = start(place, { ...task, resume: session, prompt: '' });
    expect(await second.run.ended).toMatchObject({ code: 0 });
    expect(endOf(second.events)).toMatchObject({ outcome: 'success', message: 'All done.' });
    const { events } = await journal(place);
    const types = events.map(({ type }) => type).filter((type) => type.startsWith('compaction'));
    expect(types).toEqual(['compaction-start', 'compaction-start', 'compaction-end']);
    expect(JSON.stringify(events)).toContain('run_command cannot be called now');
    // The notes of the first process are in the prompt of the second, and in what a person sees of the session.
    expect(systemOf(asked)).toContain('Half of the parser is done.');
    expect(systemOf(0)).not.toContain('session-notes');
    const shown = second.events.map((event) => JSON.stringify(event)).join('\n');
    expect(shown).not.toContain('"text":"kept"');
    expect(shown).toContain('near the end of what the model can take in');
    const tree = await json<{ nodes: readonly { scope?: string; children: readonly { label: string }[] }[] }>(
      place,
      'memory',
      'tree',
    );
    expect(JSON.stringify(tree)).toContain('Half of the parser is done.');
  },
  timeout,
);

it(
  'limits that are set hold over runs, and a limit that cannot be kept lets nothing leave',
  async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(({ index }) =>
      call(`${index}`, 'glob', { pattern: `${index}` }, 50_000),
    );
    const set = [
      '-p',
      'Look',
      '--model',
      'claude-haiku-4-5',
      '--output-format',
      'json',
      '--max-budget-usd',
      '0.09',
    ];
    const over = await place.run(set);
    expect(over.code).toBe(1);
    expect(JSON.parse(over.stdout)).toMatchObject({ subtype: 'error_max_budget_usd', is_error: true });
    expect(server.requests).toHaveLength(2);
    const unknown = await place.run(['-p', 'Look', '--model', 'nobody-1', '--max-budget-usd', '5']);
    expect(unknown).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/price of nobody-1 is not known/),
    });
    expect(server.requests).toHaveLength(2);
  },
  timeout,
);
