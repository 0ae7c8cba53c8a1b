// A repository of 200,000 files with 10,000 memory files and 100,000 entries (or VARVE_BENCH_FILES, a twentieth of
// them memory): what is opened and how long it takes, each beside the plainest program that does as much.
import { readFile, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Lexer } from 'marked';
import { createGit } from '../../src/base/git-process.ts';
import { nodeFiles } from '../../src/base/node-files.ts';
import { parseMemoryFile } from '../../src/memory/file/parse-memory-file.ts';
import type { OutlineNode } from '../../src/memory/outline/outline.ts';
import type { MemoryWorkspace } from '../../src/memory/workspace/memory-workspace.ts';
import { memoryFilesFromGit } from '../../src/memory/workspace/nested-files.ts';
import { openMemoryWorkspace } from '../../src/memory/workspace/open-workspace.ts';
import { updateNodes } from '../../src/views/tree/node-diff.ts';
import type { Row, TreeNode } from '../../src/views/tree/row.ts';
import type { BenchResult } from './benches.ts';
import { type BigRepository, makeBigRepository, memoryText } from './big-repository.ts';
import { type Pair, resultOf } from './pairs.ts';

const RUNS = 2;
const TREE_ENTRIES = 10_000;

export async function measureScale(): Promise<readonly BenchResult[]> {
  const repository = await makeBigRepository(Number(process.env['VARVE_BENCH_FILES'] ?? 200_000));
  talk(`${repository.files} files, ${repository.memoryFiles.length} of them memory files`);
  try {
    return [
      countOf('memory files', repository.memoryFiles.length, 'files', repository.files),
      ...(await measureGit(repository)),
      ...(await measureParsing(repository)),
      ...(await measureFirstReading(repository)),
      ...(await measureChange(repository)),
      ...measureTree(),
    ];
  } finally {
    await repository.remove();
  }
}

async function measureGit({ root }: BigRepository): Promise<readonly BenchResult[]> {
  const git = createGit({ directory: root, environment: process.env });
  const pairs = await inTurn(RUNS, {
    value: () => memoryFilesFromGit(git, root),
    beside: () => git.text(['ls-files', '-z', '--cached', '--others', '--exclude-standard']),
  });
  return [resultOf('scale: memory files from git', 'git ls-files of everything', pairs)];
}

async function measureParsing({ memoryFiles }: BigRepository): Promise<readonly BenchResult[]> {
  const texts = await Promise.all(memoryFiles.map((path) => readFile(path, 'utf8')));
  const pairs = await inTurn(RUNS, {
    value: () => texts.map((text) => parseMemoryFile(text)),
    beside: () => texts.map((text) => Lexer.lex(text)),
  });
  return [resultOf(`scale: parse ${texts.length} files`, 'marked.lexer alone', pairs)];
}

async function measureFirstReading(repository: BigRepository): Promise<readonly BenchResult[]> {
  const pairs: Pair[] = [];
  let opens = 0;
  let shown: readonly string[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { workspace, opened } = await open(repository);
    const value = await elapsed(async () => {
      const { hierarchy } = await workspace.effective();
      shown = hierarchy.files.map(({ path }) => path);
    });
    opens = opened().filter((path) => path.endsWith('.md')).length;
    workspace.dispose();
    pairs.push({ value, beside: await elapsed(() => readAll(shown)) });
  }
  talk(`${shown.length} of ${repository.memoryFiles.length} memory files are shown`);
  return [
    countOf('scale: memory files shown', shown.length, 'memory files', repository.memoryFiles.length),
    countOf('scale: opens of the first reading', opens, 'files that can load', shown.length),
    resultOf('scale: first reading', 'reading the same files', pairs),
  ];
}

async function measureChange(repository: BigRepository): Promise<readonly BenchResult[]> {
  const { workspace, opened } = await open(repository);
  const changes = listen(workspace);
  workspace.watch();
  let { roots } = updateNodes([], rowsOf(await workspace.outline()));
  await workspace.outline();
  opened();
  await workspace.outline();
  const opensWithout = opened().length;
  let fired = 0;
  const take = async (): Promise<void> => {
    const update = updateNodes(roots, rowsOf(await workspace.outline()));
    roots = update.roots;
    fired = update.changed === 'all' ? -1 : update.changed.length;
  };
  const pairs: Pair[] = [];
  let opens = 0;
  for (let run = 0; run < RUNS; run += 1) {
    opened();
    const path = repository.memoryFiles[run + 1] ?? '';
    const value = await elapsed(async () => {
      const heard = changes.next();
      await writeFile(path, `${memoryText(run + 1)}- one more\n`);
      await heard;
      await take();
    });
    opens = new Set(opened()).size;
    pairs.push({ value, beside: await plainChange(join(repository.base, `plain${run}.md`)) });
  }
  opened();
  const late = join(repository.root, 'group0', 'part7', 'deeper', 'still', 'CLAUDE.md');
  await nodeFiles.makeDirectory(join(late, '..'));
  const heard = changes.next();
  await writeFile(late, '- came late\n');
  workspace.notice(late);
  await heard;
  await take();
  const opensNew = opened().filter((path) => path.endsWith('.md')).length;
  const isSeen = JSON.stringify(rowsOf(await workspace.outline())).includes(JSON.stringify(late));
  workspace.dispose();
  return [
    countOf('scale: opens of a look without a change', opensWithout, 'files that changed', 0),
    countOf('scale: opens after one change', opens, 'files that changed', 1),
    countOf('scale: rows told of after one change', fired, 'files that changed', 1),
    countOf('scale: opens after a new memory file', opensNew, 'new memory files seen', isSeen ? 1 : 0),
    resultOf('scale: file change to row', 'fs.watch and reading one file', pairs),
  ];
}

