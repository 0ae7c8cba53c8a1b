import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git, GitProblem, GitTalk } from './git.ts';
import { errorCode } from './io-problem.ts';
import { failure, type Result, success } from './result.ts';

/** The object store of a repository and nothing else of it. */
export interface GitObjects {
  /** Starts `git ARGS` over the objects; there are no references, so revisions are hashes. */
  talk(args: readonly string[], signal?: AbortSignal): Promise<GitTalk>;
  /** Commits whose parents a shallow clone left out. */
  readonly cut: ReadonlySet<string>;
  /** Removes what was made for it. */
  close(): Promise<void>;
}

/** `--path-format` of `git rev-parse` and `--diff-merges=off` came with 2.31 (March 2021). */
const oldestVersion = [2, 31] as const;
/**
 * The largest single piece of memory git may ask for, so that no object of a repository fills the machine's. Over it
 * git gives up. An added or removed file is read whole even where it is not compared, so this is the largest of those.
 */
const largestAllocation = '256m';
/** Files over it are binary: they are not compared line by line. */
const bigFileThreshold = '8m';

/**
 * Lends a repository's objects to an empty bare repository in a temporary directory. Neither the configuration of the
 * repository nor that of the user, no attribute, replacement, graft or remote applies there: what git answers depends
 * on the objects alone, none of their programs can be named, and there is nowhere to fetch from. The user's own git
 * has agreed to read the repository before (`safe.directory`).
 */
export async function lendObjects(git: Git, signal?: AbortSignal): Promise<Result<GitObjects, GitProblem>> {
  const old = await versionProblem(git, signal);
  if (old !== undefined) return failure(old);
  const facts = await storeFacts(git, signal);
  if (!facts.ok) return facts;
  const place = await makePlace(facts.value.format);
  if (!place.ok) return place;
  const directory = place.value;
  const environment = {
    GIT_DIR: directory,
    GIT_OBJECT_DIRECTORY: facts.value.objects,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    // Git before 2.32 does not know the variable above.
    HOME: directory,
    XDG_CONFIG_HOME: directory,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOC_LIMIT: largestAllocation,
  };
  return success({
    talk: (args, talkSignal) =>
      git.talk(args, { environment, ...(talkSignal === undefined ? {} : { signal: talkSignal }) }),
    cut: await readShallow(facts.value.shallow),
    close: () => rm(directory, { recursive: true, force: true }).catch(() => {}),
  });
}

async function versionProblem(git: Git, signal: AbortSignal | undefined): Promise<GitProblem | undefined> {
  const said = await git.text(['version'], signal === undefined ? {} : { signal });
  if (!said.ok) return said.error;
  const [, version = '', major, minor] = /((\d+)\.(\d+)\S*)/.exec(said.value) ?? [];
  const [needMajor, needMinor] = oldestVersion;
  const isEnough = Number(major) > needMajor || (Number(major) === needMajor && Number(minor) >= needMinor);
  if (isEnough) return undefined;
  const found = version === '' ? 'The git found here does not tell its version' : `This is git ${version}`;
  return {
    kind: 'no-git',
    message: `${found}. To read history, git ${oldestVersion.join('.')} or newer is needed.`,
  };
}

interface StoreFacts {
  readonly format: string;
  readonly shallow: string;
  readonly objects: string;
}

async function storeFacts(
  git: Git,
  signal: AbortSignal | undefined,
): Promise<Result<StoreFacts, GitProblem>> {
  const paths = ['--git-path', 'shallow', '--git-path', 'objects'];
  const args = ['rev-parse', '--path-format=absolute', '--show-object-format', ...paths];
  const said = await git.text(args, signal === undefined ? {} : { signal });
  if (!said.ok) return said;
  const [format = '', ...lines] = said.value.split('\n');
  // A path may hold line ends; both hold the same ones.
  const half = lines.length / 2;
  return success({
    format,
    shallow: lines.slice(0, half).join('\n'),
    objects: lines.slice(half).join('\n'),
  });
}

async function makePlace(format: string): Promise<Result<string, GitProblem>> {
  const settings = [
    '[core]',
    `repositoryFormatVersion = ${format === 'sha1' ? 0 : 1}`,
    'bare = true',
    'commitGraph = false',
    `bigFileThreshold = ${bigFileThreshold}`,
    ...(format === 'sha1' ? [] : ['[extensions]', `objectFormat = ${format}`]),
  ];
  try {
    const directory = await mkdtemp(join(tmpdir(), 'varve-git-'));
    await mkdir(join(directory, 'refs'));
    await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(directory, 'config'), `${settings.join('\n')}\n`);
    return success(directory);
  } catch (error) {
    const code = errorCode(error) ?? 'unknown reason';
    return failure({ kind: 'failed', message: `No temporary directory could be made for git: ${code}.` });
  }
}

/** Hashes; none where the clone is not shallow, because then there is no such file. */
async function readShallow(path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}
