import { basename, dirname, join } from 'node:path';
import { isInside } from '../hierarchy/places.ts';
import type { CheckSurroundings } from './check-input.ts';

/** What can be called in a directory: the scripts of package.json there and above, and the targets of a Makefile. */
export interface ProjectCommands {
  /** Undefined where there is no package.json that can be read. */
  readonly scripts?: ReadonlySet<string>;
  /** Names of dependencies: their programs are called like scripts. */
  readonly dependencies: ReadonlySet<string>;
  /** Undefined where there is no Makefile, or one whose targets only make itself knows. */
  readonly targets?: ReadonlySet<string>;
}

const mostPackages = 200;

/** Reads what stands in `directory` and above it up to `root`, and the scripts of every package in the repository. */
export async function projectCommands(
  surroundings: CheckSurroundings,
  directory: string,
  root: string,
): Promise<ProjectCommands> {
  const above = directoriesUp(directory, root);
  const packages = await readPackages(
    surroundings,
    above.map((place) => join(place, 'package.json')),
  );
  const targets = await readTargets(surroundings, above);
  const dependencies = new Set(packages.flatMap(({ dependencies: names }) => names));
  if (packages.length === 0) return { dependencies, ...(targets && { targets }) };
  const tracked = (await surroundings.trackedFiles()) ?? [];
  const others = tracked.filter((path) => basename(path) === 'package.json').slice(0, mostPackages);
  const all = [...packages, ...(await readPackages(surroundings, others))];
  const scripts = new Set(all.flatMap(({ scripts: names }) => names));
  return { scripts, dependencies, ...(targets && { targets }) };
}

function directoriesUp(directory: string, root: string): readonly string[] {
  const found: string[] = [];
  for (let place = directory; isInside(place, root); place = dirname(place)) {
    found.push(place);
    if (place === root) break;
  }
  return found;
}

interface Package {
  readonly scripts: readonly string[];
  readonly dependencies: readonly string[];
}

async function readPackages(
  surroundings: CheckSurroundings,
  paths: readonly string[],
): Promise<readonly Package[]> {
  const texts = await Promise.all(paths.map((path) => surroundings.readText(path)));
  return texts.flatMap((text) => {
    const found = text === undefined ? undefined : packageOf(text);
    return found === undefined ? [] : [found];
  });
}

function packageOf(text: string): Package | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value !== 'object' || value === null) return undefined;
    const keys = (name: string) => keysOf((value as Readonly<Record<string, unknown>>)[name]);
    const dependencies = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
    return { scripts: keys('scripts'), dependencies: dependencies.flatMap(keys) };
  } catch {
    return undefined;
  }
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

async function readTargets(
  surroundings: CheckSurroundings,
  directories: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  const targets = new Set<string>();
  let isKnown = false;
  for (const directory of directories) {
    for (const name of ['GNUmakefile', 'makefile', 'Makefile']) {
      const text = await surroundings.readText(join(directory, name));
      if (text === undefined) continue;
      const found = makeTargets(text);
      if (found === undefined) return undefined;
      for (const target of found) targets.add(target);
      isKnown = true;
      break;
    }
  }
  return isKnown ? targets : undefined;
}

/** The explicit targets of a Makefile; undefined where others may be made by includes, patterns or variables. */
export function makeTargets(text: string): readonly string[] | undefined {
  const targets: string[] = [];
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    if (/^\s*-?s?include\b/.test(line) || /\$\((?:eval|call)\b/.test(line)) return undefined;
    const names = /^([^\s#:=][^#:=]*?)\s*::?(?!=)/.exec(line)?.[1];
    if (names === undefined || line.startsWith('\t')) continue;
    if (/[%$]/.test(names)) return undefined;
    targets.push(...names.split(/\s+/));
  }
  return targets;
}
