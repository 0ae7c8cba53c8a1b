import type { GitObjects } from '../../../base/git-objects.ts';
import type { ChangedFile } from '../change-set.ts';
import { isReadWhole } from '../read-whole.ts';
import type { ByteReader } from './byte-reader.ts';
import { openExchange } from './git-exchange.ts';
import type { LoggedFile } from './logged-commit.ts';

export interface WholeTexts {
  /** The files as rules want to see them, with their texts before and after where those are named by `read-whole.ts`. */
  complete(files: readonly LoggedFile[]): Promise<readonly ChangedFile[]>;
  stop(): void;
}

interface Text {
  readonly text: string;
  readonly bytes: number;
}

/** A text over it is not read. */
const largestText = 512 * 1024;
/** Of one commit; the files after it come without their texts. */
const largestCommit = 4 * 1024 * 1024;
/** What one commit left is what the next one found: kept for that, in bytes. */
const largestMemory = 8 * 1024 * 1024;
const absent = /^0+$/;
const lineEnd = Buffer.from('\n');
const longestAnswer = 1024;

/** Two processes at most, whatever the number of files; none where no rule wants a whole text. */
export function openWholeTexts(objects: GitObjects, signal: AbortSignal | undefined): WholeTexts {
  const sizes = openExchange(objects, ['cat-file', '--batch-check'], readSize, signal);
  const texts = openExchange(objects, ['cat-file', '--batch'], readText, signal);
  const known = new RecentTexts();

  const textOf = async (blob: string): Promise<Text | undefined> => {
    if (absent.test(blob)) return undefined;
    const before = known.get(blob);
    if (before !== undefined) return before;
    const size = await sizes.ask(blob);
    if (size === undefined || size > largestText) return undefined;
    const text = await texts.ask(blob);
    if (text !== undefined) known.add(blob, text);
    return text;
  };
  return {
    complete: async (files) => {
      let room = largestCommit;
      const completed: ChangedFile[] = [];
      for (const { oldBlob, newBlob, ...changed } of files) {
        if (!isReadWhole(changed.path) || changed.binary || room <= 0) {
          completed.push(changed);
          continue;
        }
        const before = await textOf(oldBlob);
        const after = await textOf(newBlob);
        room -= (before?.bytes ?? 0) + (after?.bytes ?? 0);
        completed.push(withTexts(changed, before, after));
      }
      return completed;
    },
    stop: () => {
      sizes.stop();
      texts.stop();
    },
  };
}

function withTexts(file: ChangedFile, before: Text | undefined, after: Text | undefined): ChangedFile {
  if (before === undefined && after === undefined) return file;
  const whole = {
    ...(before === undefined ? {} : { before: before.text }),
    ...(after === undefined ? {} : { after: after.text }),
  };
  return { ...file, whole };
}

/** `NAME blob SIZE`; anything else (`NAME missing`, a submodule's commit) is no text: over every limit. */
async function readSize(reader: ByteReader): Promise<number | undefined> {
  const { bytes, isEnd } = await reader.until(lineEnd, longestAnswer);
  if (isEnd) return undefined;
  const [, type, size] = bytes.toString('latin1').split(' ');
  return type === 'blob' ? Number(size) : Number.POSITIVE_INFINITY;
}

async function readText(reader: ByteReader): Promise<Text | undefined> {
  const size = await readSize(reader);
  if (size === undefined || size > largestText) return undefined;
  const content = await reader.take(size);
  const end = await reader.take(lineEnd.length);
  if (content === undefined || end === undefined) return undefined;
  return { text: content.toString('utf8'), bytes: size };
}

class RecentTexts {
  readonly #texts = new Map<string, Text>();
  #bytes = 0;

  get(blob: string): Text | undefined {
    return this.#texts.get(blob);
  }

  add(blob: string, text: Text): void {
    this.#texts.set(blob, text);
    this.#bytes += text.bytes;
    for (const [oldest, { bytes }] of this.#texts) {
      if (this.#bytes <= largestMemory) return;
      this.#texts.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}
