import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Clone, unwrap } from './clone-places.ts';

/** The same numbers for the same seed. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export interface Counts {
  operations: number;
  merges: number;
  rebases: number;
  /** Records about which a person was asked. */
  asked: number;
  /** Files that git took for another record, which regenerating put right. */
  mistaken: number;
  /** Generated files that git could not merge. */
  regenerated: number;
  serverMerges: number;
  serverRefusals: number;
}

export const noCounts = (): Counts => ({
  operations: 0,
  merges: 0,
  rebases: 0,
  asked: 0,
  mistaken: 0,
  regenerated: 0,
  serverMerges: 0,
  serverRefusals: 0,
});

const words =
  'harbor tide signal beacon anchor ledger copper violet marble thunder lantern orchard granite meadow pepper saddle timber velvet walnut zephyr bramble cinder dapple ember fjord glacier hollow ivory juniper kettle lichen mosaic nectar obsidian plume quartz russet sorrel tundra umber'.split(
    ' ',
  );

const derivedFiles = ['.varve/memory/MEMORY.md', '.claude/rules/varve.md'];

/** Somebody at work in a clone: every operation is one a person could do, with conflicts decided by the toss of a coin. */
export class Worker {
  readonly name: string;
  readonly clone: Clone;
  readonly #random: (below: number) => number;
  readonly counts: Counts;
  #made = 0;

  constructor(name: string, clone: Clone, random: (below: number) => number, counts: Counts) {
    this.name = name;
    this.clone = clone;
    this.#random = random;
    this.counts = counts;
  }

