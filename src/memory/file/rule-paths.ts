import { parseDocument } from 'yaml';
import { leadingYaml } from './injected-start.ts';

const MAX_YAML_UNITS = 64 * 1024;
const MAX_ALIASES = 32;
const MAX_DEPTH = 32;
const MAX_LISTED = 1000;

/**
 * What `paths:` in a rule's front matter says, or undefined where it says nothing: a text, or the texts of a list,
 * lists within it included. Read as Claude Code 2.1.330 does, more leniently than YAML is: a key may come twice (the
 * last counts), tabs may indent, and where all of it is no YAML, values of `key: value` lines are taken as text. YAML
 * that is huge, deep or full of aliases says nothing. Never throws.
 */
export function rulePaths(text: string): readonly string[] | undefined {
  const yaml = leadingYaml(text)?.yaml;
  if (yaml === undefined || yaml.length > MAX_YAML_UNITS || !yaml.includes('paths')) return undefined;
  const spaced = yaml.replace(/^\t+/gm, (tabs) => '  '.repeat(tabs.length));
  const paths = readPaths(spaced) ?? readPaths(quoteValues(spaced));
  const texts = paths === undefined ? [] : textsOf(paths.value);
  return texts.length === 0 ? undefined : texts;
}

function readPaths(yaml: string): { value: unknown } | undefined {
  if (isDeep(yaml)) return undefined;
  try {
    const document = parseDocument(yaml, {
      logLevel: 'silent',
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
    });
    if (document.errors.length > 0) return undefined;
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value: undefined };
    return { value: (value as Record<string, unknown>)['paths'] };
  } catch {
    // A stack or alias limit: the YAML says nothing.
    return undefined;
  }
}

// `paths: **/*.ts` is an alias to YAML, `[a` a broken list, `a: b` a second key: people mean text.
function quoteValues(yaml: string): string {
  return yaml.replace(/^([A-Za-z_-]+):[ \t]+(\S.*?)[ \t]*$/gm, (line, key: string, value: string) =>
    /^(?:"[^"]*"|'[^']*')$/.test(value) || !/[{}[\]*&#!|>%@`]|: /.test(value)
      ? line
      : `${key}: '${value.replaceAll("'", "''")}'`,
  );
}

function textsOf(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value) || depth > MAX_DEPTH) return [];
  return value.slice(0, MAX_LISTED).flatMap((item) => textsOf(item, depth + 1));
}

// A cheap guard of the recursive YAML composer: brackets and dashes are counted without reading quotes.
function isDeep(yaml: string): boolean {
  let depth = 0;
  for (const character of yaml) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
