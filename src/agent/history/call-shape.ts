import { posix, win32 } from 'node:path';
import { entryText, fieldOf, type LooseObject, summaryText, textField } from './loose-json.ts';
import type { CallAct, CallEntry } from './transcript.ts';

/** What is known of one tool of a program: what its calls do, and where their input says to what. */
export interface CallShape {
  readonly act: CallAct;
  /** Fields that hold the path of a file; the files are read or written as `act` says. */
  readonly paths?: readonly string[];
  /** Field that holds a command line. */
  readonly command?: string;
  /** Fields that say best in one line what a call is about, where neither command nor path does. */
  readonly about?: readonly string[];
}

/** Looked at for a summary where nothing is known of a tool. */
const TELLING = ['command', 'path', 'file_path', 'pattern', 'query', 'url', 'description', 'prompt', 'name'];

/** Where a call was made: relative paths are taken from `cwd`, `~` is `home`. */
export interface CallPlace {
  readonly cwd: string;
  readonly home: string;
}

export interface MadeCall {
  readonly id: string;
  readonly time?: number;
  readonly name: string;
  readonly input: LooseObject | undefined;
}

/** Pure. A call under way; what came of it is added when it is read. */
export function callEntry(made: MadeCall, shape: CallShape | undefined, place: CallPlace): CallEntry {
  const { id, time, name, input } = made;
  const command = shape?.command === undefined ? undefined : commandField(input, shape.command);
  const said = (shape?.paths ?? []).flatMap((field) => textField(input, field) ?? []);
  const paths = said.flatMap((path) => absolutePath(path, place) ?? []);
  const about = [...(shape?.about ?? []), ...TELLING].map((field) => textField(input, field));
  const act = shape?.act ?? 'other';
  return {
    kind: 'call',
    id,
    ...(time !== undefined && { time }),
    name,
    act,
    summary: summaryText(command ?? (said[0] || about.find((text) => text !== undefined) || name)),
    ...(act === 'execute' && command !== undefined && { command: entryText(command) }),
    reads: act === 'read' ? paths : [],
    writes: act === 'write' ? paths : [],
  };
}

/** A command line, also where it is a list of a program and its arguments. */
function commandField(input: LooseObject | undefined, name: string): string | undefined {
  const value = fieldOf(input, name);
  if (Array.isArray(value)) return value.filter((part) => typeof part === 'string').join(' ');
  return typeof value === 'string' ? value : undefined;
}

const LONGEST_PATH = 4096;

/** Absolute as the machine of the session writes paths, which may be another system than this; undefined where it cannot be told. */
export function absolutePath(path: string, { cwd, home }: CallPlace): string | undefined {
  if (path === '' || path.length > LONGEST_PATH || path.includes('\0')) return undefined;
  const isWindows = /^[A-Za-z]:[\\/]|^\\\\/;
  if (isWindows.test(path)) return win32.normalize(path);
  if (path.startsWith('/')) return posix.normalize(path);
  if (path === '~' || path.startsWith('~/') || path.startsWith('~\\')) return joined(home, path.slice(2));
  return cwd === '' ? undefined : joined(cwd, path);

  function joined(base: string, rest: string): string | undefined {
    if (isWindows.test(base)) return win32.join(base, rest);
    return base.startsWith('/') ? posix.join(base, rest) : undefined;
  }
}
