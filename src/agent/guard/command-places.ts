import { dirname, join, resolve } from 'node:path';
import { matchGlob } from '../../base/glob.ts';
import type { GuardState } from './guard-state.ts';
import { expandHome, findPlace, type Place } from './paths.ts';
import type { ShellCall, ShellReading } from './shell-command.ts';
import type { ShellWord } from './shell-word.ts';

/** A command line under judgement. */
export interface CommandCase {
  readonly state: GuardState;
  readonly command: string;
  readonly reading: ShellReading;
  readonly calls: readonly ShellCall[];
  /** Directories the command may be in, by its `cd`s; undefined when one of them is not known. */
  readonly directories: readonly string[] | undefined;
}

/** Where a word may lead if it is a path, also behind `--option=`, `-o` and `of=`. Empty for what is not known. */
export async function placesOf(item: CommandCase, word: ShellWord): Promise<readonly Place[]> {
  if (!word.isStatic || word.value.length > 4096 || word.value.includes('\0')) return [];
  const { scope } = item.state;
  const found = pathTexts(word).flatMap((text) =>
    bases(item).map((base) => findPlace(scope, resolve(base, homeIn(item, word, text)))),
  );
  return Promise.all(found);
}

function bases(item: CommandCase): readonly string[] {
  return item.directories ?? [item.state.scope.root];
}

/** What of a word may be a path: itself, the value of an option, the file behind `@`. */
function pathTexts(word: ShellWord): readonly string[] {
  const { value } = word;
  const named = /^(?:--?[\w-]+|\w+)=@?([\s\S]*)$/.exec(value)?.[1];
  const glued = /^-[a-zA-Z]@?([^-=][\s\S]*)$/.exec(value)?.[1];
  const texts =
    named !== undefined ? [named] : value.startsWith('-') ? [glued ?? ''] : [value, value.replace(/^@/, '')];
  return [...new Set(texts)].filter(
    (text) => text !== '' && !text.startsWith('-') && !isSomebodysHome(word, text),
  );
}

/** `~name` is somebody's home: where that is, is not known here. */
function isSomebodysHome(word: ShellWord, text: string): boolean {
  return isHome(word) && /^~[^/]/.test(text);
}

function isHome(word: ShellWord): boolean {
  return word.hasTilde || /^\w+=~/.test(word.text);
}

function homeIn(item: CommandCase, word: ShellWord, text: string): string {
  return isHome(word) ? expandHome(item.state.scope.home, text) : text;
}

const maxGlobMatches = 500;
const maxGlobDirectories = 50;
const maxDirectoryEntries = 5_000;

/** Files that a word with `*`, `?` or `[…]` stands for now; undefined where they are too many to look at. */
export async function globbedPlaces(
  item: CommandCase,
  word: ShellWord,
): Promise<readonly Place[] | undefined> {
  const { scope } = item.state;
  const pattern = homeIn(item, word, word.value);
  const places: Place[] = [];
  for (const base of bases(item)) {
    const parts = resolve(base, pattern).split('/').slice(1);
    const found = await expandParts(item, parts);
    if (found === undefined) return undefined;
    for (const path of found) places.push(await findPlace(scope, path));
  }
  return places;
}

async function expandParts(
  item: CommandCase,
  parts: readonly string[],
): Promise<readonly string[] | undefined> {
  let paths: readonly string[] = ['/'];
  for (const part of parts) {
    if (!/[*?[]/.test(part)) {
      paths = paths.map((path) => join(path, part));
      continue;
    }
    if (paths.length > maxGlobDirectories) return undefined;
    const next: string[] = [];
    for (const path of paths) {
      const entries = await item.state.scope.files
        .readDirectoryUnsorted(path, maxDirectoryEntries + 1)
        .catch(() => []);
      if (entries.length > maxDirectoryEntries) return undefined;
      for (const { name } of entries)
        if (matchGlob(part, name, { dot: true, ignoreCase: true })) next.push(join(path, name));
    }
    if (next.length > maxGlobMatches) return undefined;
    paths = next;
  }
  return paths;
}

/** Programs whose words name what they write, move or remove. */
const writers = new Set(
  'cp mv rm rmdir ln install mkdir touch chmod chown chgrp dd truncate tee tar bsdtar unzip rsync split csplit shred patch sponge cpio gzip gunzip bunzip2 unxz zstd 7z mkfifo mknod setfacl chattr wget curl gcc g++ cc c++ clang clang++'.split(
    ' ',
  ),
);
const wholeTree = new Set('rm rmdir mv chmod chown chgrp shred chattr setfacl'.split(' '));

/** Words by which a call would write outside of the workspace, or do away with the whole of it. */
export async function wordsBeyond(item: CommandCase, call: ShellCall): Promise<readonly ShellWord[]> {
  if (!writers.has(call.baseName)) return [];
  if (item.directories === undefined) return call.words.slice(0, 1);
  const found: ShellWord[] = [];
  for (const word of call.words.slice(1)) if (await leadsBeyond(item, call, word)) found.push(word);
  return found;
}

async function leadsBeyond(item: CommandCase, call: ShellCall, word: ShellWord): Promise<boolean> {
  if (word.hasTilde && /^~[^/]/.test(word.value)) return true;
  const { root } = item.state.scope;
  const fixed = word.isTailGlob ? { ...word, value: fixedPart(word.value), isStatic: true } : word;
  const places = await placesOf(item, fixed);
  return places.some((place) => {
    if (place.path === '/dev/null') return false;
    if (!place.isInside) return true;
    return wholeTree.has(call.baseName) && !word.isTailGlob && place.real === root;
  });
}

/** The directory in front of the first part that is not fixed. */
function fixedPart(pattern: string): string {
  const before = pattern.slice(0, pattern.search(/[*?[]/));
  return before.includes('/') ? `${dirname(`${before}x`)}/` : './';
}

/** Every directory a `cd` of the line may lead to, from each of the others: order and subshells are not trusted. */
export function directoriesOf(state: GuardState, calls: readonly ShellCall[]): readonly string[] | undefined {
  const found = new Set([state.scope.root]);
  for (const call of calls) {
    if (call.baseName !== 'cd' && call.baseName !== 'pushd') continue;
    const target = call.words.slice(1).find((word) => !/^-[LPe@]+$/.test(word.value) && word.value !== '--');
    if (target !== undefined && (!target.isStatic || /^[-+]/.test(target.value))) return undefined;
    if (target?.hasTilde === true && /^~[^/]/.test(target.value)) return undefined;
    const { home } = state.scope;
    const path =
      target === undefined ? home : target.hasTilde ? expandHome(home, target.value) : target.value;
    for (const directory of [...found]) found.add(resolve(directory, path));
    if (found.size > 64) return undefined;
  }
  return [...found];
}
