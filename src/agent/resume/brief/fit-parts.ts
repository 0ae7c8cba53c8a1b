import type { BriefLine, BriefPart } from './brief-line.ts';

const LEAST_UNITS = 80;
const LEAST_OUTPUT = 4;

/** Lines from this weight on are shortened before any of them goes. */
const HEAVY = 84;

/**
 * The parts with as much as fits. First whole lines go, the lightest first; what is left then is shortened, its quotes
 * and output but never its sources; then what is left goes too. `excess`: tokens too many, at most 0 where it fits;
 * `size`: about what a line takes.
 */
export function fitParts(
  parts: readonly BriefPart[],
  excess: (parts: readonly BriefPart[]) => number,
  size: (line: BriefLine) => number,
): readonly BriefPart[] {
  let left = parts;
  for (let over = excess(left); over > 0; over = excess(left)) {
    const next =
      withoutLightest(left, HEAVY, over, size) ??
      shortened(left) ??
      withoutLightest(left, Number.POSITIVE_INFINITY, 1, size);
    if (next === undefined) return left;
    left = next;
  }
  return left;
}

/** As many of the lightest as take `over` together, at least one; undefined where none is light enough. */
function withoutLightest(
  parts: readonly BriefPart[],
  below: number,
  over: number,
  size: (line: BriefLine) => number,
): readonly BriefPart[] | undefined {
  const lines = parts.flatMap((part) => part.lines);
  // Of two that weigh the same the later goes.
  const light = lines
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => line.weight < below)
    .sort((a, b) => a.line.weight - b.line.weight || b.index - a.index);
  if (light.length === 0) return undefined;
  const gone = new Set<BriefLine>();
  for (let freed = 0; gone.size === 0 || (freed < over && gone.size < light.length); ) {
    const line = light[gone.size]?.line;
    if (line === undefined) break;
    gone.add(line);
    // Less than it takes, so that too many never go at once.
    freed += size(line) + 1;
  }
  return parts.map((part) => ({ ...part, lines: part.lines.filter((line) => !gone.has(line)) }));
}

/** The longest quote or output at half its length; undefined where all are short. */
function shortened(parts: readonly BriefPart[]): readonly BriefPart[] | undefined {
  const longest = parts
    .flatMap(({ lines }) => lines)
    .filter((line) => lengthOf(line) > 0)
    .sort((a, b) => lengthOf(b) - lengthOf(a))[0];
  if (longest === undefined) return undefined;
  const output = longest.output?.slice(-Math.max(LEAST_OUTPUT, Math.floor(longest.output.length / 2)));
  const units = Math.max(LEAST_UNITS, Math.floor(lengthOf(longest) / 2));
  const shorter: BriefLine = {
    ...longest,
    ...(longest.said !== undefined && { units }),
    ...(output !== undefined && { output }),
  };
  return parts.map((part) => ({
    ...part,
    lines: part.lines.map((line) => (line === longest ? shorter : line)),
  }));
}

/** How much of a line can go, in units; 0 where it is as short as it gets. */
function lengthOf({ said, units = 300, output }: BriefLine): number {
  const quoted = said === undefined ? 0 : Math.min(said.length, units);
  const shown = output === undefined || output.length <= LEAST_OUTPUT ? 0 : output.join('\n').length;
  return Math.max(quoted <= LEAST_UNITS ? 0 : quoted, shown);
}
