import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Git, GitProblem } from '../../../src/base/git.ts';
import { createGit } from '../../../src/base/git-process.ts';
import type { Result } from '../../../src/base/result.ts';
import { captureCandidates } from '../../../src/memory/capture/capture-candidates.ts';
import type { Candidate, ChangeSet } from '../../../src/memory/capture/change-set.ts';
import { type ProposedRecord, toProposedRecord } from '../../../src/memory/capture/proposed-record.ts';
import {
  type CommitRange,
  type ReadChangesOptions,
  readChangeSets,
} from '../../../src/memory/capture/read-change-sets.ts';

const environment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

/** A real git repository in a temporary directory; its commits are one minute apart, so ids do not hang on the clock. */
export class TemporaryRepository {
  readonly directory: string;
  readonly git: Git;
  #minute = 0;

  constructor(directory = realpathSync(mkdtempSync(join(tmpdir(), 'varve-capture-')))) {
    this.directory = directory;
    this.git = createGit({ directory, environment });
  }

  static make(): TemporaryRepository {
    const repository = new TemporaryRepository();
    repository.run('init', '-q', '-b', 'main');
    return repository;
  }

  clone(...options: readonly string[]): TemporaryRepository {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'varve-capture-')));
    this.run('clone', '-q', ...options, `file://${this.directory}`, directory);
    return new TemporaryRepository(directory);
  }

  run(...args: readonly string[]): string {
    const date = `${1_700_000_000 + this.#minute++ * 60} +0000`;
    const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
      cwd: this.directory,
      env: { ...environment, ...dates },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.directory, path)), { recursive: true });
    writeFileSync(join(this.directory, path), content);
  }

  commit(
    message: string,
    files: Readonly<Record<string, string | Uint8Array>> = {},
    ...options: readonly string[]
  ): string {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    this.run('add', '-A');
    this.run('commit', '-q', '--allow-empty', '--cleanup=verbatim', '-m', message, ...options);
    return this.run('rev-parse', 'HEAD');
  }

  async changeSets(range: CommitRange = {}, options: ReadChangesOptions = {}): Promise<readonly ChangeSet[]> {
    return unwrap(await readChangeSets(this.git, range, options));
  }

  async last(): Promise<ChangeSet> {
    const changeSet = (await this.changeSets()).at(-1);
    if (changeSet === undefined) throw new Error('no commit');
    return changeSet;
  }

  async candidates(): Promise<readonly Candidate[]> {
    return captureCandidates(await this.last());
  }

  /** What the whole history would be remembered for. */
  async proposed(range: CommitRange = {}): Promise<readonly ProposedRecord[]> {
    const sets = await this.changeSets(range);
    return sets.flatMap((set) =>
      captureCandidates(set).map((candidate) => unwrap(toProposedRecord(candidate, set))),
    );
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function unwrap<T>(result: Result<T, GitProblem | { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export function packageJson(dependencies: readonly string[], development: readonly string[] = []): string {
  const table = (names: readonly string[]): object =>
    Object.fromEntries(names.map((name) => [name, '^1.0.0']));
  return `${JSON.stringify({ name: 'demo', dependencies: table(dependencies), devDependencies: table(development) }, null, 2)}\n`;
}
