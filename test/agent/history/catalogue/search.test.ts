import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionCatalogue } from '../../../../src/agent/history/catalogue/catalogue.ts';
import { ftsTerm } from '../../../../src/agent/history/catalogue/fts-expression.ts';
import type { CatalogueSurroundings } from '../../../../src/agent/history/catalogue/open-catalogue.ts';
import { type CataloguePlace, makeCataloguePlace, must, type SessionText } from './catalogue-place.ts';

async function filled(
  sessions: Readonly<Record<string, SessionText>>,
  change: Partial<CatalogueSurroundings> = {},
): Promise<{ readonly place: CataloguePlace; readonly catalogue: SessionCatalogue }> {
  const place = await makeCataloguePlace();
  for (const [id, session] of Object.entries(sessions)) await place.write(id, session);
  const catalogue = await place.open(change);
  must(await catalogue.refresh());
  return { place, catalogue };
}

async function ids(catalogue: SessionCatalogue, query: string): Promise<readonly string[]> {
  return must(await catalogue.search({ query, limit: 50 })).hits.map(({ session }) => session.id);
}

async function excerpts(catalogue: SessionCatalogue, query: string): Promise<readonly string[]> {
  const { hits } = must(await catalogue.search({ query, limit: 50 }));
  const asked = hits.map(({ session: { key }, entries }) => ({
    key,
    entries: entries.map(({ entry }) => entry),
  }));
  const read = must(await catalogue.excerpts({ query, hits: asked }));
  return read.flatMap((one) =>
    one.excerpts.map(({ kind, text, matches }) => {
      const marked = matches.map(({ start, end }) => text.slice(start, end));
      return `${kind}: ${text} [${marked.join(', ')}]`;
    }),
  );
}

const sessions: Readonly<Record<string, SessionText>> = {
  parser: {
    turns: [
      ['Why does the token parser hang?', 'It waits for a brace. See the Überprüfung of 日本語テスト.'],
      ['Mend it', 'The lookahead is bounded now.'],
    ],
    commands: ['npm test -- parser'],
    edits: ['/home/user/demo/src/token-parser.ts'],
    age: 3,
  },
  gate: {
    turns: [['Paint the gate', 'Green, as the parser of colours says.']],
    title: 'Garden work',
    branch: 'garden',
    age: 2,
  },
  empty: { title: 'Only a title about lighthouses', age: 1 },
  apart: {
    turns: [
      ['Start with the lighthouse', 'Done.'],
      ['Now to the parser', 'Done as well.'],
    ],
    interrupted: true,
    cwd: '/home/user/other',
    age: 40,
  },
};

/** The same questions to the index, and to the sessions themselves where there is no SQLite. */
for (const [how, change] of [
  ['the index', {}],
  ['the sessions themselves', { sqlite: undefined }],
] as const) {
  describe(`a search of ${how}`, () => {
    it('finds words, phrases, beginnings, commands, paths and titles', async () => {
      const { catalogue } = await filled(sessions, change);
      const found = async (query: string) => (await ids(catalogue, query)).toSorted();
      expect(await found('parser ')).toEqual(['apart', 'gate', 'parser']);
      expect(await found('token parser ')).toEqual(['parser']);
      expect(await found('parser token ')).toEqual(['parser']);
      expect(await found('"parser token" ')).toEqual([]);
      expect(await found('"token parser"')).toEqual(['parser']);
      expect(await found('lookah')).toEqual(['parser']);
      expect(await found('lookah ')).toEqual([]);
      expect(await found('src/token-parser.ts')).toEqual(['parser']);
      expect(await found('"npm test" ')).toEqual(['parser']);
      expect(await found('garden ')).toEqual(['gate']);
      expect(await found('lighthouses ')).toEqual(['empty']);
      expect(await found('PARSER UBERPRUFUNG ')).toEqual(['parser']);
      expect(await found('日本')).toEqual(['parser']);
      expect(await found('本日')).toEqual([]);
      expect(await found('nothing-like-it')).toEqual([]);
    });

    it('obeys its filters', async () => {
      const { catalogue } = await filled(sessions, change);
      expect(await ids(catalogue, 'parser branch:garden ')).toEqual(['gate']);
      expect(await ids(catalogue, 'parser state:interrupted')).toEqual(['apart']);
      expect(await ids(catalogue, 'parser file:src/token-parser.ts ')).toEqual(['parser']);
      expect(await ids(catalogue, 'parser since:10d ')).toEqual(expect.not.arrayContaining(['apart']));
      expect(await ids(catalogue, 'parser tool:codex ')).toEqual([]);
      expect(await ids(catalogue, 'branch:garden')).toEqual(['gate']);
      const places = { directories: ['/home/user/other'], ignoreCase: false };
      const narrowed = must(await catalogue.search({ query: 'parser ', filter: { places }, limit: 9 }));
      expect(narrowed.hits.map(({ session }) => session.id)).toEqual(['apart']);
      const told = must(await catalogue.search({ query: 'parser state:tired ', limit: 9 }));
      expect(told.notes[0]).toContain('not "tired"');
    });

    it('shows what answers, read again from the session', async () => {
      const { catalogue } = await filled(sessions, change);
      expect(await excerpts(catalogue, 'brace ')).toEqual([
        'answer: It waits for a brace. See the Überprüfung of 日本語テスト. [brace]',
      ]);
      expect(await excerpts(catalogue, '"npm test" ')).toEqual(['call: npm test -- parser [npm, test]']);
      expect(await excerpts(catalogue, 'lighthouses ')).toEqual([]);
    });
  });
}

