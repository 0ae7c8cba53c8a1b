import { basename } from 'node:path';
import type { Files } from '../../../base/files.ts';
import type { CallPlace } from '../call-shape.ts';
import { JsonShortener } from '../json-shortener.ts';
import { parseLoose } from '../loose-json.ts';
import { readPieces, readSessionLines } from '../session-lines.ts';
import { isCheckpoint } from './gemini-files.ts';
import { asMessages } from './gemini-message.ts';
import { GeminiReading } from './gemini-reading.ts';

export interface ReadSession {
  readonly reading: GeminiReading;
  readonly problems: readonly string[];
}

/** A file of a session, or of a saved conversation. Undefined for one that cannot be read at all. */
export async function readSession(
  files: Files,
  path: string,
  place: CallPlace,
): Promise<ReadSession | undefined> {
  const reading = new GeminiReading(place);
  if (path.endsWith('.jsonl')) return { reading, problems: await readLines(files, path, reading) };
  // Earlier versions wrote one JSON text, which they wrote anew each time.
  const whole = await readWhole(files, path);
  if (whole === undefined) return undefined;
  const object = parseLoose(whole);
  if (!object) return { reading, problems: ['The file is no JSON text: it is cut off, or being written.'] };
  if (isCheckpoint(basename(path))) for (const message of asMessages(object)) reading.add(message);
  else reading.add(object);
  return { reading, problems: [] };
}

async function readLines(files: Files, path: string, reading: GeminiReading): Promise<readonly string[]> {
  const problems: string[] = [];
  let unreadable = 0;
  const lines = readSessionLines(files, path);
  for (;;) {
    const next = await lines.next().catch(() => undefined);
    if (next === undefined) problems.push(`${path} could not be read to its end.`);
    if (next === undefined || next.done) break;
    const { text, whole } = next.value;
    const record = parseLoose(text);
    if (record) reading.add(record);
    else if (whole) unreadable += 1;
    else problems.push('The last line is cut off, or still being written.');
  }
  if (unreadable > 0) problems.push(`${unreadable} lines could not be read and were left out.`);
  return problems;
}

/** Long texts in it are cut, so that it fits; what has too many of them is no JSON any more then. */
async function readWhole(files: Files, path: string): Promise<string | undefined> {
  const shortener = new JsonShortener();
  try {
    for await (const piece of readPieces(files, path)) shortener.add(piece);
  } catch {
    return undefined;
  }
  return Buffer.from(shortener.end())
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}
