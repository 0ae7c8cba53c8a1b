import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { failure, type Result, success } from '../../base/result.ts';
import { frontMatterBlock, parseYaml, withLineFeeds } from './front-matter.ts';
import type { TextRange } from './memory-file.ts';
import { lineEndOf, replaceRange } from './splice.ts';

export interface FrontMatterProblem {
  /** `unsafe`: no edit was found that leaves every other value as it is. */
  readonly kind: 'no-front-matter' | 'broken' | 'unsafe';
  readonly message: string;
}

interface Edit {
  readonly range: TextRange;
  readonly replacement: string;
}

/**
 * Sets one text value of the front matter, e.g. `['metadata', 'varve_status']`, and leaves every other byte of
 * the file alone: comments, order, quoting, line ends, byte order mark. A missing key is added at the end of its
 * map. Front matter is never added to a file without one. The result is read back before it is returned.
 */
export function setFrontMatterValue(
  text: string,
  path: readonly string[],
  value: string,
): Result<string, FrontMatterProblem> {
  const block = frontMatterBlock(text);
  if (block === undefined)
    return failure({ kind: 'no-front-matter', message: 'The file has no front matter to change.' });
  const yaml = text.slice(block.yaml.start, block.yaml.end);
  const before = parseYaml(yaml);
  if ('problem' in before)
    return failure({ kind: 'broken', message: `${before.problem} Repair it by hand first.` });
  const edit = editFor({
    yaml: withLineFeeds(yaml),
    root: before.document.contents,
    path,
    value,
    lineEnd: lineEndOf(text),
  });
  const edited = edit === undefined ? undefined : replaceRange(yaml, edit.range, edit.replacement).text;
  if (edited === undefined || !isFaithful(yaml, edited, path, value)) {
    return failure({
      kind: 'unsafe',
      message: `"${path.join('.')}" cannot be set without touching other values of the front matter. Change it by hand.`,
    });
  }
  return success(replaceRange(text, block.yaml, edited).text);
}

interface Aim {
  readonly yaml: string;
  readonly root: unknown;
  readonly path: readonly string[];
  readonly value: string;
  readonly lineEnd: string;
}

function editFor(aim: Aim): Edit | undefined {
  let map: unknown = aim.root;
  for (const [depth, key] of aim.path.entries()) {
    if (!isMap(map)) return depth === 0 && map === null ? addition(aim, undefined, 0) : undefined;
    const pair = pairOf(map, key);
    if (pair === undefined) return addition(aim, map, depth);
    if (depth === aim.path.length - 1) return replacement(aim, pair);
    map = pair.value;
  }
  return undefined;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function replacement({ yaml, value, lineEnd }: Aim, pair: Pair): Edit | undefined {
  if (!isScalar(pair.value) || pair.value.anchor !== undefined) return undefined;
  const range = pair.value.range;
  if (range === undefined || range === null) return undefined;
  const [start, end] = range;
  const written = encode(value, pair.value.type);
  if (start === end)
    return { range: { start, end }, replacement: /\s$/.test(yaml.slice(0, start)) ? written : ` ${written}` };
  // A block scalar owns its last line end.
  const tail = /[\r\n]$/.test(yaml.slice(start, end)) ? lineEnd : '';
  return { range: { start, end }, replacement: written + tail };
}

function addition(
  { yaml, path, value, lineEnd }: Aim,
  map: YAMLMap | undefined,
  depth: number,
): Edit | undefined {
  if (map?.flow) return undefined;
  const first = map?.items[0]?.key;
  const keyStart = isScalar(first) ? first.range?.[0] : 0;
  if (map !== undefined && (map.items.length === 0 || keyStart === undefined)) return undefined;
  const indent = yaml.slice(yaml.lastIndexOf('\n', (keyStart ?? 0) - 1) + 1, keyStart);
  if (indent.trim() !== '') return undefined;
  const keys = path.slice(depth);
  const lines = keys.map((key, index) => {
    const isLast = index === keys.length - 1;
    return `${indent}${'  '.repeat(index)}${encode(key, undefined)}:${isLast ? ` ${encode(value, undefined)}` : ''}${lineEnd}`;
  });
  const at = map === undefined ? yaml.length : endOfLastValue(yaml, map);
  const gap = at > 0 && !/[\r\n]$/.test(yaml.slice(0, at)) ? lineEnd : '';
  return { range: { start: at, end: at }, replacement: gap + lines.join('') };
}

// After the line of the last value: a comment behind it stays with it.
function endOfLastValue(yaml: string, map: YAMLMap): number {
  const last = map.items.at(-1);
  const ends = [last?.key, last?.value].map(
    (node) => (node as { range?: readonly number[] } | null)?.range?.[1] ?? 0,
  );
  const end = Math.max(...ends);
  if (/[\r\n]$/.test(yaml.slice(0, end))) return end;
  const rest = /\r\n|\r|\n/.exec(yaml.slice(end));
  return rest === null ? yaml.length : end + rest.index + rest[0].length;
}

function encode(value: string, type: Scalar['type']): string {
  const isOneLine = !/[\p{Cc}\u2028\u2029\uFEFF]/u.test(value);
  if (type === 'QUOTE_SINGLE' && isOneLine) return `'${value.replaceAll("'", "''")}'`;
  if (type !== 'QUOTE_DOUBLE' && isOneLine && isPlain(value)) return value;
  return JSON.stringify(value);
}

// Plain, where YAML reads it back as this very text. A reader of YAML 1.1 takes `yes` and numbers with colons
// for something else: those are quoted too.
function isPlain(value: string): boolean {
  if (/^(?:y|n|yes|no|on|off|~)$|^[-+.\d][\d_.:eExX]*$/i.test(value)) return false;
  const parsed = parseDocument(`k: ${value}\n`, { logLevel: 'silent', prettyErrors: false });
  if (parsed.errors.length > 0 || !isMap(parsed.contents) || parsed.contents.items.length !== 1) return false;
  const read = parsed.contents.items[0]?.value;
  return isScalar(read) && read.type === 'PLAIN' && read.value === value && read.comment == null;
}

function isFaithful(before: string, after: string, path: readonly string[], value: string): boolean {
  const was = parseYaml(before);
  const is = parseYaml(after);
  if ('problem' in was || 'problem' in is || frontMatterBreaks(after)) return false;
  try {
    const expected: unknown = was.document.toJS({ maxAliasCount: 32 }) ?? {};
    const actual: unknown = is.document.toJS({ maxAliasCount: 32 });
    return isDeepStrictEqual(actual, withValue(expected, path, value));
  } catch {
    return false;
  }
}

// A line `---` inside the YAML would end the front matter early.
function frontMatterBreaks(yaml: string): boolean {
  return /^---[ \t]*$/m.test(yaml);
}

function withValue(target: unknown, [key, ...rest]: readonly string[], value: string): unknown {
  if (key === undefined) return value;
  const map = typeof target === 'object' && target !== null ? target : {};
  const child = (map as Readonly<Record<string, unknown>>)[key];
  return { ...map, [key]: withValue(child, rest, value) };
}
