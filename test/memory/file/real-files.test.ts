import { describe, expect, test } from 'vitest';
import type { Section } from '../../../src/memory/file/memory-file.ts';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import { collectDocuments, specExamples } from './real-documents.ts';
import { decode, faultsOf } from './round-trip.ts';

const WANTED = 1000;
const { real, made } = await collectDocuments(WANTED);
const texts = [...real, ...made].map(({ name, bytes }) => ({ name, bytes, text: decode(bytes) }));
const examples = specExamples();

/** The ways a text may be saved, none of which changes what stands in it. */
const savings: Readonly<Record<string, (text: string) => string>> = {
  'CRLF line ends': (text) => text.replace(/\r\n|\r|\n/g, '\r\n'),
  'CR line ends': (text) => text.replace(/\r\n|\r|\n/g, '\r'),
  'mixed line ends': (text) => {
    let count = 0;
    return text.replace(/\r\n|\r|\n/g, () => ['\n', '\r', '\r\n'][count++ % 3] ?? '\n');
  },
  'a byte order mark': (text) => `\uFEFF${text}`,
  'no final line end': (text) => text.replace(/[\r\n]+$/, ''),
};

const plain = (text: string) => text.replace(/\r\n|\r/g, '\n').trimEnd();

/** Titles with their depth and entries in order, without regard to line ends. */
function shapeOf(text: string): string {
  const shape = (section: Section): unknown => [
    section.depth,
    section.title,
    section.entries.map((entry) => plain(entry.text)),
    section.sections.map(shape),
  ];
  return JSON.stringify(parseMemoryFile(text).sections.map(shape));
}

describe(`${real.length} real Markdown files${made.length === 0 ? '' : ` and ${made.length} made of the specification`}`, () => {
  test(`are at least ${WANTED}`, () => {
    // node_modules alone has about 400, npm another 200: fewer mean that the search is broken.
    expect(real.length).toBeGreaterThan(350);
    expect(texts.length).toBeGreaterThanOrEqual(WANTED);
    expect(texts.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(1_000_000);
  });

  test('are text that is written back byte for byte', () => {
    const changed = texts.filter(({ bytes, text }) => !Buffer.from(text).equals(Buffer.from(bytes)));
    // A file in another encoding cannot be edited as text; that is found out before anything is written.
    const faithful = changed.filter(({ text }) => !text.includes('\uFFFD'));
    expect(faithful.map(({ name }) => name)).toEqual([]);
  });

  test('keep every byte that an edit does not mean', () => {
    const faults = texts.flatMap(({ name, text }) => faultsOf(text).map((fault) => `${name}: ${fault}`));
    expect(faults).toEqual([]);
  });

  test.each(Object.keys(savings))('have the same entries and sections with %s', (saving) => {
    // Each way another fifth of the documents.
    const turn = Object.keys(savings).indexOf(saving);
    const some = texts.filter(({ text }, index) => index % 5 === turn && text.length < 100_000);
    expect(some.length).toBeGreaterThan(WANTED / 6);
    const different = some.filter(({ text }) => {
      const saved = savings[saving]?.(text) ?? text;
      return shapeOf(saved) !== shapeOf(text) || faultsOf(saved).length > 0;
    });
    expect(different.map(({ name }) => name)).toEqual([]);
  });
});

describe(`${examples.length} examples of the CommonMark specification`, () => {
  test('are all there', () => expect(examples.length).toBeGreaterThanOrEqual(650));

  test.each(['as they stand', ...Object.keys(savings)])(
    'keep every byte that an edit does not mean, %s',
    (saving) => {
      const faults = examples.flatMap(({ name, text }) =>
        faultsOf(savings[saving]?.(text) ?? text).map((fault) => `${name}: ${fault}`),
      );
      expect(faults).toEqual([]);
    },
  );
});
