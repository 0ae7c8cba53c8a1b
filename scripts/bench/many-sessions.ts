// Sessions of the shape that Claude Code writes, as many and as large as asked for: most of the bytes are what tools
// answered, the rest are prompts, answers, commands and paths. The same number gives the same words.
import { createWriteStream } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

export interface ManySessions {
  readonly sessions: number;
  readonly bytes: number;
}

const PROJECTS = 40;
/** The last of them was changed now, the first three years ago. */
const SPAN_MS = 3 * 365 * 24 * 60 * 60 * 1000;

/** Writes them below `directory`, streamed. Sizes are uneven as real ones are: many small, a few large. */
export async function makeManySessions(
  directory: string,
  sessions: number,
  bytes: number,
): Promise<ManySessions> {
  const language = new Language();
  const shares = Array.from({ length: sessions }, () => -Math.log(1 - language.random() * 0.999));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const now = Date.now();
  let written = 0;
  for (let project = 0; project < PROJECTS; project += 1)
    await mkdir(join(directory, `-home-user-project${project}`), { recursive: true });
  for (let number = 0; number < sessions; number += 1) {
    const modified = new Date(now - SPAN_MS * (1 - (number + 1) / sessions));
    const path = join(directory, `-home-user-project${number % PROJECTS}`, `${sessionName(number)}.jsonl`);
    written += await writeSession(path, language, {
      number,
      modified,
      bytes: (bytes * (shares[number] ?? 0)) / all,
    });
    await utimes(path, modified, modified);
  }
  return { sessions, bytes: written };
}

function sessionName(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** One more that is changed now; `word` stands in its first prompt. */
export async function addSession(
  directory: string,
  number: number,
  bytes: number,
  word: string,
): Promise<void> {
  const path = join(directory, '-home-user-project0', `${sessionName(number)}.jsonl`);
  await writeSession(path, new Language(), { number, modified: new Date(), bytes, word });
}

interface Wanted {
  readonly number: number;
  readonly modified: Date;
  readonly bytes: number;
  readonly word?: string;
}

async function writeSession(path: string, language: Language, wanted: Wanted): Promise<number> {
  const stream = createWriteStream(path);
  const lines = sessionLines(language, wanted);
  let written = 0;
  for (const line of lines) {
    const text = `${JSON.stringify(line)}\n`;
    written += text.length;
    stream.write(text);
  }
  stream.end();
  await finished(stream);
  return written;
}

function* sessionLines(
  language: Language,
  { number, modified, bytes, word = '' }: Wanted,
): Generator<object> {
  const cwd = `/home/user/project${number % PROJECTS}`;
  let ordinal = 0;
  let units = 0;
  const said = (type: string, message: object, more: object = {}): object => {
    ordinal += 1;
    return {
      parentUuid: `${number}-${ordinal - 1}`,
      isSidechain: false,
      userType: 'external',
      cwd,
      sessionId: sessionName(number),
      version: '2.1.330',
      gitBranch: number % 3 === 0 ? 'main' : `topic-${number % 50}`,
      type,
      message,
      uuid: `${number}-${ordinal}`,
      timestamp: modified.toISOString(),
      ...more,
    };
  };
  while (units < bytes) {
    const prompt = `${ordinal === 0 ? word : ''} ${language.text(60 + language.below(400))}`.trimStart();
    units += prompt.length + 500;
    yield said('user', { role: 'user', content: prompt });
    for (let calls = 2 + language.below(10); calls > 0; calls -= 1) {
      const text = language.text(80 + language.below(500));
      const id = `toolu_${number}_${ordinal}`;
      const call = toolCall(language, cwd, id);
      yield said('assistant', {
        role: 'assistant',
        model: 'claude-opus-5',
        content: [{ type: 'text', text }, call],
      });
      const answer = language.block();
      yield said(
        'user',
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: answer }] },
        { toolUseResult: { stdout: answer.slice(0, answer.length >> 1), stderr: '', interrupted: false } },
      );
      units += text.length + answer.length * 1.5 + 1_300;
    }
    const text = language.text(300 + language.below(1_500));
    units += text.length + 500;
    yield said('assistant', { role: 'assistant', model: 'claude-opus-5', content: [{ type: 'text', text }] });
  }
}

function toolCall(language: Language, cwd: string, id: string): object {
  const path = `${cwd}/src/${language.word()}/${language.word()}.ts`;
  const kind = language.below(3);
  if (kind === 0) return { type: 'tool_use', id, name: 'Read', input: { file_path: path } };
  if (kind === 1)
    return {
      type: 'tool_use',
      id,
      name: 'Edit',
      input: { file_path: path, old_string: language.text(200), new_string: language.text(300) },
    };
  return { type: 'tool_use', id, name: 'Bash', input: { command: `npm test -- ${language.text(40)}` } };
}

/** Words as unevenly used as those of a real language; drawn from a table, so that gigabytes take seconds. */
export class Language {
  readonly #words: readonly string[];
  readonly #table = new Uint16Array(1 << 20);
  readonly #blocks: readonly string[];
  #state = 7;

  constructor() {
    this.#words = Array.from({ length: 60_000 }, () => this.#newWord());
    let sum = 0;
    const reached = this.#words.map((_, rank) => {
      sum += 1 / (rank + 5);
      return sum;
    });
    let word = 0;
    for (let at = 0; at < this.#table.length; at += 1) {
      while ((reached[word] ?? sum) < (at / this.#table.length) * sum) word += 1;
      this.#table[at] = word;
    }
    // What tools answer is not searched: a hundred texts will do for all of it.
    this.#blocks = Array.from({ length: 100 }, (_, number) =>
      this.text(400 + number * 40).replaceAll(' ka', '\n  '),
    );
  }

  random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  word(): string {
    return this.#words[this.#table[this.below(this.#table.length)] ?? 0] ?? '';
  }

  text(units: number): string {
    let text = '';
    while (text.length < units) text += `${this.word()} `;
    return text.trimEnd();
  }

  block(): string {
    return this.#blocks[this.below(this.#blocks.length)] ?? '';
  }

  /** One to five syllables of consonant and vowel, so that beginnings are as many as in a language. */
  #newWord(): string {
    const [consonants, vowels] = ['bcdfghjklmnprstvwz', 'aeiou'];
    let word = '';
    for (let syllables = 1 + this.below(4); syllables >= 0; syllables -= 1)
      word += `${consonants[this.below(consonants.length)]}${vowels[this.below(vowels.length)]}`;
    return word;
  }
}
