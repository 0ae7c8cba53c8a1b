import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gitignoreMatcher, matchGlob } from '../../src/base/glob.ts';
import { sha256 } from '../../src/base/hash.ts';
import { createUlid, createUuidV7, ulidFrom } from '../../src/base/ids.ts';
import { findSecrets, redact } from '../../src/base/secrets.ts';
import { diffLines, threeWayMerge, unifiedDiff } from '../../src/base/text-diff.ts';
import { estimateTokens } from '../../src/base/tokens.ts';

describe('ids', () => {
  it('are the same for the same time and seed, and sort by time', () => {
    const seed = Buffer.from(sha256('seed'), 'hex');
    expect(ulidFrom(1_469_918_176_385, Buffer.alloc(10))).toBe('01ARYZ6S410000000000000000');
    expect(ulidFrom(1_795_000_000_000, seed)).toBe(ulidFrom(1_795_000_000_000, seed));
    expect(createUlid(1) < createUlid(2)).toBe(true);
    expect(createUlid(1)).not.toBe(createUlid(1));
    expect(() => ulidFrom(1, Buffer.alloc(9))).toThrow(RangeError);
  });

  it('of version 7 are as RFC 9562 says', () => {
    const uuid = createUuidV7(1_645_557_742_000, Buffer.from('ffffffffffffffffffff', 'hex'));
    expect(uuid).toBe('017f22e2-79b0-7fff-bfff-ffffffffffff');
  });
});

describe('a three-way merge', () => {
  it('has what both sides did', () => {
    expect(threeWayMerge('a\nb\nc\n', 'A\nb\nc\n', 'a\nb\nC\n')).toEqual({ ok: true, value: 'A\nb\nC\n' });
    expect(threeWayMerge('a\nb\n', 'a\nb\nours\n', 'a\n')).toEqual({ ok: true, value: 'a\nours\n' });
    expect(threeWayMerge('a\nb', 'a\nb\nc', 'x\nb')).toEqual({ ok: true, value: 'x\nb\nc' });
    expect(threeWayMerge('a\nb\nc\n', 'a\nX\nc\n', 'a\nX\nc\nd\n')).toEqual({
      ok: true,
      value: 'a\nX\nc\nd\n',
    });
  });

  it('asks where both changed the same lines', () => {
    expect(threeWayMerge('a\nb\nc\n', 'a\nX\nc\n', 'a\nY\nc\n')).toMatchObject({
      error: { kind: 'conflict', conflicts: 1 },
    });
    expect(threeWayMerge('a\n', 'a\nx\n', 'a\ny\n')).toMatchObject({ ok: false });
    expect(threeWayMerge('a\nb\nc\n', 'a\nc\n', 'a\nB\nc\n')).toMatchObject({ ok: false });
  });

  it('takes the only side that changed, whatever it is', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '\n', '\r\n')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (base, side) => {
        expect(threeWayMerge(base, side, base)).toEqual({ ok: true, value: side });
        expect(threeWayMerge(base, base, side)).toEqual({ ok: true, value: side });
        expect(threeWayMerge(base, side, side)).toEqual({ ok: true, value: side });
      }),
    );
  });

  it('keeps lines that only one side has', () => {
    const lines = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat(), (numbers, first, second) => {
        const base = numbers.map((number) => `${number}\n`);
        const insert = (at: number, line: string) => [...base.slice(0, at), line, ...base.slice(at)].join('');
        const [one, other] = [first % (base.length + 1), second % (base.length + 1)];
        const merged = threeWayMerge(base.join(''), insert(one, 'ours\n'), insert(other, 'theirs\n'));
        expect(merged.ok).toBe(one !== other);
        if (!merged.ok) return;
        const withoutBoth = merged.value.replace('ours\n', '').replace('theirs\n', '');
        expect(withoutBoth).toBe(base.join(''));
      }),
    );
  });
});

describe('a diff', () => {
  it('is a patch that git reads, and nothing where nothing differs', () => {
    const before = 'a\nb\nc\n';
    expect(unifiedDiff('x/y.md', before, before)).toBe('');
    expect(unifiedDiff('x/y.md', before, 'a\nB\nc\n')).toBe(
      '--- a/x/y.md\n+++ b/x/y.md\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n',
    );
  });

  it('has every line of both texts', () => {
    const lines = diffLines('a\nb\n', 'b\nc');
    expect(lines).toEqual([
      { kind: 'removed', text: 'a\n' },
      { kind: 'same', text: 'b\n' },
      { kind: 'added', text: 'c' },
    ]);
  });
});

