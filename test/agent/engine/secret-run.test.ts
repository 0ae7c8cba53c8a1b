import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { type CliPlace, makeCliPlace } from '../../cli/cli-place.ts';
import type { Decide } from '../../model-server/answer.ts';
import { endOf, killWhen, sessionOf, start } from './run-place.ts';
import { toolResults } from './scripted-task.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const TOKEN = `ghp_${'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA2bC4'}`;
/** Known by the name of its variable. */
const OWN = 'harbour lantern eleven';
const content = `token = ${TOKEN}\n`;

/** Writes a file with a secret in it, and makes the call again where it is told that it was not done. */
const model: Decide = ({ body }) => {
  const results = toolResults(body);
  const isDone = (id: string) => results.has(id) && !results.get(id)?.includes('Not done:');
  const call = (id: string) => ({
    content: [
      { type: 'text' as const, text: `I write ${TOKEN} there.` },
      { type: 'tool_use' as const, id, name: 'write', input: { path: 'made.txt', content } },
    ],
  });
  if (!results.has('make')) return call('make');
  if (!isDone('make') && !results.has('again')) return call('again');
  return { content: [{ type: 'text', text: `Done with ${TOKEN}.` }] };
};

/** What of the local state holds this text. The bytes of files, which a rewind needs, are left out. */
async function filesWith(
  place: CliPlace,
  text: string,
  directory = place.varveHome,
): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
  const kept = files.filter((path) => !path.includes('/objects/'));
  const found = await Promise.all(
    kept.map(async (path) => ((await readFile(path)).includes(text) ? [path.slice(directory.length)] : [])),
  );
  return found.flat();
}

describe('a run that handles a secret', { timeout: 120_000 }, () => {
  it.each([
    ['approval-ask', 'never'],
    ['tool-start', 'once'],
    ['tool-end', 'once'],
    ['run-end', 'once'],
  ] as const)(
    'killed at %s goes on with the true bytes and keeps nothing of it on disk',
    async (type, answer) => {
      const place = await makeCliPlace(cli.path);
      const server = await place.serve(model);
      const first = start(place, { prompt: `Write ${TOKEN} to made.txt` }, answer);
      await killWhen(place, first, type, 1);
      expect(await filesWith(place, TOKEN)).toEqual([]);
      const session = sessionOf(first.events) ?? '';
      const second = start(place, { resume: session, prompt: '' });
      await second.run.ended;
      expect(await readFile(join(place.repository, 'made.txt'), 'utf8')).toBe(content);
      expect(await filesWith(place, TOKEN)).toEqual([]);
      if (answer === 'once') return;
      // What was sent on the way back had the mask, and the model made the call anew.
      expect(endOf(second.events)).toMatchObject({ outcome: 'success' });
      expect(toolResults(server.requests.at(-1)?.body).get('make')).toContain('Not done:');
      expect(second.events).toContainEqual(
        expect.objectContaining({
          type: 'notice',
          text: expect.stringContaining('was not done: its input held a secret'),
        }),
      );
    },
  );

  it('proposes what it did without it', async () => {
    const place = await makeCliPlace(cli.path);
    place.environment['HARBOUR_SECRET'] = OWN;
    expect(await place.run(['set-up'])).toMatchObject({ code: 0 });
    await place.serve(({ body }) =>
      toolResults(body).has('make')
        ? { content: [{ type: 'text', text: `Done with ${OWN} and ${TOKEN}.` }] }
        : {
            content: [{ type: 'tool_use', id: 'make', name: 'write', input: { path: 'made.txt', content } }],
          },
    );
    const { run } = start(place, { prompt: `Write the word ${OWN}` });
    expect(await run.ended).toMatchObject({ code: 0 });
    const kept = await filesWith(place, 'Done with [redacted key] and [redacted github-token].');
    expect(kept).toContainEqual(expect.stringMatching(/\/inbox\//));
    for (const directory of [place.varveHome, join(place.repository, '.varve')])
      for (const secret of [OWN, TOKEN]) expect(await filesWith(place, secret, directory)).toEqual([]);
  });

  it('keeps none of it in the output of a command, in notes, records, rules, the audit log and a subagent either', async () => {
    const place = await makeCliPlace(cli.path);
    place.environment['HARBOUR_SECRET'] = OWN;
    expect(await place.run(['set-up'])).toMatchObject({ code: 0 });
    const steps = [
      ['run_command', { command: `echo '${OWN}'; seq 1 30000; echo ${TOKEN}; seq 1 30000; printf '${OWN}'` }],
      [
        'memory',
        { command: 'create', path: '/memories/session/notes.md', file_text: `Use ${OWN} and go on.` },
      ],
      ['record_decision', { title: 'Use the lantern', why: `The word is ${OWN}.` }],
      [
        'memory',
        { command: 'create', path: '/memories/gotcha-word.md', file_text: `# Word\n\nIt is ${OWN}.` },
      ],
      ['subagent', { agent: 'general', task: `Look for ${OWN}` }],
    ] as const;
    const server = await place.serve(({ body }) => {
      if (JSON.stringify(body.messages[0]).includes('Look for'))
        return { content: [{ type: 'text', text: `I looked for ${OWN}.` }] };
      const step = steps.findIndex((_step, index) => !toolResults(body).has(`step-${index}`));
      const [name, input] = steps[step] ?? [];
      if (name === undefined) return { content: [{ type: 'text', text: 'Done.' }] };
      return { content: [{ type: 'tool_use', id: `step-${step}`, name, input }] };
    });
    const { run, events } = start(place, { prompt: `The password is ${OWN}.` }, 'always');
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(endOf(events)).toMatchObject({ outcome: 'success' });
    const results = toolResults(server.requests.at(-1)?.body);
    for (const id of ['step-2', 'step-3']) expect(results.get(id)).toContain('It holds a secret');
    for (const secret of [OWN, TOKEN]) expect(await filesWith(place, secret)).toEqual([]);
    expect(await filesWith(place, OWN, join(place.repository, '.varve'))).toEqual([]);
    expect(await filesWith(place, 'and go on.')).toContainEqual(expect.stringMatching(/\.notes\.md$/));
    expect(await filesWith(place, 'I looked for')).toHaveLength(2);
    const outputs = await filesWith(place, '\n29999\n30000\n[redacted github-token]\n1\n2\n');
    expect(outputs).toEqual([expect.stringMatching(/\.output\/[0-9a-f]{8}\.txt$/)]);
  });
});
