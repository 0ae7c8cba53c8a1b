import { type Document, parseDocument } from 'yaml';
import type { FileProblem, FrontMatter, TextRange } from './memory-file.ts';

// Front matter is written by hand or by an agent: more than this is an attack or an accident.
const MAX_UNITS = 64 * 1024;
const MAX_ALIASES = 32;
const MAX_DEPTH = 32;

export interface FrontMatterReading {
  readonly frontMatter?: FrontMatter;
  /** Where the text after the front matter (or after a byte order mark) begins. */
  readonly bodyStart: number;
  readonly problems: readonly FileProblem[];
}

/**
 * Reads the YAML between a first line `---` and the next such line. Never throws and never follows custom tags;
 * broken or oversized YAML gives empty `values` and a problem. Patterns such as `**\/*.ts` may stand unquoted, as
 * Claude Code allows.
 */
export function readFrontMatter(text: string): FrontMatterReading {
  const block = frontMatterBlock(text);
  if (block === undefined) return { bodyStart: text.startsWith('\uFEFF') ? 1 : 0, problems: [] };
  const { range, yaml } = block;
  const read = readYaml(text.slice(yaml.start, yaml.end));
  return {
    frontMatter: { range, values: read.values },
    bodyStart: range.end,
    problems: read.problem === undefined ? [] : [{ message: read.problem, range }],
  };
}

/** Where the front matter stands, marker lines included, and where the YAML within it. */
export function frontMatterBlock(
  text: string,
): { readonly range: TextRange; readonly yaml: TextRange } | undefined {
  const open = /^\uFEFF?---[ \t]*(?:\r\n|\r|\n)/.exec(text)?.[0].length;
  if (open === undefined) return undefined;
  const close = /^---[ \t]*(?:\r\n|\r|\n|(?![\s\S]))/gm;
  close.lastIndex = open;
  const end = close.exec(text);
  if (end === null) return undefined;
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  return { range: { start, end: end.index + end[0].length }, yaml: { start: open, end: end.index } };
}

/** The YAML as a document that keeps positions, or a sentence that says what is wrong with it. */
export function parseYaml(
  yaml: string,
): { readonly document: Document.Parsed } | { readonly problem: string } {
  if (yaml.length > MAX_UNITS)
    return { problem: `The front matter is larger than ${MAX_UNITS / 1024} KiB and was not read.` };
  if (deepestFlow(yaml) > MAX_DEPTH)
    return { problem: 'The front matter is nested too deeply and was not read.' };
  try {
    const document = parseDocument(withLineFeeds(yaml), {
      logLevel: 'silent',
      prettyErrors: false,
      stringKeys: true,
    });
    const error = document.errors[0];
    return error === undefined
      ? { document }
      : { problem: `The front matter is not valid YAML: ${firstLine(error.message)}.` };
  } catch (error) {
    return { problem: `The front matter could not be read: ${firstLine(String(error))}.` };
  }
}

/** A CR that ends a line by itself as LF, which is the one the YAML library knows; no offset moves. */
export function withLineFeeds(yaml: string): string {
  return yaml.replace(/\r(?!\n)/g, '\n');
}

function readYaml(yaml: string): { values: Readonly<Record<string, unknown>>; problem?: string } {
  const strict = valuesOf(parseYaml(yaml));
  if (strict.problem === undefined) return strict;
  const quoted = quotePatterns(yaml);
  if (quoted === yaml) return strict;
  const lenient = valuesOf(parseYaml(quoted));
  return lenient.problem === undefined ? lenient : strict;
}

function valuesOf(parsed: ReturnType<typeof parseYaml>): {
  values: Readonly<Record<string, unknown>>;
  problem?: string;
} {
  if ('problem' in parsed) return { values: {}, problem: parsed.problem };
  try {
    const value: unknown = parsed.document.toJS({ maxAliasCount: MAX_ALIASES });
    if (value === null || value === undefined) return { values: {} };
    if (depthOf(value) > MAX_DEPTH)
      return { values: {}, problem: 'The front matter is nested too deeply and was not read.' };
    if (isMap(value)) return { values: value };
    return { values: {}, problem: 'The front matter is not a list of keys and values and was not used.' };
  } catch (error) {
    return { values: {}, problem: `The front matter could not be read: ${firstLine(String(error))}.` };
  }
}

// `paths: **/*.ts` is an alias to YAML, and `{a,b}/**` a broken flow map: people mean text.
function quotePatterns(yaml: string): string {
  return yaml.replace(
    /^([ \t]*(?:- +|[\w-]+:[ \t]+(?:- +)?))([*{].*?)[ \t]*$/gm,
    (_line, before: string, value: string) => `${before}'${value.replaceAll("'", "''")}'`,
  );
}

// Counts brackets without reading quotes: a cheap guard of the recursive YAML composer, whose overflow is caught anyway.
function deepestFlow(yaml: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of yaml) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
  }
  return deepest;
}

function depthOf(value: unknown, depth = 0): number {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return depth;
  return Math.max(depth, ...Object.values(value).map((child) => depthOf(child, depth + 1)));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/[.:]\s*$/, '');
}
