/** A project that is known on this machine. */
export interface ProjectName {
  readonly id: string;
  readonly name: string;
  readonly stateDirectory: string;
}

/** A directory that exists: the root of a working tree, or a folder without git. */
export interface Place {
  readonly root: string;
  /** Absent where no project is known to be there, or where that is not clear. */
  readonly project?: ProjectName;
}

/** Where a session may belong, by what there is to hold against it. */
export interface Candidate extends Place {
  /** Commits that the session names and the repository has. */
  readonly commits: number;
  /** Files of the session that stand there at the same relative path, and how many were looked for. */
  readonly files: number;
  readonly filesAsked: number;
  /** It has a remote that the session's project had. */
  readonly sharesRemote: boolean;
  /** The directory has the name of the one that is gone. */
  readonly sharesName: boolean;
  readonly hasBranch: boolean;
}

/** All that counts, gathered by {@link gatherFacts}. */
export interface RelinkFacts {
  /** As the session has it; empty where it says nothing. */
  readonly cwd: string;
  /** What a person said of this session, or of a directory that holds its cwd; the nearest counts. */
  readonly answered?: Place | { readonly root?: undefined; readonly project: ProjectName };
  /** Where cwd is now, where it is there. */
  readonly standing?: Place;
  /** Known projects that were seen exactly where the repository stood or stands. */
  readonly seen: readonly SeenProject[];
  /** Working trees that git still lists and that held cwd; the place is that of the main one. */
  readonly worktrees: readonly Place[];
  /** The nearest directory above cwd that is there. `hadIt`: the history of its repository has the rest of the path. */
  readonly above?: Place & { readonly hadIt: boolean; readonly isWorktreePlace: boolean };
  readonly candidates: readonly Candidate[];
  /** Roots and ids of projects that a person said it is not of. */
  readonly refused: ReadonlySet<string>;
}

export interface SeenProject {
  readonly project: ProjectName;
  /** Where it was seen: cwd or a directory above it. */
  readonly at: string;
  /** That directory is cwd, or had the rest of the path. */
  readonly isSure: boolean;
  /** Where the project is now, the last seen first. */
  readonly places: readonly string[];
}

export type BelongingHow = 'answered' | 'there' | 'worktree' | 'seen' | 'above';

/** Which project a session belongs to. */
export type Belonging =
  | {
      readonly kind: 'known';
      readonly how: BelongingHow;
      /** Absent where the project is nowhere to be found now. */
      readonly root?: string;
      readonly project?: ProjectName;
    }
  | {
      readonly kind: 'ambiguous';
      /** The likeliest first. A person is asked once. */
      readonly candidates: readonly (Place & { readonly why: string })[];
    }
  | { readonly kind: 'unknown' };

/** Half of the files in common is no accident. */
const TELLING_SHARE = 0.5;

/**
 * Pure. Certain is what a person said, where the directory stands, what git lists and where a project was seen; what
 * only looks alike is never decided, because a wrong answer shows one project's work in another.
 */
export function decideBelonging(facts: RelinkFacts): Belonging {
  const { answered, standing, worktrees, above, refused } = facts;
  if (answered !== undefined) return known('answered', answered);
  if (standing !== undefined) return decideStanding(standing, facts);
  const [worktree, ...otherWorktrees] = distinct(worktrees).filter((place) => !isRefused(place, refused));
  if (worktree !== undefined && otherWorktrees.length === 0) return known('worktree', worktree);
  const seen = decideSeen(facts);
  if (seen !== undefined) return seen;
  if (above?.isWorktreePlace && !isRefused(above, refused)) return known('worktree', above);
  if (above?.hadIt && !isRefused(above, refused)) return known('above', above);
  return ask([...otherWorktrees.map(listed), ...byLikeness(facts)]);
}