/** The tree alone, at as many entries as one may expand. */
function measureTree(): readonly BenchResult[] {
  const rows = (changed: number): readonly Row[] => [
    {
      id: 'scope',
      label: 'Folders',
      children: Array.from({ length: 100 }, (_, file) => fileRow(file, changed)),
    },
  ];
  const pairs: Pair[] = [];
  let changed: readonly TreeNode[] | 'all' = 'all';
  for (let run = 0; run <= RUNS; run += 1) {
    const [before, after] = [rows(-1), rows(4321)];
    const start = performance.now();
    const { roots } = updateNodes([], before);
    const built = performance.now();
    ({ changed } = updateNodes(roots, after));
    const updated = performance.now();
    if (run > 0) pairs.push({ value: updated - built, beside: built - start });
  }
  const name = `scale: tree update at ${TREE_ENTRIES} entries`;
  return [
    resultOf(name, 'building the same tree', pairs),
    countOf(
      'scale: rows told of for one changed entry',
      changed === 'all' ? -1 : changed.length,
      'entries',
      1,
    ),
  ];
}

function fileRow(file: number, changed: number): Row {
  const perFile = TREE_ENTRIES / 100;
  const children = Array.from({ length: perFile }, (_, index) => {
    const number = file * perFile + index;
    return {
      id: `entry${number}`,
      label: `Entry ${number}${number === changed ? ', changed' : ''}`,
      description: '12 tokens',
      tooltip: `Entry ${number}, line ${index}`,
      open: { kind: 'file' as const, path: `/repository/part${file}/CLAUDE.md`, line: index },
    };
  });
  return { id: `file${file}`, label: `part${file}/CLAUDE.md`, children };
}

async function open({ base, root }: BigRepository) {
  const opens: string[] = [];
  const files = {
    ...nodeFiles,
    readFile: (path: string) => {
      opens.push(path);
      return nodeFiles.readFile(path);
    },
  };
  const result = await openMemoryWorkspace({
    folder: root,
    files,
    gitFor: (directory) => createGit({ directory, environment: process.env }),
    clock: { now: () => Date.now() },
    environment: { VARVE_HOME: join(base, 'home', '.varve') },
    homeDirectory: join(base, 'home'),
    managedDirectory: join(base, 'managed'),
    platform: process.platform,
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    trusted: true,
    unsavedFiles: { isUnsaved: async () => false },
    runTimes: async () => [],
    onError: (error) => talk(String(error)),
  });
  if (!result.ok) throw new Error(result.error.message);
  return { workspace: result.value, opened: () => opens.splice(0) };
}

function listen(workspace: MemoryWorkspace): { readonly next: () => Promise<void> } {
  let heard: () => void = () => {};
  workspace.onDidChange((change) => change === 'hierarchy' && heard());
  return {
    next: () =>
      new Promise((resolve) => {
        heard = resolve;
      }),
  };
}

/** What the system itself needs to tell of a change and to read it. */
async function plainChange(path: string): Promise<number> {
  await writeFile(path, 'before\n');
  const stop = new AbortController();
  const events = watch(path, { signal: stop.signal })[Symbol.asyncIterator]();
  const took = await elapsed(async () => {
    const event = events.next();
    await writeFile(path, 'after\n');
    await event;
    await readFile(path);
  });
  stop.abort();
  return took;
}

function rowsOf(outline: readonly OutlineNode[]): readonly Row[] {
  return outline.map((node) => ({
    id: node.id,
    label: node.label,
    description: node.description,
    tooltip: node.explanation,
    ...(node.path === undefined ? {} : { open: { kind: 'file' as const, path: node.path } }),
    children: rowsOf(node.children),
  }));
}

async function readAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await readFile(path);
}

async function inTurn(
  runs: number,
  { value, beside }: Readonly<Record<'value' | 'beside', () => unknown>>,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  // The first pair warms up.
  for (let run = 0; run <= runs; run += 1) {
    const pair = { value: await elapsed(value), beside: await elapsed(beside) };
    if (run > 0) pairs.push(pair);
  }
  return pairs;
}

async function elapsed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function countOf(name: string, value: number, besideName: string, beside: number): BenchResult {
  const ratio = beside === 0 ? {} : { ratio: Math.round((value / beside) * 10_000) / 10_000 };
  return { name, unit: 'count', value, beside: { name: besideName, value: beside }, ...ratio };
}

function talk(line: string): void {
  process.stderr.write(`  ${line}\n`);
}
