import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

it('varve standup tells of sessions, own commits and accepted records, and what is left', async () => {
  const place = await makeCliPlace(cli.path);
  await place.run(['set-up']);
  await place.serve(({ body }) =>
    JSON.stringify(body.messages).includes('tool_result')
      ? { status: 400 }
      : {
          content: [
            { type: 'tool_use', id: 'w', name: 'write', input: { path: 'src/parser.ts', content: 'x\n' } },
          ],
        },
  );
  await place.run(['-p', 'Split the parser', '--permission-mode', 'acceptEdits']);
  await place.git('checkout', '-q', '-b', 'parser');
  await place.git('add', '.');
  await place.git('commit', '-q', '-m', 'Split it');
  const other = ['-c', 'user.email=bob@example.com', '-c', 'user.name=Bob'];
  await place.git(...other, 'commit', '-q', '--allow-empty', '-m', 'Not mine');
  const added = await json<{ proposal: { id: string } }>(
    place,
    'memory',
    'add',
    '--title',
    'Parsing is done by hand',
  );
  await place.run(['memory', 'accept', added.proposal.id]);

  const told = await place.run(['standup']);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toMatch(
    /^# Since yesterday\n\n1 session · 2 commits · 1 record accepted\n\n## Today, /,
  );
  expect(told.stdout).toMatch(
    /### `main`\n- “Split the parser” · Varve, failed · wrote \[`src\/parser\.ts`\]\(src\/parser\.ts\) · `varve resume [0-9a-f-]{36}`/,
  );
  expect(told.stdout).toContain('### `parser`\n- commit “Split it” `');
  expect(told.stdout).not.toContain('Not mine');
  expect(told.stdout).toMatch(
    /### Accepted\n- decision \[Parsing is done by hand\]\(\.varve\/memory\/decision-/,
  );
  expect(told.stdout).toMatch(/## Unfinished\n- “Split the parser”: ended with an error/);
  const material = await json<{ sessions: object[]; commits: object[] }>(place, 'standup', '--all');
  expect(material).toMatchObject({
    isAll: true,
    sessions: [{ tool: 'varve', unfinished: [{}] }],
    records: [{}],
  });
  expect(material.commits).toHaveLength(2);

  expect((await place.run(['standup', '--since', '2099-01-01'])).stdout).toContain('Nothing happened');
  expect(await place.run(['standup', '--since', 'the flood'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('or a milestone of this project'),
  });
});
