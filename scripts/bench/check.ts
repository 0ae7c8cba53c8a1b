// How often the rules speak on Markdown that nobody wrote for them: every real .md file stands as the CLAUDE.md of its
// own package. Flags: the directories to look in (node_modules unless told), and --findings FILE for a file that gets
// every finding as a line of JSON, to be read by a person.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeFiles } from '../../src/base/node-files.ts';
import type { CheckInput, CheckSurroundings } from '../../src/memory/check/check-input.ts';
import { checkMemory } from '../../src/memory/check/check-memory.ts';
import type { CheckProblem } from '../../src/memory/check/check-problem.ts';
import { checkRules } from '../../src/memory/check/check-rules.ts';
import { checkedFile } from '../../src/memory/check/checked-file.ts';
import { parseMemoryFile } from '../../src/memory/file/parse-memory-file.ts';
import type { ResolvedFile } from '../../src/memory/hierarchy/hierarchy.ts';
import { checkSurroundings } from '../../src/memory/workspace/check-surroundings.ts';

/** What was found in one collection of files. */
interface Measured {
  readonly files: number;
  /** Findings for 1,000 files, by rule; rules that found nothing are left out. */
  readonly per1000: Readonly<Record<string, number>>;
  /** The same findings as they are, by severity. */
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

/** The rules over the Markdown of this repository, and over that of the directories. */
export async function measureCheck(flags: readonly string[]): Promise<object> {
  const { values, positionals } = parseArgs({
    args: [...flags],
    options: { findings: { type: 'string' } },
    allowPositionals: true,
  });
  const places = (positionals.length > 0 ? positionals : ['node_modules']).map((place) => resolve(place));
  const found: CheckProblem[] = [];
  const repository = await measure([resolve('.')], found);
  const markdown = await measure(places, found);
  if (values.findings !== undefined)
    await writeFile(values.findings, found.map((problem) => `${JSON.stringify(problem)}\n`).join(''));
  return { repository, markdown };
}

async function measure(places: readonly string[], collected: CheckProblem[]): Promise<Measured> {
  const found: CheckProblem[] = [];
  let files = 0;
  for (const [root, paths] of await packagesIn(places)) {
    const surroundings = await surroundingsOf(root);
    for (const path of paths) {
      files += 1;
      found.push(...(await problemsOf(root, path, surroundings)));
    }
  }
  collected.push(...found);
  const rates = checkRules.flatMap(({ name }): [string, number][] => {
    const count = found.filter(({ rule }) => rule === name).length;
    return count === 0 ? [] : [[name, Math.round((count / files) * 100_000) / 100]];
  });
  const of = (level: CheckProblem['severity']) => found.filter(({ severity }) => severity === level).length;
  return {
    files,
    per1000: Object.fromEntries(rates),
    errors: of('error'),
    warnings: of('warning'),
    notes: of('info'),
  };
}

async function problemsOf(
  root: string,
  path: string,
  surroundings: CheckSurroundings,
): Promise<readonly CheckProblem[]> {
  const bytes = await readFile(path);
  const file = parseMemoryFile(bytes.toString('utf8'));
  const resolved: ResolvedFile = {
    path,
    scope: 'project',
    state: 'loaded',
    trigger: 'start',
    reason: 'loads at the start',
    bytes: bytes.byteLength,
    tokens: 0,
    text: file.text,
  };
  const input: CheckInput = {
    root,
    folder: root,
    homeDirectory: join(root, 'nobody'),
    hierarchy: { files: [resolved], watch: [], problems: [], tokens: 0 },
    files: [checkedFile(path, 'memory', file, resolved)],
    records: [],
    unreadable: [],
    merge: { unmerged: [], marked: [], twice: [] },
    derived: [],
    freshness: [],
    surroundings,
  };
  return (await checkMemory(input)).problems;
}

async function surroundingsOf(root: string): Promise<CheckSurroundings> {
  const names = await readdir(root, { recursive: true });
  const tracked = names
    .filter((name) => !/(?:^|[/\\])node_modules[/\\]/.test(name))
    .map((name) => join(root, name));
  const disk = checkSurroundings({ files: nodeFiles, git: undefined, root, trusted: true });
  return { ...disk, trackedFiles: async () => tracked };
}

/** Markdown files by the directory of the nearest package.json. */
async function packagesIn(places: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const packages = new Map<string, string[]>();
  for (const place of places) {
    for (const name of await readdir(place, { recursive: true })) {
      const path = join(place, name);
      // Seen from outside, what is installed is no part of a repository.
      if (
        basename(place) !== 'node_modules' &&
        /(?:^|[/\\])(?:node_modules|\.git|dist|artifacts)[/\\]/.test(name)
      )
        continue;
      if (!/\.(?:md|markdown)$/i.test(name) || !(await isFile(path))) continue;
      const root = await packageOf(path, place);
      packages.set(root, [...(packages.get(root) ?? []), path]);
    }
  }
  return packages;
}

async function packageOf(path: string, top: string): Promise<string> {
  for (let directory = dirname(path); directory.startsWith(top); directory = dirname(directory)) {
    if (basename(directory) === 'node_modules') return directory;
    if (await isFile(join(directory, 'package.json'))) return directory;
  }
  return top;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
}