  async operate(): Promise<void> {
    this.counts.operations++;
    const acts = [
      ...Array.from({ length: 2 }, () => () => this.decide()),
      ...Array.from({ length: 2 }, () => () => this.capture()),
      ...Array.from({ length: 5 }, () => () => this.#review('accept')),
      ...Array.from({ length: 2 }, () => () => this.#review('reject')),
      ...Array.from({ length: 3 }, () => () => this.#retire()),
      ...Array.from({ length: 4 }, () => () => this.#edit()),
      ...Array.from({ length: 2 }, () => () => this.pull('merge')),
      () => this.pull('rebase'),
      ...Array.from({ length: 2 }, () => async () => this.push()),
    ];
    await acts[this.#random(acts.length)]?.();
  }

  /** A commit that states a decision, in a file of its own so that code never conflicts. */
  async decide(): Promise<void> {
    const name = `${this.name}${this.#made++}`;
    await this.clone.write(`src/${name}.ts`, `export const ${name} = 1;\n`);
    this.clone.git('add', 'src');
    const why = Array.from({ length: 14 }, () => words[this.#random(words.length)]).join(' ');
    this.clone.git(
      'commit',
      '-q',
      '-m',
      `Use engine ${name}\n\nWe use engine ${name} instead of our own loop because ${why}.`,
    );
  }

  async capture(): Promise<void> {
    unwrap(await this.clone.workspace.capture());
  }

  /** Several decisions for both to work on: proposals, and of every three one accepted. */
  async prepare(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await this.decide();
    await this.capture();
    const ids = (await this.clone.workspace.proposals()).map(({ id }) => id);
    unwrap(await this.clone.workspace.accept(ids.filter((_, index) => index % 3 === 0)));
    this.push();
  }

  async #review(verb: 'accept' | 'reject'): Promise<void> {
    const one = this.#one(await this.clone.workspace.proposals());
    if (one !== undefined) unwrap(await this.clone.workspace[verb]([one.id]));
  }

  async #retire(): Promise<void> {
    const one = this.#one(await this.clone.workspace.records());
    if (one !== undefined) unwrap(await this.clone.workspace.retire([one.id]));
  }

  /** By hand, in the file: a record that is accepted, or a proposal in the tree. */
  async #edit(): Promise<void> {
    const files = this.#list('.varve/memory', '.varve/proposed').filter((path) =>
      /-[0-9a-z]{6}\.md$/.test(path),
    );
    const path = this.#one(files);
    if (path === undefined) return;
    const text = await this.clone.read(path);
    await this.clone.write(
      path,
      `${text.trimEnd()}\n\n**How to apply:** ${this.name} says ${this.#made++}.\n`,
    );
    await this.regenerate();
  }

  #list(...directories: readonly string[]): readonly string[] {
    const all = this.clone.git('ls-files', '--cached', '--others', '--deduplicate', '--', ...directories);
    const gone = new Set(this.clone.git('ls-files', '--deleted', '--', ...directories).split('\n'));
    return all.split('\n').filter((path) => path !== '' && !gone.has(path));
  }

  #one<T>(all: readonly T[]): T | undefined {
    return all.length === 0 ? undefined : all[this.#random(all.length)];
  }

  async regenerate(): Promise<void> {
    unwrap(await this.clone.workspace.regenerate());
  }

  save(): void {
    this.clone.git('add', '-A');
    this.clone.tryGit('commit', '-q', '-m', `Memory of ${this.name}`);
  }

  push(): boolean {
    this.save();
    return this.clone.tryGit('push', '-q', 'origin', 'HEAD:main').ok;
  }

  async pull(how: 'merge' | 'rebase'): Promise<void> {
    this.save();
    this.counts[how === 'merge' ? 'merges' : 'rebases']++;
    const way = how === 'merge' ? '--no-rebase' : '--rebase';
    let done = this.clone.tryGit('pull', '-q', '--no-edit', way, 'origin', 'main');
    for (let round = 0; !done.ok; round++) {
      if (round > 60 || !(await this.#isGoingOn())) throw new Error(`${how}: ${done.said}`);
      await this.#resolve();
      done = await this.#goOn();
    }
    await this.regenerate();
    this.save();
  }

  async #isGoingOn(): Promise<boolean> {
    const found = await Promise.all(
      ['MERGE_HEAD', 'rebase-merge', 'rebase-apply'].map((name) => this.#has(name)),
    );
    return found.some((one) => one);
  }

  #has(name: string): Promise<boolean> {
    return stat(this.clone.path(`.git/${name}`)).then(
      () => true,
      () => false,
    );
  }

  async #goOn(): Promise<{ readonly ok: boolean; readonly said: string }> {
    if (await this.#has('MERGE_HEAD')) return this.clone.tryGit('commit', '-q', '--no-edit');
    const isEmpty = this.clone.tryGit('diff', '--cached', '--quiet').ok;
    return this.clone.tryGit('rebase', isEmpty ? '--skip' : '--continue');
  }

  /** What a person does with `varve check` in front of them. */
  async #resolve(): Promise<void> {
    const unmerged = this.#unmerged();
    const said = new Map(
      (await this.clone.workspace.check()).problems
        .filter(({ rule }) => rule === 'merge-conflict')
        .map(({ path, message }) => [path, message]),
    );
    for (const path of unmerged) {
      const message = said.get(this.clone.path(path));
      if (message === undefined) throw new Error(`Nothing was said of ${path}.`);
      if (!/git (add|rm)/.test(message)) throw new Error(`No next step: ${message}`);
    }
    const asked = unmerged.filter(
      (path) => !/^Git (?:took|still)/.test(said.get(this.clone.path(path)) ?? ''),
    );
    const keys = new Set(asked.filter((path) => !derivedFiles.includes(path)).map(keyOf));
    this.counts.mistaken +=
      unmerged.length - asked.length - unmerged.filter((path) => derivedFiles.includes(path)).length;
    for (const key of keys) this.#decideDifferently(key);
    await this.regenerate();
    const derived = unmerged.filter((path) => derivedFiles.includes(path));
    this.counts.regenerated += derived.length;
    this.clone.git('add', '-A');
    if (this.#unmerged().length > 0) throw new Error('Something is unmerged still.');
  }

  #unmerged(): readonly string[] {
    return [...new Set(this.clone.git('diff', '--name-only', '--diff-filter=U').split('\n'))].filter(Boolean);
  }

  /** The coin falls for one side of a record; that both really differ is held first. */
  #decideDifferently(key: string): void {
    const isMerge = this.clone.tryGit('rev-parse', '-q', '--verify', 'MERGE_HEAD').ok;
    const [ours, theirs] = ['HEAD', isMerge ? 'MERGE_HEAD' : 'REBASE_HEAD'];
    const base = isMerge ? this.clone.git('merge-base', ours, theirs) : `${theirs}~1`;
    const [inOurs, inTheirs, inBase] = [ours, theirs, base].map((commit) => this.#stateOf(key, commit));
    const states = `${key}: ${inOurs} | ${inTheirs} | ${inBase}`;
    if (inOurs === inTheirs) throw new Error(`Asked although both sides did the same: ${states}`);
    if (inOurs === inBase || inTheirs === inBase)
      throw new Error(`Asked although one side did nothing: ${states}`);
    this.counts.asked++;
    const chosen = this.#random(2) === 0 ? ours : theirs;
    for (const path of this.#inIndex(key)) {
      this.clone.git('rm', '-q', '-f', '--ignore-unmatch', '--cached', '--', path);
      this.clone.tryGit('clean', '-q', '-f', '-x', '--', path);
    }
    for (const path of this.#inCommit(key, chosen)) this.clone.git('checkout', chosen, '--', path);
  }

  #inIndex(key: string): readonly string[] {
    const all = this.clone.git('ls-files', '--cached', '--others', '--', '.varve').split('\n');
    return [...new Set(all.filter((path) => path !== '' && keyOf(path) === key))];
  }

  #inCommit(key: string, commit: string): readonly string[] {
    const all = this.clone.git('ls-tree', '-r', '--name-only', commit, '.varve').split('\n');
    return all.filter((path) => path !== '' && keyOf(path) === key);
  }

  /** Where a record and its evidence stand in a commit, and their bytes. */
  #stateOf(key: string, commit: string): string {
    const lines = this.clone.git('ls-tree', '-r', commit, '.varve').split('\n');
    const own = lines.map((line) => /^\S+ \S+ (\S+)\t(.*)$/.exec(line)).filter((match) => match !== null);
    const found = own.filter(([, , path = '']) => keyOf(path) === key);
    return found
      .map(([, blob = '', path = '']) => `${dirname(path)} ${basename(path).slice(-9)} ${blob.slice(0, 8)}`)
      .join(', ');
  }
}

/** What a record and its evidence have in common: the end of the id. */
function keyOf(path: string): string {
  return basename(path)
    .replace(/\.(md|json)$/, '')
    .slice(-6)
    .toLowerCase();
}
