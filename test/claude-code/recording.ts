import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Content, Injected, Scenario } from './scenario.ts';

/** `kind path`, and of the text its length and the beginning of its SHA-256. */
type Line = string;

/** What the program answered once: no text of its own is kept, only what it made of ours. */
export interface Recorded {
  readonly scenario: Scenario;
  readonly start: readonly Line[];
  readonly reads: readonly (readonly Line[])[];
  /** Names of directories in the order in which the disk listed them then, where they hold more than one. */
  readonly order: Readonly<Record<string, readonly string[]>>;
}

const DIRECTORY = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/claude-code');

/** An answer in the form in which it is kept and compared. */
export function linesOf({ start, reads }: Answer): Pick<Recorded, 'start' | 'reads'> {
  return { start: start.map(lineOf), reads: reads.map((files) => files.map(lineOf)) };
}

function lineOf({ kind, path, text }: Injected): Line {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return `${kind} ${path} ${text.length} ${hash}`;
}

interface Stored {
  /** Files that most trees hold. */
  readonly shared: Scenario['files'];
  readonly cases: readonly (Recorded & {
    /** Shared files that this tree does not hold. */ readonly lacks?: readonly string[];
  })[];
}

/** All recorded answers, by the name of their file. */
export async function readRecordings(): Promise<ReadonlyMap<string, readonly Recorded[]>> {
  const names = (await readdir(DIRECTORY).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const all = new Map<string, readonly Recorded[]>();
  for (const name of names) {
    const { shared, cases } = JSON.parse(await readFile(join(DIRECTORY, name), 'utf8')) as Stored;
    all.set(
      name,
      cases.map(({ lacks = [], ...each }) => {
        const common = Object.entries(shared).filter(([path]) => !lacks.includes(path));
        const files = { ...Object.fromEntries(common), ...each.scenario.files };
        return { ...each, scenario: { ...each.scenario, files } };
      }),
    );
  }
  return all;
}

/** One case a line, so that a change shows as a change of lines; files that most trees hold are written once. */
export async function writeRecording(
  name: string,
  version: string,
  cases: readonly Recorded[],
): Promise<void> {
  const shared = sharedFiles(cases.map(({ scenario }) => scenario));
  const lines = cases.map(({ scenario, ...rest }) => {
    const own = Object.entries(scenario.files).filter(
      ([path, content]) => JSON.stringify(content) !== JSON.stringify(shared[path]),
    );
    const lacks = Object.keys(shared).filter((path) => scenario.files[path] === undefined);
    return JSON.stringify({
      scenario: { ...scenario, files: Object.fromEntries(own) },
      ...rest,
      ...(lacks.length === 0 ? {} : { lacks }),
    });
  });
  const head = `{"program":"claude-code","version":"${version}",\n"shared":${JSON.stringify(shared)},\n"cases":[\n`;
  await writeFile(join(DIRECTORY, name), `${head}${lines.join(',\n')}\n]}\n`);
}

function sharedFiles(scenarios: readonly Scenario[]): Scenario['files'] {
  const counts = new Map<string, number>();
  for (const { files } of scenarios)
    for (const entry of Object.entries(files)) {
      const key = JSON.stringify(entry);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  const common = [...counts].filter(([, count]) => count > scenarios.length / 2);
  return Object.fromEntries(common.map(([key]) => JSON.parse(key) as [string, Content]));
}