describe('the index', () => {
  it('finds words that were said in one session apart, after those said together', async () => {
    const { catalogue } = await filled({
      ...sessions,
      together: { turns: [['The parser in the lighthouse', 'Yes.']], age: 90 },
    });
    expect(await ids(catalogue, 'lighthouse parser ')).toEqual(['together', 'apart']);
    expect(await ids(catalogue, 'lighthouse parser brace ')).toEqual([]);
    expect((await excerpts(catalogue, 'lighthouse parser ')).slice(1)).toEqual([
      'prompt: Start with the lighthouse [lighthouse]',
      'prompt: Now to the parser [parser]',
    ]);
  });

  it('puts first what is asked for in a prompt, and of two alike the newer', async () => {
    const filler = 'It is about many other things that have nothing to do with it at all.';
    const { catalogue } = await filled({
      answer: { turns: [[filler, 'Draw a zebra']], age: 1 },
      prompt: { turns: [['Draw a zebra', filler]], age: 20 },
      shorter: { turns: [['Draw an okapi', 'Yes']], age: 200 },
      newer: { turns: [['Draw an okapi', 'Yes, it is done']], age: 1 },
    });
    expect(await ids(catalogue, 'zebra ')).toEqual(['prompt', 'answer']);
    expect(await ids(catalogue, 'okapi ')).toEqual(['newer', 'shorter']);
  });

  it('takes any text for what it is: words', async () => {
    const { catalogue } = await filled({ one: { turns: [['NEAR and OR title', 'prompt : a* ^b']] } });
    for (const query of [
      'NEAR(a b)',
      'title:near',
      'a OR b',
      'a NOT b',
      '^near',
      'near*',
      '"',
      '""',
      "'; DROP TABLE",
      'a"b',
      '{a b}:c',
      '-title',
      'NEAR',
    ])
      expect(await catalogue.search({ query, limit: 5 })).toMatchObject({ ok: true, value: { notes: [] } });
    expect(await ids(catalogue, 'a OR nothing')).toEqual([]);
    expect(ftsTerm({ text: 'a" OR "b\0c', isBeginning: true })).toBe('"a"" OR ""b c"*');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (query) => {
        const answer = await catalogue.search({ query, limit: 5 });
        const notes = answer.ok ? answer.value.notes.filter((note) => note.includes('no index')) : ['failed'];
        expect({ query, notes }).toEqual({ query, notes: [] });
      }),
      { numRuns: 50 },
    );
  });

  it('forgets what a session said before it changed', async () => {
    const { place, catalogue } = await filled({ one: { turns: [['About hedgehogs', 'Yes.']], age: 2 } });
    await place.write('one', { turns: [['About badgers', 'Yes.']], age: 1 });
    must(await catalogue.refresh());
    expect(await ids(catalogue, 'hedgehogs ')).toEqual([]);
    expect(await ids(catalogue, 'badgers ')).toEqual(['one']);
  });

  it('finds the turn in a long session', async () => {
    const turns = Array.from({ length: 400 }, (_, at): readonly [string, string] => [
      `Question ${at}`,
      'word '.repeat(90),
    ]);
    const { catalogue } = await filled({ long: { turns: turns.with(311, ['The needle', 'is here']) } });
    expect(await excerpts(catalogue, 'needle here ')).toEqual(['prompt: The needle [needle]']);
  });

  it('shows nothing hidden in what it read', async () => {
    const { catalogue } = await filled({ one: { turns: [['Look \u001b[31m at \u202eevil', 'ok']] } });
    expect(await excerpts(catalogue, 'evil ')).toEqual([
      expect.stringContaining('‹U+001B›[31m at ‹U+202E›evil'),
    ]);
  });
});

describe('without an index', () => {
  it('says so, tells how far it is, and stops', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `s${at}`,
        { turns: [[`Task ${at}`, 'Done.']] as const, age: at },
      ]),
    );
    const { catalogue, place } = await filled(many, { sqlite: undefined });
    const steps: number[] = [];
    catalogue.onProgress(({ done }) => steps.push(done));
    const all = must(await catalogue.search({ query: 'task ', limit: 100 }));
    expect(all.hits).toHaveLength(60);
    expect(all.notes).toEqual(['There is no index of sessions here: 60 of them were looked through.']);
    expect(steps).toEqual([20, 40, 60]);
    const few = must(await catalogue.search({ query: 'task ', limit: 3 }));
    expect(few.hits.map(({ session }) => session.id)).toEqual(['s0', 's1', 's2']);
    const stop = new AbortController();
    catalogue.onProgress(() => stop.abort());
    const before = place.reads.length;
    expect(await catalogue.search({ query: 'nowhere ', limit: 3 }, stop.signal)).toMatchObject({
      ok: false,
      error: { kind: 'cancelled' },
    });
    expect(place.reads.length - before).toBe(20);
  });
});
