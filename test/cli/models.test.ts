import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

test('varve models lists what the server has, and says which price is not known', {
  timeout: 120_000,
}, async () => {
  const place = await makeCliPlace(cli.path);
  await place.serve(() => ({ hang: true }));
  const found = await json<{ server: object; local: readonly unknown[] }>(place, 'models');
  expect(found.server).toMatchObject({
    default: expect.stringContaining('claude'),
    models: [{ id: 'loopback-model', title: 'loopback-model', priceKnown: false }],
  });
  const printed = await place.run(['models']);
  expect(printed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('loopback-model  (price unknown)'),
  });
});

test('varve models says what is missing, and still looks on this machine', { timeout: 120_000 }, async () => {
  const place = await makeCliPlace(cli.path);
  const done = await place.run(['models']);
  expect(done.code).toBe(1);
  expect(done.stderr).toContain('No key for the model is set');
  expect(JSON.parse((await place.run(['models', '--json'])).stdout)).toMatchObject({
    version: 1,
    server: { models: [], problem: expect.stringContaining('ANTHROPIC_API_KEY') },
    claude: expect.any(Object),
  });
});
