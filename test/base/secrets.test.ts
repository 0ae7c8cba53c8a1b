import { describe, expect, it } from 'vitest';
import { findSecrets, firstSecretLine, redact } from '../../src/base/secrets.ts';

// Written in pieces, so that no scanner takes this file for a leak.
const join = (...parts: readonly string[]): string => parts.join('');
const mixed = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY';

const secrets: readonly (readonly [kind: string, text: string])[] = [
  ['gitlab-token', join('gl', 'rt-', mixed.slice(0, 24))],
  ['gitlab-token', join('GR1348', '941', mixed.slice(0, 24))],
  ['slack-token', join('xa', 'pp-1-A0', mixed)],
  ['discord-webhook', join('discord.com/api/', 'webhooks/123456789012345678/', mixed, mixed)],
  ['stripe-key', join('wh', 'sec_', mixed)],
  ['google-oauth-token', join('ya', '29.', mixed, mixed)],
  ['pypi-token', join('pypi-', 'AgENdGVzdC5weXBpLm9yZw', mixed, mixed)],
  ['docker-token', join('dck', 'r_pat_', mixed)],
  ['digitalocean-token', join('do', 'p_v1_', '0123456789abcdef'.repeat(4))],
  ['databricks-token', join('da', 'pi', '0123456789abcdef'.repeat(2))],
  ['sendgrid-key', join('S', 'G.', mixed.slice(0, 22), '.', mixed, mixed.slice(0, 11))],
  ['shopify-token', join('shp', 'at_', '0123456789abcdef'.repeat(2))],
  ['vault-token', join('hv', 's.', mixed)],
  ['telegram-token', join('1234567890', ':AA', mixed, 'z')],
  ['age-key', join('AGE-SECRET', '-KEY-1', 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58))],
  ['azure-client-secret', join('abc8', 'Q~', mixed, 'x')],
];

const held: readonly (readonly [kind: string, text: string, secret: string])[] = [
  ['azure-key', 'AccountName=harbor;AccountKey=', `${mixed}${mixed}${mixed.slice(0, 22)}==`],
  ['azure-key', 'Endpoint=sb://harbor/;SharedAccessKey=', `${mixed}${mixed.slice(0, 11)}=`],
  [
    'azure-shared-signature',
    'https://x.blob.core.windows.net/a?sv=2022&sig=',
    `${mixed}${mixed.slice(0, 11)}%3D`,
  ],
  ['connection-password', 'Server=db.example.org;Port=1433;User Id=sa;Password=', 'Tr0ub4dor&3'],
  ['connection-password', 'Host=db; Pwd=', 'correct-horse'],
  ['url-password', 'redis://:', 'h4rb0r-light@cache:6379'.split('@')[0] ?? ''],
  ['authorization-header', 'Authorization: Bearer ', `${mixed}.${mixed}`],
  ['assigned-secret', 'AZURE_ACCOUNT_KEY: ', mixed],
  ['assigned-secret', 'passphrase = "', mixed.slice(0, 14)],
];

describe('formats of makers', () => {
  it.each(secrets)('%s', (kind, secret) => {
    const text = `use ${secret} here`;
    expect(findSecrets(text)).toEqual([{ kind, start: 4, end: 4 + secret.length }]);
    expect(redact(text)).toBe(`use [redacted ${kind}] here`);
  });
});

describe('values beside a name', () => {
  it.each(held)('%s in %s', (kind, before, secret) => {
    const tail = kind === 'url-password' ? '@cache:6379' : '\n';
    expect(redact(`${before}${secret}${tail}`)).toBe(`${before}[redacted ${kind}]${tail}`);
  });
});

describe('what is none', () => {
  it.each([
    'postgres://user:password@localhost/db',
    'https://USERNAME:YOUR_PASSWORD@example.org',
    join('amqp://guest:$', '{RABBIT_PASS}@mq'),
    'Server=db;User Id=sa;Password=<password>;',
    'Server=db;User Id=sa;Password=your_password;',
    'Authorization: Bearer YOUR_ACCESS_TOKEN_GOES_HERE',
    'Authorization: token abcdefghijklmnopqrstuv',
    join('AKIA', 'IOSFODNN7EXAMPLE'),
    join('-----BEGIN ', 'PRIVATE KEY----- ... -----END ', 'PRIVATE KEY-----'),
    'const credential: OAuth2TokenCredential = make();',
    'submitPassword: SIGN_IN_V2_SUBMIT_PASSWORD,',
    'token: config.auth?.token2value ?? undefined',
    'https://example.org/watch?sig=short',
    'The vault is hvs, the key is sk_test and the token is ya29.',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

it('tells the line of a secret and never the secret', () => {
  const text = `one\ntwo\nthe token is ${join('gh', 'p_', mixed, 'abcd')}\n`;
  expect(firstSecretLine(text)).toEqual({ kind: 'github-token', line: 3 });
  expect(firstSecretLine('nothing')).toBeUndefined();
});

// What is not linear runs into the time limit of the test.
it.each([
  'Server=a;',
  'Password=',
  'x://:',
  'eyJ',
  'Authorization: Bearer ',
  'AQ~8',
  '&sig=',
  'tokenA=Ab',
  'A1',
])('ends on a line of many %s', (seed) => {
  expect(findSecrets(`token=${seed.repeat(40_000)}`).length).toBeGreaterThanOrEqual(0);
});
