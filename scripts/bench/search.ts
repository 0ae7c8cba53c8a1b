// Search over 100,000 entries in 10,000 memory files, warm, beside a plain scan of the same texts for the same words and
// beside MiniSearch, which would otherwise be our index (docs/decisions/0007).
import MiniSearch from 'minisearch';
import { parseMemoryFile } from '../../src/memory/file/parse-memory-file.ts';
import { Catalog, type CatalogItem } from '../../src/memory/search/catalog.ts';
import { fileGroup } from '../../src/memory/search/hit-group.ts';
import type { BenchResult } from './benches.ts';
import { type Pair, resultOf, round } from './pairs.ts';

const FILES = 10_000;
const ENTRIES = 10;
const WORDS = 25;
const QUESTIONS = 400;
const CHANGES = 11;

export async function measureSearch(): Promise<readonly BenchResult[]> {
  const language = new Language(20_000);
  const files = Array.from({ length: FILES }, (_, number) => language.file(number));
  const catalog = new Catalog();
  await catalog.become(files.map(itemOf));
  const lines = linesOf(files);
  const whole = askAll(catalog, files, lines, language, false);
  const typed = askAll(catalog, files, lines, language, true);
  return [
    atPercentile('search: p95', whole, 0.95),
    atPercentile('search: p95 as you type', typed, 0.95),
    resultOf('search: median', SCAN, whole),
    besideMiniSearch(catalog, lines, language),
    resultOf(
      'search: one file of 10,000 changed, until it is found',
      SCAN,
      await changeAndAsk(catalog, files),
    ),
  ];
}

const SCAN = 'scan of the same texts';

interface BenchFile {
  readonly path: string;
  readonly text: string;
}

/** Its results are made, not only counted: that is what it takes its time for. */
function besideMiniSearch(catalog: Catalog, lines: readonly string[], language: Language): BenchResult {
  const other = new MiniSearch({ fields: ['text'] });
  other.addAll(lines.map((text, id) => ({ id, text })));
  const pairs = Array.from({ length: QUESTIONS }, (_, number): Pair => {
    const words = (lines[language.below(lines.length)] ?? '').split(' ').filter((word) => word.length > 1);
    const question = words.slice(0, 1 + (number % 4)).join(' ');
    return { value: elapsed(() => catalog.search(question)), beside: elapsed(() => other.search(question)) };
  });
  return atPercentile('search: p95 beside the p95 of MiniSearch', pairs, 0.95, 0.95);
}

/** Questions are words of a text that is there, one to four of them; `prefix` cuts the last one short. */
function askAll(
  catalog: Catalog,
  files: readonly BenchFile[],
  lines: readonly string[],
  language: Language,
  prefix: boolean,
): readonly Pair[] {
  const questions = Array.from({ length: QUESTIONS + 40 }, (_, number) => {
    const { text } = files[language.below(FILES)] ?? { text: '' };
    const words = text.split(/\s+/).filter((word) => word.length > 1);
    const asked = Array.from({ length: 1 + (number % 4) }, () => words[language.below(words.length)]).join(
      ' ',
    );
    return prefix ? asked.slice(0, Math.max(2, asked.length - 1 - (number % 3))) : asked;
  });
  const pairs = questions.map((question) => ({
    value: elapsed(() => catalog.search(question, { prefix })),
    beside: elapsed(() => scan(lines, question)),
  }));
  // The first ones are read by an interpreter that is not warm yet.
  return pairs.slice(-QUESTIONS);
}

async function changeAndAsk(catalog: Catalog, files: readonly BenchFile[]): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const word = `freshly${change}`;
    const changed = files.map((file, index) =>
      index === change ? { ...file, text: `${file.text}- ${word} added\n` } : file,
    );
    const items = changed.map(itemOf);
    const start = performance.now();
    await catalog.become(items);
    if (catalog.search(word).length !== 1) throw new Error('What was just written is not found.');
    const value = performance.now() - start;
    const lines = linesOf(changed);
    pairs.push({ value, beside: elapsed(() => scan(lines, word)) });
  }
  return pairs;
}

function itemOf({ path, text }: BenchFile): CatalogItem {
  const file = { path, scope: 'folder', state: 'on-demand' } as const;
  return { id: path, stamp: '', text, group: () => fileGroup(file, path, parseMemoryFile(text)) };
}

function linesOf(files: readonly BenchFile[]): readonly string[] {
  return files.flatMap(({ text }) => text.toLowerCase().split('\n'));
}

/** What a search without an index does: looks at every line of every file. They are in memory and folded already. */
function scan(lines: readonly string[], question: string): number {
  const words = question.toLowerCase().split(/\s+/);
  return lines.reduce((found, line) => (words.every((word) => line.includes(word)) ? found + 1 : found), 0);
}

function atPercentile(name: string, pairs: readonly Pair[], part: number, besidePart = 0.5): BenchResult {
  const value = percentile(
    pairs.map((pair) => pair.value),
    part,
  );
  const beside = percentile(
    pairs.map((pair) => pair.beside),
    besidePart,
  );
  const other = besidePart === 0.5 ? SCAN : 'MiniSearch';
  return {
    name,
    unit: 'ms',
    value: round(value),
    beside: { name: other, value: round(beside) },
    ratio: round(value / beside),
  };
}

function percentile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}

function elapsed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Words that are as unevenly used as those of a real language without its stop words; the same on every run. */
class Language {
  readonly #words: readonly string[];
  readonly #reached: readonly number[];
  #state = 7;

  constructor(size: number) {
    const parts = [
      'ka',
      'to',
      'mi',
      're',
      'sun',
      'no',
      'la',
      've',
      'dir',
      'po',
      'ge',
      'fu',
      'ra',
      'shi',
      'ben',
      'tor',
    ];
    this.#words = Array.from({ length: size }, (_, rank) => {
      let word = '';
      // Scattered, so that the words that begin alike are not the ones used alike.
      for (let rest = ((rank + 1) * 7919) % 1_048_576; rest > 0; rest = rest >> 4) word += parts[rest & 15];
      return word;
    });
    let sum = 0;
    this.#reached = this.#words.map((_, rank) => {
      sum += 1 / (rank + 50);
      return sum;
    });
  }

  file(number: number): BenchFile {
    const entries = Array.from({ length: ENTRIES }, () => `- ${this.#line()}`);
    return {
      path: `packages/${this.#word()}/${number}/CLAUDE.md`,
      text: `# ${this.#word()}\n\n${entries.join('\n')}\n`,
    };
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #line(): string {
    return Array.from({ length: WORDS }, () => this.#word()).join(' ');
  }

  #word(): string {
    const at = this.#random() * (this.#reached.at(-1) ?? 0);
    let low = 0;
    let high = this.#reached.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#reached[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return this.#words[low] ?? '';
  }

  #random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 4_294_967_296;
  }
}