describe('globs', () => {
  it('match paths, dots included, and take back', () => {
    expect(matchGlob('**/*.md', '.claude/rules/a.md')).toBe(true);
    expect(matchGlob('*.md', 'a/b.md')).toBe(false);
    expect(matchGlob(['src/**', '!src/generated/**'], 'src/generated/x.ts')).toBe(false);
    expect(matchGlob('*.MD', 'a.md', { ignoreCase: true })).toBe(true);
    expect(matchGlob('*', '.env', { dot: false })).toBe(false);
    expect(matchGlob(`${'a'.repeat(70_000)}*`, 'a')).toBe(false);
  });

  it('ignore as git does', () => {
    const isIgnored = gitignoreMatcher('node_modules/\n*.log\n!keep.log\n# comment\n');
    expect(['node_modules/x.js', 'a/b.log', 'keep.log', 'src/a.ts', '../a.log', ''].map(isIgnored)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

// Put together here so that no scanner takes this file for a leak.
const join = (...parts: string[]) => parts.join('');
const BODY = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2eF4hJ6';
const SECRETS: readonly (readonly [string, string])[] = [
  ['anthropic-key', join('sk-', 'ant-api03-', BODY)],
  ['openai-key', join('sk-', 'proj-', BODY)],
  ['github-token', join('gh', 'p_', BODY)],
  ['aws-access-key', join('AK', 'IAIOSFODNN7EXAMPLZ')],
  ['google-api-key', join('AI', 'za', BODY.slice(0, 35))],
  ['slack-token', join('xo', 'xb-123456789012-', BODY)],
  ['stripe-key', join('sk_', 'live_', BODY)],
  ['npm-token', join('np', 'm_', BODY)],
  ['json-web-token', join('ey', 'JhbGciOiJIUzI1NiJ9.', 'ey', 'JzdWIiOiIxMjM0NTY3ODkwIn0.', BODY)],
  ['private-key', join('-----BEGIN RSA ', 'PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----')],
];

describe('secrets', () => {
  it.each(SECRETS)('of kind %s are found in a sentence and taken out', (kind, secret) => {
    const text = `Use "${secret}" here, please.`;
    expect(findSecrets(text)).toEqual([{ kind, start: 5, end: 5 + secret.length }]);
    expect(redact(text)).toBe(`Use "[redacted ${kind}]" here, please.`);
  });

  it('assigned to a telling name are found, the name stays', () => {
    expect(redact(`DB_PASSWORD=${BODY}\n`)).toBe('DB_PASSWORD=[redacted assigned-secret]\n');
    expect(redact(`{"apiKey": "${BODY}"}`)).toBe('{"apiKey": "[redacted assigned-secret]"}');
    expect(redact(`postgres://ada:${BODY}@localhost/db`)).toBe(
      'postgres://ada:[redacted url-password]@localhost/db',
    );
  });

  it('are not seen in ordinary text and code', () => {
    const innocent = [
      'const token = process.env.GITHUB_TOKEN;',
      'password: your-password-here1',
      'token: string = await readToken1(path)',
      'The secret: a good analyser beats embeddings.',
      'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      'tokens = estimateTokens(text123456789)',
      ['secret=$', '{{ secrets.NPM_TOKEN }}'].join(''),
      'varve_id: 01ARYZ6S410000000000000000',
    ];
    expect(innocent.map((line) => redact(line))).toEqual(innocent);
  });

  it('that are cut off are still taken out', () => {
    expect(redact(join('x -----BEGIN ', 'PRIVATE KEY-----\nMIIE'))).toBe('x [redacted private-key]');
  });

  it('are looked for in linear time', () => {
    const evil = [
      'eyJ'.repeat(40_000),
      'password='.repeat(20_000),
      `a://${':'.repeat(90_000)}`,
      '-----BEGIN '.repeat(10_000),
      `${join('-----BEGIN ', 'PRIVATE KEY-----')}`.repeat(5_000),
    ];
    for (const text of evil) expect(findSecrets(text).length).toBeGreaterThanOrEqual(0);
  });
});

describe('the estimate of tokens', () => {
  it('grows with the bytes and counts ideographs one by one', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens('x'.repeat(330))).toBe(100);
    expect(estimateTokens('記憶'.repeat(50))).toBe(111);
  });
});
