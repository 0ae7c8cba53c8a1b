import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { makeCliPlace } from '../../cli/cli-place.ts';
import { endOf, sessionOf, start } from './run-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

it('a fork is a session of its own that knows what was said', async () => {
  const place = await makeCliPlace(cli.path);
  const server = await place.serve(() => ({ content: [{ type: 'text', text: 'Said.' }] }));
  const first = start(place, { prompt: 'The first thing' });
  expect(await first.run.ended).toMatchObject({ code: 0 });
  const session = sessionOf(first.events) ?? '';
  const fork = start(place, { prompt: 'Another way', resume: session, fork: true });
  expect(await fork.run.ended).toMatchObject({ code: 0 });
  expect(sessionOf(fork.events)).not.toBe(session);
  expect(endOf(fork.events)).toMatchObject({ outcome: 'success' });
  const said = JSON.stringify(server.requests.at(-1)?.body.messages);
  expect(said).toContain('The first thing');
  expect(said).toContain('Another way');
});
