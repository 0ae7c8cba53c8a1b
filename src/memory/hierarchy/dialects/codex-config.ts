import { join } from 'node:path';
import type { PlainReading } from './plain-reading.ts';

const MAX_NAMES = 20;

export interface CodexConfig {
  /** `$CODEX_HOME` or `~/.codex`. */
  readonly home: string;
  /** Bytes of all project files together; 0 reads none. */
  readonly maxBytes: number;
  readonly fallbackNames: readonly string[];
  /** What a project's root is known by. */
  readonly rootMarkers: readonly string[];
}

/** `DEFAULT_PROJECT_DOC_MAX_BYTES` of Codex rust-v0.158.0. */
const DEFAULT_MAX_BYTES = 32 * 1024;

/**
 * The three keys of the user's `config.toml` that decide which files Codex reads. A project's own `.codex/config.toml`
 * and the machine's `/etc/codex` are not looked at. A broken file gives the defaults.
 */
export async function readCodexConfig(reading: PlainReading): Promise<CodexConfig> {
  const { environment, homeDirectory } = reading.input;
  const home = environment['CODEX_HOME'] || join(homeDirectory, '.codex');
  const path = join(home, 'config.toml');
  reading.watch(path);
  const values = topLevelValues((await reading.text(path)) ?? '');
  const maxBytes = Number((values.get('project_doc_max_bytes') ?? '').replaceAll('_', '') || Number.NaN);
  return {
    home,
    maxBytes: Number.isSafeInteger(maxBytes) && maxBytes >= 0 ? maxBytes : DEFAULT_MAX_BYTES,
    fallbackNames: strings(values.get('project_doc_fallback_filenames')) ?? [],
    rootMarkers: strings(values.get('project_root_markers')) ?? ['.git'],
  };
}

/** Keys before the first table of a TOML text, arrays over several lines joined. Not a TOML parser. */
function topLevelValues(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let open: { key: string; value: string } | undefined;
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const line = withoutComment(raw).trim();
    if (open === undefined && line.startsWith('[')) break;
    const pair = open === undefined ? /^"?([\w-]+)"?\s*=\s*(.*)$/.exec(line) : null;
    if (open !== undefined) open.value += line;
    else if (pair !== null) open = { key: pair[1] ?? '', value: pair[2] ?? '' };
    if (open === undefined || isUnclosed(open.value)) continue;
    values.set(open.key, open.value);
    open = undefined;
  }
  return values;
}

function withoutComment(line: string): string {
  return /^(?:[^#"']|"[^"]*"|'[^']*')*/.exec(line)?.[0] ?? '';
}

function isUnclosed(value: string): boolean {
  return value.startsWith('[') && !value.replace(/"[^"]*"|'[^']*'/g, '').includes(']');
}

function strings(value: string | undefined): readonly string[] | undefined {
  if (value === undefined || !value.startsWith('[')) return undefined;
  const found = [...value.matchAll(/"([^"]*)"|'([^']*)'/g)].map((match) => match[1] ?? match[2] ?? '');
  return found.filter((name) => name !== '').slice(0, MAX_NAMES);
}
