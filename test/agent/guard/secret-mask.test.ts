import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMask, createMaskedStream, secretsOf } from '../../../src/agent/guard/secret-mask.ts';

const own = 'run-key-9f2c81d07b';
const mask = createMask([own]);
const letters = fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789');
const run = (count: number) => fc.string({ unit: letters, minLength: count, maxLength: count });

const secret = fc.oneof(
  fc.constant(own),
  run(36).map((text) => `ghp_${text}`),
  run(40).map((text) => `sk-ant-api03-${text}`),
  run(36).map((text) => `npm_${text}`),
  run(64).map((text) => `-----BEGIN RSA PRIVATE KEY-----\n${text}\n${text}\n-----END RSA PRIVATE KEY-----\n`),
);
const around = fc.string({ unit: fc.constantFrom(' ', '\n', 'a', 'word ', '\r\n', '=', '"'), maxLength: 40 });

/** The parts of a secret that would be of use: its lines, but for those of its frame. */
const useful = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));

describe('a mask', () => {
  test('takes out every secret wherever it stands', () => {
    fc.assert(
      fc.property(around, secret, around, (before, value, after) => {
        const masked = mask(`${before} ${value}\n${after}`);
        for (const part of useful(value)) expect(masked).not.toContain(part);
        expect(masked).toContain('[redacted ');
      }),
      { numRuns: 500 },
    );
  });

  test('holds however the text is cut into pieces, and loses nothing else', () => {
    const cuts = fc.array(fc.nat(200), { maxLength: 8 });
    fc.assert(
      fc.property(around, secret, around, cuts, (before, value, after, places) => {
        const text = `${before} ${value}\n${after}`;
        const stream = createMaskedStream(mask);
        let shown = '';
        let from = 0;
        for (const to of [...places, text.length].sort((a, b) => a - b)) {
          shown += stream.add(text.slice(from, Math.max(from, to)));
          from = Math.max(from, to);
        }
        shown += stream.end();
        for (const part of useful(value)) expect(shown).not.toContain(part);
        expect(shown).toBe(mask(text));
      }),
      { numRuns: 500 },
    );
  });

  test('a line without end is let through before it fills the memory', () => {
    const stream = createMaskedStream(mask);
    let shown = '';
    for (let count = 0; count < 200; count += 1) shown += stream.add('x'.repeat(500));
    expect(shown.length).toBeGreaterThan(80_000);
    expect(shown.length + stream.end().length).toBe(100_000);
  });

  test('leaves what is no secret as it is', () => {
    const text = 'const token = process.env.TOKEN;\nexport const password = "changeme";\n';
    expect(mask(text)).toBe(text);
  });
});

test('what an environment holds is known by its names', () => {
  const found = secretsOf({
    ANTHROPIC_API_KEY: 'short-key',
    DB_PASSWORD: 'correct-horse-battery',
    GITHUB_TOKEN: 'a-token-of-some-length',
    SSH_AUTH_SOCK: '/run/user/1000/ssh',
    PATH: '/usr/bin:/bin:/usr/local/bin',
    KEYBOARD_LAYOUT: 'something quite long',
    EMPTY_TOKEN: '',
    API_TOKEN: 'short',
  });
  expect(found).toEqual(['short-key', 'correct-horse-battery', 'a-token-of-some-length']);
});
