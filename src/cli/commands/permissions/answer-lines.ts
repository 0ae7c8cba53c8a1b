import { resolve } from 'node:path';
import { createGuard } from '../../../agent/guard/decide.ts';
import type { Verdict } from '../../../agent/guard/guard.ts';
import { readPermissionLine } from '../../../agent/guard/permission-line.ts';
import type { Files } from '../../../base/files.ts';
import type { ExitCode } from '../../command.ts';
import { sayProblem } from '../../open-here.ts';
import { protectedHomes } from '../../run/protected-homes.ts';
import type { CliSurroundings } from '../../surroundings.ts';

const maxLineBytes = 4_000_000;
const linesAtOnce = 64;

/**
 * One answer for each line of standard input, in order, as soon as the line is complete. What is not taken yet waits
 * at the sender, so any number of lines goes through the same few megabytes.
 */
export async function answerLines(cli: CliSurroundings): Promise<ExitCode> {
  if (cli.input.isTerminal)
    return sayProblem(cli, { message: 'Give the questions on standard input, one JSON object a line.' });
  let isClosed = false;
  const closed = cli.terminal.onClosed(() => {
    isClosed = true;
  });
  const lines = createLineCutter();
  let number = 0;
  const answer = async (texts: readonly Line[]): Promise<void> => {
    // What a path leads to is asked once for all lines that came together.
    const at = { ...cli, files: rememberingFiles(cli.files) };
    const before = number;
    number += texts.length;
    const numbered = texts.map((text, index) => ({ text, number: before + index + 1 }));
    const asked = numbered.filter(({ text }) => text === undefined || text.trim() !== '');
    for (let from = 0; from < asked.length; from += linesAtOnce) {
      const some = asked.slice(from, from + linesAtOnce);
      const found = await Promise.all(some.map(({ text, number: line }) => answerLine(at, text, line)));
      await cli.terminal.out(found.map((verdict) => `${JSON.stringify(verdict)}\n`).join(''));
    }
  };
  try {
    for await (const piece of cli.input.pieces()) {
      await answer(lines.add(piece));
      if (isClosed) return 0;
    }
    await answer(lines.rest());
    return 0;
  } finally {
    closed.dispose();
  }
}

async function answerLine(
  cli: CliSurroundings,
  text: Line,
  number: number,
): Promise<Omit<Verdict, 'offeredRule'>> {
  const line = text === undefined ? `it is longer than ${maxLineBytes} bytes` : readPermissionLine(text);
  if (typeof line === 'string') return { decision: 'ask', reason: `Line ${number} cannot be read: ${line}.` };
  const guard = createGuard({
    files: cli.files,
    root: resolve(cli.cwd, line.cwd ?? '.'),
    home: cli.homeDirectory,
    mode: 'default',
    rules: line.rules,
    alsoProtected: protectedHomes(cli),
  });
  const { decision, rule, reason } = await guard.decide(line.key);
  return { decision, ...(rule !== undefined && { rule }), reason };
}

/** The same files, of which each path is looked at once. */
function rememberingFiles(files: Files): Files {
  const real = new Map<string, Promise<string>>();
  const status = new Map<string, ReturnType<Files['linkStatus']>>();
  return {
    ...files,
    realPath: (path) => remembered(real, path, () => files.realPath(path)),
    linkStatus: (path) => remembered(status, path, () => files.linkStatus(path)),
  };
}

function remembered<T>(known: Map<string, Promise<T>>, path: string, look: () => Promise<T>): Promise<T> {
  const standing = known.get(path);
  if (standing !== undefined) return standing;
  const looked = look();
  known.set(path, looked);
  return looked;
}

/** A line without its end; undefined for one that is too long. */
type Line = string | undefined;

function createLineCutter() {
  let held: Uint8Array[] = [];
  let size = 0;
  const take = (last: Uint8Array): Line => {
    const bytes = Buffer.concat([...held, last]);
    const isTooLong = size + last.length > maxLineBytes;
    held = [];
    size = 0;
    return isTooLong ? undefined : bytes.toString('utf8');
  };
  const hold = (bytes: Uint8Array): void => {
    size += bytes.length;
    if (size > maxLineBytes) held = [];
    else if (bytes.length > 0) held.push(bytes);
  };
  return {
    add: (piece: Uint8Array): readonly Line[] => {
      const found: Line[] = [];
      let from = 0;
      for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, from)) {
        found.push(take(piece.subarray(from, at)));
        from = at + 1;
      }
      hold(piece.subarray(from));
      return found;
    },
    rest: (): readonly Line[] => (size === 0 ? [] : [take(new Uint8Array(0))]),
  };
}
