import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlainHeaders } from '../../../src/agent/model/plain-headers.ts';

// The names and values that the SDK, a person's ANTHROPIC_CUSTOM_HEADERS and servers come with.
const name = fc.constantFrom(
  'accept',
  'Accept',
  'x-api-key',
  'X-Stainless-Lang',
  'x-stainless-helper',
  'User-Agent',
);
const value = fc.constantFrom('', 'a', ' padded\t', 'a, b', 'text/event-stream; q=0.9', 'x=y');
const step = fc.oneof(
  fc.record({ call: fc.constantFrom('append' as const, 'set' as const), name, value }),
  fc.record({ call: fc.constant('delete' as const), name, value }),
);

it('behaves as the Headers of Node', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), fc.array(step), (given, steps) => {
      const [plain, real] = [new PlainHeaders(given), new Headers(given)];
      for (const { call, ...one } of steps) {
        for (const headers of [plain, real]) {
          if (call === 'delete') headers.delete(one.name);
          else headers[call](one.name, one.value);
        }
      }
      expect([...plain]).toEqual([...real]);
      expect([...plain.entries()]).toEqual([...real.entries()]);
      const again = [...new PlainHeaders(plain)];
      expect(again).toEqual([...new Headers([...real])]);
      for (const each of ['ACCEPT', 'x-api-key', 'not-there']) {
        expect(plain.get(each)).toBe(real.get(each));
        expect(plain.has(each)).toBe(real.has(each));
      }
    }),
  );
});

it('takes what is written as an object, and real Headers', () => {
  const written = { Accept: 'a', 'X-Api-Key': 'k' };
  expect([...new PlainHeaders(written)]).toEqual([...new Headers(written)]);
  expect([...new PlainHeaders(new Headers(written))]).toEqual([...new Headers(written)]);
  expect([...new PlainHeaders()]).toEqual([]);
});
