import type { Disposable } from '../../base/disposable.ts';
import { LineSplitter } from '../../base/line-splitter.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { Input } from '../surroundings.ts';

/** A prompt, and what it was made from. */
export interface Prompt {
  readonly text: string;
  /** The content of the message as it came; absent for a prompt that was no message. */
  readonly content?: unknown;
}

/** Prompts as JSON lines on standard input: `--input-format stream-json`. */
export interface PromptStream extends Disposable {
  /** The next prompt; undefined when the input has ended or holds what cannot be read. */
  next(): Promise<Prompt | undefined>;
  /** Those that are there already. */
  takeAll(): readonly Prompt[];
  /** Why the input is read no further, in a sentence. */
  readonly problem: string | undefined;
}

/**
 * Reads messages as `claude -p` takes them (2.1.330): `{"type":"user","message":{"role":"user","content":…}}`, content
 * a string or text blocks. Other types are passed over; a line that is no message ends the input with a problem.
 */
export function openPromptStream(input: Input): PromptStream {
  const waiting: Prompt[] = [];
  let ended = false;
  let problem: string | undefined;
  let wake = (): void => {};
  const lines = new LineSplitter((line) => {
    if (ended) return;
    const read = readLine(line);
    if (!read.ok) problem = read.error;
    if (!read.ok) ended = true;
    else if (read.value) waiting.push(read.value);
    wake();
  });
  const listening = input.listen(
    (bytes) => lines.push(bytes),
    () => {
      lines.end();
      ended = true;
      wake();
    },
  );
  return {
    next: async () => {
      while (waiting.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return waiting.shift();
    },
    takeAll: () => waiting.splice(0),
    get problem() {
      return problem;
    },
    dispose: () => {
      ended = true;
      wake();
      listening.dispose();
    },
  };
}

function readLine(line: string): Result<Prompt | undefined, string> {
  const value = parse(line);
  if (!isObject(value))
    return failure(`Standard input holds a line that is no JSON object: ${line.slice(0, 80)}`);
  if (value['type'] !== 'user') return success(undefined);
  const message = value['message'];
  if (!isObject(message) || message['role'] !== 'user')
    return failure('A message of type "user" on standard input needs a message with the role "user".');
  const content = message['content'];
  const text = textOf(content);
  if (text === undefined || text.trim() === '')
    return failure('A message on standard input needs text: a string, or blocks of type "text".');
  return success({ text, content });
}

/** Undefined where there is something else than text. */
function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts: string[] = [];
  for (const block of content) {
    if (!isObject(block) || block['type'] !== 'text' || typeof block['text'] !== 'string') return undefined;
    texts.push(block['text']);
  }
  return texts.join('\n');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
