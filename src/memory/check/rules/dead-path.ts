import { dirname, join, resolve } from 'node:path';
import { isInside } from '../../hierarchy/places.ts';
import type { CheckedFile, CheckInput, CheckRule, CheckSurroundings, Finding } from '../check-input.ts';
import { directoryOf, isRecordOfThePast, loadingFiles } from '../loads-together.ts';
import { type PathMention, pathMentions } from '../path-mentions.ts';
import { quote } from '../quote.ts';

const maxPerFile = 100;

export const deadPath: CheckRule = {
  name: 'dead-path',
  severity: 'warning',
  summary: 'A path is named that is not there.',
  help: 'An agent that follows it searches in vain, or makes a file nobody wants. A link, or a path in inline code, is looked for beside the file, in every directory above it up to the root of the repository, and anywhere as the end of a path. Patterns, placeholders, examples, addresses, what a build makes, what git ignores and sentences about what is made, moved or gone are passed over.',
  async find(input) {
    const found: Finding[] = [];
    for (const file of loadingFiles(input.files)) {
      if (speaksOfHere(file, input)) found.push(...(await inFile(file, input)));
    }
    return found;
  },
};

/** Files of other projects, logs of the past and what Varve made itself name paths of another time or place. */
export function speaksOfHere({ path, kind, resolved }: CheckedFile, input: CheckInput): boolean {
  if (kind !== 'memory' || isRecordOfThePast(path)) return false;
  return resolved?.scope === 'auto' || isInside(path, input.root);
}

async function inFile(file: CheckedFile, input: CheckInput): Promise<readonly Finding[]> {
  const bases = basesOf(file, input);
  const dead: { mention: PathMention; places: readonly string[] }[] = [];
  for (const mention of pathMentions(file)) {
    if (dead.length >= maxPerFile) break;
    if (isAboutAbsence(mention.sentence)) continue;
    const places = placesOf(mention, bases, input.root);
    if (places.length > 0 && (await isDead(mention, places, bases, input))) dead.push({ mention, places });
  }
  const ignored = await input.surroundings.ignored(dead.flatMap(({ places }) => places));
  return dead
    .filter(({ places }) => !places.some((place) => ignored.has(place)))
    .map(({ mention }) => ({
      path: file.path,
      range: file.at(mention.range),
      message: `${quote(mention.path)} is not there. Correct the path, or take it out.`,
    }));
}

/** Where a path may start: the directory of the file and each one above it, up to the root. */
function basesOf({ path, resolved }: CheckedFile, { root }: CheckInput): readonly string[] {
  if (resolved?.scope === 'auto') return [root];
  const bases = [dirname(path)];
  for (let directory = directoryOf(path); isInside(directory, root); directory = dirname(directory)) {
    if (!bases.includes(directory)) bases.push(directory);
    if (directory === root) break;
  }
  return bases;
}

function placesOf({ path }: PathMention, bases: readonly string[], root: string): readonly string[] {
  return bases.map((base) => resolve(base, path)).filter((place) => isInside(place, root));
}

async function isDead(
  mention: PathMention,
  places: readonly string[],
  bases: readonly string[],
  { surroundings }: CheckInput,
): Promise<boolean> {
  for (const place of places) if (await surroundings.exists(place)) return false;
  if (!mention.isLink && !(await isAnchored(mention.path, bases, surroundings))) return false;
  for (const place of places) if (await hasExtension(place, surroundings)) return false;
  return !(await isEndOfTracked(mention.path, surroundings));
}

/**
 * Inline code with a slash may be anything (`and/or`, `owner/name`, another repository's file): only what starts in a
 * directory that is there is taken for a path of this project.
 */
async function isAnchored(
  path: string,
  bases: readonly string[],
  surroundings: CheckSurroundings,
): Promise<boolean> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const [first = ''] = parts;
  const looksLikeFile = /[^/.]\.[a-z][a-z0-9]{0,7}$/i.test(path);
  if (first === '..' || parts.length < 2) return false;
  if (!looksLikeFile && !path.endsWith('/') && parts.length < 3) return false;
  for (const base of bases) if ((await surroundings.names(join(base, first))) !== undefined) return true;
  return false;
}

/** `src/engine` for `src/engine.ts`, as imports are written. */
async function hasExtension(place: string, surroundings: CheckSurroundings): Promise<boolean> {
  const bare = place.replace(/\.(?:[cm]?jsx?)$/, '');
  const name = bare.slice(dirname(bare).length).replace(/^[/\\]/, '');
  const names = await surroundings.names(dirname(bare));
  return names?.some((other) => other.startsWith(`${name}.`)) === true;
}

/** A path may be written from a directory in the middle: `rules/dead-path.ts`. */
async function isEndOfTracked(path: string, surroundings: CheckSurroundings): Promise<boolean> {
  const wanted = `/${path.replace(/^(?:\.\.\/)+/, '').replace(/\/$/, '')}`;
  const tracked = (await surroundings.trackedFiles()) ?? [];
  return tracked.some((file) => {
    const place = file.replaceAll('\\', '/');
    return place.endsWith(wanted) || place.includes(`${wanted}/`);
  });
}

const absence =
  /\b(?:e\.g|i\.e|example|for instance|such as|imagine|suppose|would|could|might|may|will|create[sd]?|creating|generat\w+|produc\w+|writ(?:e|es|ten|ing)|emit\w*|output\w*|add(?:s|ed|ing)?|put|place[ds]?|call(?:ed)? it|save[ds]?|mov(?:e|ed|es|ing)|renam\w+|delet\w+|remov\w+|drop\w*|gone|once|used to|missing|deprecat\w+|legacy|former\w*|previous\w*|old|no longer|not exist|doesn't exist|does not exist|never|don't|do not|avoid|instead of|rather than|not yet|todo|planned|plan to|future|optional\w*|if present|if it exists|if any|when present|gitignored?|ignored?|untracked|local(?:ly)?|like|similar|template|scaffold\w*|import(?:s|ed)?|require[sd]?|resolv\w+|becomes?|maps? to|match(?:es)?|alias\w*|route[sd]?|url|endpoint|branch|submodule|sibling|upstream|downstream|other repo\w*|external|install\w*|publish\w*|download\w*|clone[ds]?|fetch\w*|user's|their|new)\b|→|=>/i;

/** Sentences about what is made, was there or may be there; and about how paths are written. */
function isAboutAbsence(sentence: string): boolean {
  return absence.test(sentence.replace(/`[^`]*`|(?<=^|\s)@\S+/g, '`').replace(/\]\([^)]*\)/g, ']'));
}
