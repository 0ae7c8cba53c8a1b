import { dirname, join } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import { isInside } from '../places.ts';
import { directoriesToCwd, filesInUse, namedBelow, placeWords, scopeOf } from './directories.ts';
import { type PlainCandidate, PlainReading } from './plain-reading.ts';

const NAME = 'AGENTS.md';

/**
 * The AGENTS.md standard (https://agents.md, agentsmd/agents.md @d1ac7f0, read 2026-11): the file closest to the edited
 * file wins, alone. Without a file in use the one closest to `cwd` is taken. How far up to look is left open by the
 * standard: we stop at the git root, and at `cwd` without one. Reads inside the workspace only.
 */
export async function readAgentsMd(input: ResolveInput): Promise<HierarchyReading> {
  const reading = new PlainReading(input);
  const walk = directoriesToCwd(input);
  const top = walk[0] ?? input.cwd;
  const inUse = (await filesInUse(reading)).filter((path) => path !== top && isInside(path, top));
  const named = [...walk.map((directory) => join(directory, NAME)), ...namedBelow(reading, [NAME], inUse)];
  const places: string[] = [];
  for (const path of new Set([...named, ...above(top, inUse)]))
    if (await reading.isFile(path)) places.push(dirname(path));
  const targets = inUse.length === 0 ? [input.cwd] : inUse;
  for (const directory of places)
    await reading.visit(judge(reading, { directory, places, targets, isStart: inUse.length === 0 }));
  for (const directory of new Set([top, input.cwd])) await reading.watchDirectory(directory);
  return reading.finish();
}

// A file in use may stand beside `cwd`, elsewhere in the repository.
function above(top: string, inUse: readonly string[]): string[] {
  return inUse.flatMap((path) => {
    const found: string[] = [];
    for (let directory = dirname(path); isInside(directory, top); directory = dirname(directory)) {
      found.unshift(join(directory, NAME));
      if (directory === top) break;
    }
    return found;
  });
}

interface Judged {
  readonly directory: string;
  /** Directories that have an AGENTS.md. */
  readonly places: readonly string[];
  readonly targets: readonly string[];
  readonly isStart: boolean;
}

function judge(reading: PlainReading, { directory, places, targets, isStart }: Judged): PlainCandidate {
  const { input } = reading;
  const path = join(directory, NAME);
  const scope = scopeOf(input, directory);
  const governed = targets.filter((target) => isInside(target, directory));
  const first = governed[0];
  if (first === undefined) {
    const reason = `closest to files in ${reading.short(directory)}: it alone counts for them`;
    return { path, scope, state: 'on-demand', reason };
  }
  const rivals = governed.map((target) => closest(places, target));
  if (rivals.includes(directory)) {
    const reason = isStart
      ? `the closest AGENTS.md: ${placeWords(input, directory)}`
      : `the closest AGENTS.md to ${reading.short(governed[rivals.indexOf(directory)] ?? first)}`;
    const trigger = isInside(input.cwd, directory) ? 'start' : 'read';
    return { path, scope, state: 'loaded', trigger, reason };
  }
  const winner = reading.short(join(rivals[0] ?? directory, NAME));
  return { path, scope, state: 'loaded', reason: '', skip: `${winner} is closer, and the closest wins` };
}

function closest(places: readonly string[], target: string): string {
  return places
    .filter((place) => isInside(target, place))
    .reduce((best, place) => (place.length > best.length ? place : best), '');
}
