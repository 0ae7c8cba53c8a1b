import { basename, dirname, join } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import type { Cut } from '../limits.ts';
import { type CodexConfig, readCodexConfig } from './codex-config.ts';
import { directoriesFromMarker, filesInUse, namedBelow, placeWords, scopeOf } from './directories.ts';
import { PlainReading } from './plain-reading.ts';

const OVERRIDE = 'AGENTS.override.md';
const PLAIN = 'AGENTS.md';

/**
 * Codex (openai/codex `codex-rs/core/src/agents_md.rs` @9e5f1c3; developers.openai.com/codex/guides/agents-md; tried
 * with codex-cli 0.169.0, 2026-11): one file of `~/.codex`, then one file of each directory from the project's root down
 * to `cwd`, root first, 32 KiB together. Decided once at the start; files below `cwd` are not read. An empty override
 * still silences the AGENTS.md beside it in a project, as the program takes the first file that exists. Not modelled: a
 * link that leads to itself in the place of such a file, with which Codex reads no project file at all.
 */
export async function readCodex(input: ResolveInput): Promise<HierarchyReading> {
  const reading = new PlainReading(input);
  const config = await readCodexConfig(reading);
  await visitHome(reading, config);
  const names = [...new Set([OVERRIDE, PLAIN, ...config.fallbackNames])];
  const directories = await directoriesFromMarker(reading, config.rootMarkers);
  const budget: Budget = { limit: config.maxBytes, left: config.maxBytes };
  for (const directory of directories) {
    await visitDirectory(reading, directory, { names, budget });
    await reading.watchDirectory(directory);
  }
  await visitBelow(reading, names);
  return reading.finish();
}

async function visitHome(reading: PlainReading, { home }: CodexConfig): Promise<void> {
  let taken: string | undefined;
  for (const name of [OVERRIDE, PLAIN]) {
    const path = join(home, name);
    const skip = taken === undefined ? undefined : `${taken} beside it is read instead`;
    const file = await reading.visit({
      path,
      scope: 'user',
      state: 'loaded',
      reason: 'yours, in every project',
      skip,
    });
    if (file !== undefined) taken = name;
  }
  await reading.watchDirectory(home);
}

interface Budget {
  readonly limit: number;
  left: number;
}

async function visitDirectory(
  reading: PlainReading,
  directory: string,
  { names, budget }: { names: readonly string[]; budget: Budget },
): Promise<void> {
  let taken: string | undefined;
  for (const name of names) {
    const path = join(directory, name);
    const skip = taken === undefined ? spent(budget) : `${taken} beside it is read instead`;
    if (taken === undefined && (await reading.isFile(path))) taken = name;
    const file = await reading.visit({
      path,
      scope: scopeOf(reading.input, dirname(path)),
      state: 'loaded',
      reason: placeWords(reading.input, directory),
      skip,
      cut: (text) => cutToBudget(text, budget),
    });
    if (file !== undefined) budget.left -= Math.min(budget.left, file.bytes);
  }
}

function spent({ limit, left }: Budget): string | undefined {
  if (limit === 0) return 'project_doc_max_bytes is 0: Codex reads no project file';
  if (left > 0) return undefined;
  return `the files above it use up the ${limit.toLocaleString('en')} bytes that Codex reads of a project`;
}

function cutToBudget(text: string, { limit, left }: Budget): Cut {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= left) return { text };
  const kept = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, left), {
    stream: true,
  });
  const [first, all] = [left.toLocaleString('en'), bytes.length.toLocaleString('en')];
  const cutOff = `what follows the first ${first} of ${all} bytes is cut off, as Codex reads ${limit.toLocaleString('en')} bytes of a project`;
  return { text: kept, cutOff };
}

async function visitBelow(reading: PlainReading, names: readonly string[]): Promise<void> {
  const own = names.map((name) => basename(name));
  for (const path of namedBelow(reading, own, await filesInUse(reading))) {
    const skip =
      'below the folder where the session starts: Codex reads from the root of the project down to that folder only';
    await reading.visit({
      path,
      scope: scopeOf(reading.input, dirname(path)),
      state: 'on-demand',
      reason: '',
      skip,
    });
  }
}