/** Something is where the session was worked in; it may have taken the place of something else. */
function decideStanding(standing: Place, facts: RelinkFacts): Belonging {
  const others = facts.seen.filter(
    ({ project, isSure, at }) => isSure && at === standing.root && project.id !== standing.project?.id,
  );
  if (others.length === 0 && !isRefused(standing, facts.refused)) return known('there', standing);
  const here = { ...standing, why: 'It is there now.' };
  const before = others.map(({ project, places }) => ({
    root: places.find((place) => place !== standing.root) ?? standing.root,
    project,
    why: `${project.name} was there before.`,
  }));
  const offered = [here, ...before].filter((place) => !isRefused(place, facts.refused));
  return ask(offered.length > 0 ? offered : byLikeness(facts));
}

function decideSeen({ seen, candidates, refused, ...facts }: RelinkFacts): Belonging | undefined {
  const sure = seen.filter(({ isSure, project }) => isSure && !refused.has(project.id));
  const nearest = sure.filter(({ at }) => at === sure[0]?.at);
  const [first, ...others] = nearest;
  if (first === undefined) return undefined;
  const place = ({ project, places: [root] }: SeenProject) => ({
    project,
    ...(root !== undefined && { root }),
  });
  if (others.length > 0) {
    const why = 'It was seen where the session was worked in.';
    const named = nearest.flatMap(({ project, places: [root] }) =>
      root === undefined ? [] : [{ root, project, why }],
    );
    if (named.length > 1) return ask(named);
  }
  if (first.places.length > 0) return known('seen', place(first));
  // Its project is known and nowhere to be found: a clone of it may be here under another name.
  const likely = byLikeness({ seen, candidates, refused, ...facts });
  return likely.length > 0 ? ask(likely) : known('seen', place(first));
}

function byLikeness({ candidates, refused }: RelinkFacts): readonly (Place & { readonly why: string })[] {
  return candidates
    .filter((candidate) => likeness(candidate) > 0 && !isRefused(candidate, refused))
    .toSorted((one, other) => likeness(other) - likeness(one))
    .map((candidate) => {
      const { root, project } = candidate;
      return { root, ...(project && { project }), why: whyAlike(candidate) };
    });
}

/** 0: nothing speaks for it. Only the order counts. */
function likeness({ commits, files, filesAsked, sharesRemote, sharesName, hasBranch }: Candidate): number {
  const share = filesAsked === 0 ? 0 : files / filesAsked;
  const speaks =
    commits > 0 || share >= TELLING_SHARE || sharesRemote || (sharesName && (share > 0 || hasBranch));
  return speaks
    ? commits * 10 + share * 8 + Number(sharesRemote) * 4 + Number(sharesName) * 2 + Number(hasBranch)
    : 0;
}

function whyAlike({ commits, files, filesAsked, sharesRemote, sharesName, hasBranch }: Candidate): string {
  const reasons = [
    commits > 0 ? `it has ${commits} of the commits that the session names` : '',
    files > 0 ? `${files} of ${filesAsked} files of the session stand there` : '',
    sharesRemote ? 'it has the same remote' : '',
    sharesName ? 'the directory has the same name' : '',
    hasBranch ? 'it has the branch' : '',
  ].filter((reason) => reason !== '');
  const text = reasons.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function ask(candidates: readonly (Place & { readonly why: string })[]): Belonging {
  const found = new Map<string, Place & { readonly why: string }>();
  for (const candidate of candidates) if (!found.has(candidate.root)) found.set(candidate.root, candidate);
  return found.size === 0 ? { kind: 'unknown' } : { kind: 'ambiguous', candidates: [...found.values()] };
}

function listed(place: Place): Place & { readonly why: string } {
  return { ...place, why: 'Git lists a worktree of it where the session was worked in.' };
}

function known(
  how: BelongingHow,
  { root, project }: { readonly root?: string | undefined; readonly project?: ProjectName | undefined },
): Belonging {
  return { kind: 'known', how, ...(root !== undefined && { root }), ...(project && { project }) };
}

function isRefused({ root, project }: Place, refused: ReadonlySet<string>): boolean {
  return refused.has(root) || (project !== undefined && refused.has(project.id));
}

function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [place.root, place])).values()];
}
