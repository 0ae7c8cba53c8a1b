import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nodeFiles } from '../../src/base/node-files.ts';
import { claudeDirectories } from '../../src/memory/hierarchy/claude-code/claude-directories.ts';
import { createHierarchyReader } from '../../src/memory/hierarchy/disk-reader.ts';
import type {
  HierarchyReader,
  ResolvedFile,
  ResolvedHierarchy,
  ResolveInput,
} from '../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../src/memory/hierarchy/read-hierarchy.ts';
import { type Answer, type Injected, MANAGED, type Scenario, type Staged, stage } from './scenario.ts';

/** Names of directories (below the base) in the order in which a disk listed them. */
export type Order = Readonly<Record<string, readonly string[]>>;

/** What our resolver says of a scenario, in the form of the program's answer; in another disk's order where told. */
export async function askOurs(scenario: Scenario, order?: Order): Promise<Answer> {
  const staged = await stage(scenario);
  try {
    return await answerStaged(scenario, staged, order);
  } finally {
    await staged.remove();
  }
}

/** The same in a tree that was staged before. */
export async function answerStaged(scenario: Scenario, staged: Staged, order?: Order): Promise<Answer> {
  const told = await inputOf(scenario, staged);
  const input =
    order === undefined ? told : { ...told, reader: inOrder(told.reader, { base: staged.base, order }) };
  const reads = (scenario.reads ?? []).map((path) => join(staged.base, staged.fill(path)));
  const atStart = (await readHierarchy(input)).hierarchy;
  const answers: Injected[][] = [];
  const seen = new Set(loaded(atStart).map(({ path }) => path));
  for (const [index] of reads.entries()) {
    const { hierarchy } = await readHierarchy({ ...input, filesRead: reads.slice(0, index + 1) });
    const fresh = loaded(hierarchy).filter(({ path }) => !seen.has(path));
    for (const { path } of fresh) seen.add(path);
    answers.push(fresh.map((file) => ({ ...injected(file, staged), kind: 'read' })));
  }
  const start = loaded(atStart).filter(({ trigger }) => trigger === 'start');
  return { start: start.map((file) => injected(file, staged)), reads: answers };
}

// The program takes rules in the order of the disk, which is another on every machine.
function inOrder(
  reader: HierarchyReader,
  { base, order }: { readonly base: string; readonly order: Order },
): HierarchyReader {
  return {
    readText: (path, maxBytes) => reader.readText(path, maxBytes),
    realPath: (path) => reader.realPath(path),
    list: async (path) => {
      const names = order[((await reader.realPath(path)) ?? path).slice(base.length + 1)];
      const entries = await reader.list(path);
      return names === undefined
        ? entries
        : entries.map((entry) => ({ ...entry, position: names.indexOf(entry.name) }));
    },
  };
}

/** The order of every rules directory of a staged tree that holds more than one name. */
export async function orderOf({ base }: Staged): Promise<Order> {
  const order: Record<string, readonly string[]> = {};
  const walk = async (directory: string): Promise<void> => {
    const entries = await nodeFiles.readDirectoryUnsorted(directory, 5000);
    const isOfRules = entries.some(({ name }) => name.endsWith('.md')) || /rules/.test(directory);
    // The memory's directory is listed by no order, and its name is that of this run.
    if (isOfRules && entries.length > 1 && !directory.includes('/projects/'))
      order[directory.slice(base.length + 1)] = entries.map(({ name }) => name);
    for (const { name, kind } of entries)
      if (kind === 'directory' && name !== '.git') await walk(join(directory, name));
  };
  await walk(base);
  return order;
}

export async function inputOf(scenario: Scenario, { base, fill }: Staged): Promise<ResolveInput> {
  const cwd = await nodeFiles.realPath(join(base, scenario.cwd));
  const environment = Object.fromEntries(
    Object.entries(scenario.environment ?? {}).map(([name, value]) => [name, fill(value)]),
  );
  const repositoryRoot = await gitRoot(cwd);
  const args = argumentsOf((scenario.args ?? []).map(fill));
  const { configDirectory } = claudeDirectories(environment, join(base, 'home'), 'linux');
  return {
    dialect: 'claude-code',
    cwd,
    ...(repositoryRoot === undefined ? {} : { repositoryRoot }),
    homeDirectory: join(base, 'home'),
    configDirectory,
    managedDirectory: join(base, MANAGED),
    environment: args.isBare ? { ...environment, CLAUDE_CODE_SIMPLE: '1' } : environment,
    ...args.input,
    trusted: true,
    reader: createHierarchyReader(nodeFiles),
  };
}

// The arguments of the program that bear on memory; `--bare` is what the variable says.
function argumentsOf(args: readonly string[]): { isBare: boolean; input: Partial<ResolveInput> } {
  const addedDirectories = valuesOf(args, '--add-dir');
  const [sources] = valuesOf(args, '--setting-sources');
  const [settingsArgument] = valuesOf(args, '--settings');
  const settingSources = (['user', 'project', 'local'] as const).filter((source) =>
    sources?.split(',').includes(source),
  );
  return {
    isBare: args.includes('--bare'),
    input: {
      addedDirectories,
      ...(sources === undefined ? {} : { settingSources }),
      ...(settingsArgument === undefined ? {} : { settingsArgument }),
    },
  };
}

function valuesOf(args: readonly string[], name: string): readonly string[] {
  const from = args.indexOf(name) + 1;
  if (from === 0) return [];
  const end = args.findIndex((value, index) => index >= from && value.startsWith('--'));
  return args.slice(from, end < 0 ? undefined : end);
}

async function gitRoot(directory: string): Promise<string | undefined> {
  for (let at = directory; ; at = dirname(at)) {
    const isRoot = await access(join(at, '.git')).then(
      () => true,
      () => false,
    );
    if (isRoot) return at;
    if (at === dirname(at)) return undefined;
  }
}

function loaded({ files }: ResolvedHierarchy): readonly ResolvedFile[] {
  return files.filter(({ state }) => state === 'loaded');
}

function injected(file: ResolvedFile, { base, unfill }: Staged): Injected {
  // In its own /etc the program sees the managed directory there.
  const isText = file.scope === 'managed' && file.path.endsWith('.json');
  const path = isText ? '<managed-settings>' : file.path.replace(join(base, 'etc'), '/etc');
  return { path: unfill(path), kind: kindOf(file), text: unfill(file.text) };
}

function kindOf({ scope, path }: ResolvedFile): string {
  if (scope === 'managed' || scope === 'user' || scope === 'auto' || scope === 'local') return scope;
  return path === '' ? scope : 'project';
}
