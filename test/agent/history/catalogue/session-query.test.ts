import { describe, expect, it } from 'vitest';
import { readSessionQuery } from '../../../../src/agent/history/catalogue/session-query.ts';
import { timeSince } from '../../../../src/agent/history/catalogue/since.ts';
import { DAY, NOW } from './catalogue-place.ts';

const read = (text: string) => readSessionQuery(text, NOW);
const words = (text: string) =>
  read(text).terms.map((term) => (term.isBeginning ? `${term.text}*` : term.text));

describe('what a person types', () => {
  it('is words and phrases, the last word open while it is being typed', () => {
    expect(words('fix the "token parser" soon')).toEqual(['fix', 'the', 'token parser', 'soon*']);
    expect(words('parser ')).toEqual(['parser']);
    expect(words('a "token pars')).toEqual(['a', 'token pars']);
    expect(words('in a')).toEqual(['in', 'a']);
    expect(words('same same')).toEqual(['same']);
  });

  it('holds filters', () => {
    const { terms, filter, problems } = read(
      'tool:codex branch:main file:src/a.ts state:interrupted since:7d tool:pi branch:"a b" crash ',
    );
    expect(problems).toEqual([]);
    expect(terms.map(({ text }) => text)).toEqual(['crash']);
    expect(filter).toEqual({
      tools: ['codex', 'pi'],
      branches: ['main', 'a b'],
      files: ['src/a.ts'],
      states: ['interrupted'],
      since: NOW - 7 * DAY,
    });
  });

  it('says what of it is not understood', () => {
    const { filter, problems } = read('tool:emacs state:sleeping since:soon x');
    expect(filter).toEqual({});
    expect(problems).toEqual([
      expect.stringContaining('tool: is one of varve, claude-code'),
      expect.stringContaining('not "sleeping"'),
      expect.stringContaining('not "soon"'),
    ]);
  });

  it('may hold addresses, marks and anything else as words', () => {
    expect(words('http://host:80/x ')).toEqual(['http://host:80/x']);
    expect(words('note:"two words" ')).toEqual(['note', 'two words']);
    expect(words('-- "" !? * AND')).toEqual(['AND*']);
    expect(words('a\0b\nc ')).toEqual(['a', 'b', 'c']);
    expect(read('x '.repeat(9_000)).terms).toHaveLength(1);
    expect(read(Array.from({ length: 99 }, (_, at) => `w${at}`).join(' ')).terms).toHaveLength(16);
  });
});

it('a day begins here, an age counts back, anything else is no time', () => {
  expect(timeSince('2026-11-01', NOW)).toBe(new Date(2026, 10, 1).getTime());
  expect(timeSince('12h', NOW)).toBe(NOW - DAY / 2);
  expect(timeSince('2w', NOW)).toBe(NOW - 14 * DAY);
  expect(timeSince('2026-11-01T10:00:00Z', NOW)).toBe(Date.parse('2026-11-01T10:00:00Z'));
  for (const text of ['', '2026-02-31', '2026-13-01', 'yesterday', '7', '1e9', '2026-11-01Tx'])
    expect({ text, time: timeSince(text, NOW) }).toEqual({ text, time: undefined });
});
