import { expect, test } from 'vitest';
import { costUsd } from '../../../src/agent/model/prices.ts';
import { readModelSettings } from '../../../src/agent/model/settings.ts';

const million = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

test('the environment decides before the settings', () => {
  const environment = {
    ANTHROPIC_API_KEY: 'k',
    VARVE_MODEL_BASE_URL: 'http://one.test',
    ANTHROPIC_BASE_URL: 'http://two.test',
  };
  expect(readModelSettings(environment, { baseUrl: 'http://three.test', model: 'm' })).toEqual({
    ok: true,
    value: { model: 'm', baseUrl: 'http://one.test', apiKey: 'k' },
  });
});

test('a model of the editor needs neither address nor key, and what is asked for comes first', () => {
  const environment = { ANTHROPIC_MODEL: 'other', ANTHROPIC_BASE_URL: 'nonsense' };
  expect(readModelSettings(environment, { wanted: 'editor:copilot/large' })).toMatchObject({
    ok: true,
    value: { model: 'editor:copilot/large' },
  });
  expect(
    readModelSettings({ ANTHROPIC_MODEL: 'other', ANTHROPIC_API_KEY: 'k' }, { wanted: 'm' }),
  ).toMatchObject({
    ok: true,
    value: { model: 'm', apiKey: 'k' },
  });
  expect(readModelSettings({}, { wanted: 'editor:' })).toMatchObject({ ok: false });
});

test('without a key there is a sentence with a next step', () => {
  const found = readModelSettings({ ANTHROPIC_API_KEY: '  ' }, {});
  expect(found).toMatchObject({ ok: false, error: { kind: 'no-key' } });
});

test.each(['http://localhost:11434', 'http://127.0.0.1:1', 'http://[::1]:8'])(
  '%s needs no key',
  (baseUrl) => {
    expect(readModelSettings({}, { baseUrl }).ok).toBe(true);
  },
);

test.each(['http://127.0.0.1.evil.test', 'http://localhost.evil.test', 'https://example.test'])(
  '%s needs a key',
  (baseUrl) => {
    expect(readModelSettings({}, { baseUrl })).toMatchObject({ ok: false, error: { kind: 'no-key' } });
  },
);

test.each(['file:///etc/passwd', 'nonsense'])('%s is no address', (baseUrl) => {
  expect(readModelSettings({}, { baseUrl })).toMatchObject({ ok: false, error: { kind: 'bad-url' } });
});

test.each([
  ['claude-fable-5-2', 10],
  ['claude-opus-5-5', 4],
  ['claude-opus-5', 5],
  ['claude-opus-4-6', 5],
  ['claude-opus-4-1', 15],
  ['claude-opus-4-20250514', 15],
  ['claude-sonnet-5-5', 2],
  ['claude-sonnet-4-5-20250929', 3],
  ['claude-haiku-4-5', 1],
  ['claude-haiku-5-5', 0.5],
])('a million input tokens of %s cost %d dollars', (model, dollars) => {
  expect(costUsd(model, million)).toBeCloseTo(dollars);
});

test('cache and output have prices of their own', () => {
  const usage = {
    inputTokens: 0,
    outputTokens: 1_000_000,
    cacheReadTokens: 1_000_000,
    cacheWriteTokens: 1_000_000,
  };
  expect(costUsd('claude-sonnet-4-5', usage)).toBeCloseTo(15 + 0.3 + 3.75);
});

test.each(['loopback-model', 'claude-opus-9', 'gpt-7', ''])('no price is guessed for %s', (model) => {
  expect(costUsd(model, million)).toBeNull();
});
