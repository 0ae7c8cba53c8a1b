import type { Git, GitProblem } from '../../base/git.ts';
import { type Result, success } from '../../base/result.ts';
import { captureCandidates } from './capture-candidates.ts';
import type { Candidate, ChangedFile, ChangeSet } from './change-set.ts';
import { commitNature } from './commit-nature.ts';
import { tipOf } from './git/commit-list.ts';
import { readTags } from './git/tags.ts';
import { importDocuments } from './import-documents.ts';
import type { Density } from './join/join-milestone.ts';
import type { LookedAt } from './join-candidates.ts';
import { type CommitRange, type ReadChangesOptions, streamChangeSets } from './read-change-sets.ts';
import { isBareTag, versionTag } from './rules/version-tag.ts';

/** What the commits of a range say by themselves, before anything is joined. */
export interface LookedThrough {
  /** Commits that say something, oldest first; of what they changed only where, in the files that candidates name. */
  readonly looked: readonly LookedAt[];
  /** Commits looked at. */
  readonly commits: number;
  readonly density: Density;
  /** Sentences about commits that could not be read in full. */
  readonly problems: readonly string[];
  /** The last commit looked at, where the look was cancelled before its end; what was found until then is kept. */
  readonly cutAfter?: string;
}

/** More than one in so many commits is dense. */
const sparse = 20;

/**
 * All commits of the range through all rules, in one pass. Where history is looked at from its beginning, documents
 * that are in the tree and that no commit brought come last.
 */
export async function lookThrough(
  git: Git,
  range: CommitRange,
  options: ReadChangesOptions = {},
): Promise<Result<LookedThrough, GitProblem>> {
  const looked: LookedAt[] = [];
  const problems: string[] = [];
  const heard = { ...options, onProblem: (message: string) => problems.push(message) };
  let commits = 0;
  let last: string | undefined;
  for await (const one of streamChangeSets(git, range, heard)) {
    if (!one.ok) {
      if (one.error.kind !== 'cancelled' || last === undefined) return one;
      return success({
        looked,
        commits,
        density: { tags: false, sections: false },
        problems,
        cutAfter: last,
      });
    }
    if (one.value.tagsOnly !== true) last = one.value.commit;
    if (one.value.tagsOnly !== true) commits++;
    const candidates = captureCandidates(one.value);
    if (candidates.length > 0 || commitNature(one.value) === 'revert')
      looked.push({ changeSet: { ...one.value, files: placesOnly(one.value, candidates) }, candidates });
  }
  const older = range.since === undefined ? await olderDocuments(git, range, looked, options) : success([]);
  if (!older.ok) return older;
  const tags = await areTagsDense(git, range, options);
  if (!tags.ok) return tags;
  const sections = looked.flatMap(({ candidates }) =>
    candidates.filter(({ subject }) => subject.startsWith('release:')),
  ).length;
  const density = { tags: tags.value, sections: sections > 1 && sections * sparse > commits };
  return success({ looked: [...older.value, ...looked], commits, density, problems });
}

/** A whole history's changed lines would not fit in memory; anchors need to know where they stand, not what they say. */
function placesOnly({ files }: ChangeSet, candidates: readonly Candidate[]): readonly ChangedFile[] {
  const paths = new Set(candidates.flatMap((candidate) => candidate.paths));
  return files
    .filter(({ path }) => paths.has(path))
    .map(({ whole: _whole, ...file }) => ({
      ...file,
      added: file.added.map(({ line }) => ({ line, text: '' })),
      removed: [],
    }));
}

async function olderDocuments(
  git: Git,
  range: CommitRange,
  looked: readonly LookedAt[],
  { signal }: ReadChangesOptions,
): Promise<Result<readonly LookedAt[], GitProblem>> {
  const tip = await tipOf(git, range.until, signal);
  if (!tip.ok) return tip;
  if (tip.value === undefined) return success([]);
  const documents = looked.flatMap(({ candidates }) => candidates.flatMap(({ document }) => document ?? []));
  const begun = documents.filter(({ isNew, formerPath }) => isNew || formerPath !== undefined);
  const seen = new Set(begun.map(({ path }) => path));
  return importDocuments(git, tip.value, seen, signal);
}

/** Counted over the whole history, however little of it is looked at. */
async function areTagsDense(
  git: Git,
  range: CommitRange,
  { signal }: ReadChangesOptions,
): Promise<Result<boolean, GitProblem>> {
  const tip = await tipOf(git, range.until, signal);
  if (!tip.ok) return tip;
  if (tip.value === undefined) return success(false);
  const tags = await readTags(git, tip.value, signal);
  if (!tags.ok) return tags;
  const bare = [...tags.value.values()].flatMap((list) =>
    versionTag(onlyTags(list)).filter(isBareTag),
  ).length;
  if (bare < 2) return success(false);
  const options = signal === undefined ? {} : { signal };
  const count = await git.text(['rev-list', '--count', '--end-of-options', tip.value, '--'], options);
  return count.ok ? success(bare * sparse > Number(count.value)) : count;
}

const nobody = { name: '', mail: '' };

function onlyTags(tags: ChangeSet['tags']): ChangeSet {
  const facts = {
    commit: '',
    parents: [],
    patchId: '',
    tree: '',
    authorDate: 0,
    subject: '',
    body: '',
    files: [],
  };
  return { ...facts, author: nobody, committer: nobody, tags, tagsOnly: true };
}
