import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Git } from '../../../base/git.ts';
import { openProject, type ProjectSurroundings } from '../../../memory/project/project.ts';
import { askForRepository, findRepository } from '../../../memory/project/repository-place.ts';
import type { Candidate, Place, ProjectName, RelinkFacts, SeenProject } from './decide-belonging.ts';
import { type KnownProject, listWorktrees } from './known-projects.ts';
import { likenessOf } from './likeness-facts.ts';
import { commonDirectory, goneDirectories, isAtOrBelow, type Nearest, nearestExisting } from './paths.ts';
import type { RelinkAnswer } from './relinks-file.ts';
import type { SessionTraces } from './session-traces.ts';

export interface RelinkSurroundings extends ProjectSurroundings {
  /** The folder that is open now, absolute: a session may be of a clone that nobody knows yet. */
  readonly here?: string | undefined;
}

const MOST_LEVELS = 8;
const MOST_CANDIDATES = 50;
const MOST_SIBLINGS = 200;
/** A history of a million commits is not looked through to the end for a path that may never have been in it. */
const HISTORY_MS = 5_000;
/** Where Claude Code makes worktrees of its own; code.claude.com/docs/en/common-workflows. */
const CLAUDE_WORKTREES = join('.claude', 'worktrees') + sep;

/** Gathers what there is to say where a session belongs. Git is asked for what the file system leaves open. */
export class FactGathering {
  readonly #around: RelinkSurroundings;
  readonly #projects: readonly KnownProject[];
  readonly #places = new Map<string, Promise<Place>>();

  constructor(around: RelinkSurroundings, projects: readonly KnownProject[]) {
    this.#around = around;
    this.#projects = projects;
  }

  /** Everything but {@link candidates}, which cost more and are seldom needed. Rejects with Node's errors. */
  async certain(traces: SessionTraces): Promise<RelinkFacts> {
    const said = this.#said(traces);
    const none = { cwd: traces.cwd, seen: [], worktrees: [], candidates: [], ...said };
    if (traces.cwd === '' || said.answered !== undefined) return none;
    const nearest = await nearestExisting(this.#around.files, resolve(traces.cwd));
    if (nearest.path === nearest.existing) {
      const standing = await this.place(nearest.existing);
      return { ...none, standing, seen: await this.#seen(standing.root, 'exactly') };
    }
    const above = await this.#above(nearest);
    return {
      ...none,
      seen: await this.#seen(nearest.path, 'above, too'),
      worktrees: await this.#worktrees(nearest.path),
      ...(above && { above }),
    };
  }

  /** Places that look as if the session could be of them, by what it did. Never rejects. */
  async candidates(traces: SessionTraces, seen: readonly SeenProject[]): Promise<readonly Candidate[]> {
    const { files, git } = this.#around;
    const base = traces.cwd === '' ? commonDirectory(traces.files) : resolve(traces.cwd);
    if (base === undefined) return [];
    const nearest = await nearestExisting(files, base);
    const gone = goneDirectories(nearest, MOST_LEVELS);
    const stands = await this.place(nearest.existing);
    const formerRoots = gone.length > 0 ? gone : [stands.root];
    const remotes = seen.flatMap(
      ({ project }) => this.#projects.find(({ id }) => id === project.id)?.remotes ?? [],
    );
    const candidates: Candidate[] = [];
    for (const root of await this.#rootsToTry(nearest, stands)) {
      const place = await this.place(root);
      candidates.push(await likenessOf({ files, git: git(place.root), place, traces, formerRoots, remotes }));
    }
    return candidates;
  }

  /** Which working tree a directory is of, and which project. */
  place(directory: string): Promise<Place> {
    const known = this.#places.get(directory);
    if (known !== undefined) return known;
    const found = this.#findPlace(directory);
    this.#places.set(directory, found);
    return found;
  }

  async #findPlace(directory: string): Promise<Place> {
    const { files, git } = this.#around;
    const { root } = await findRepository(files, await askForRepository(git(directory)), directory);
    const opened = await openProject(this.#around, root);
    const project = opened.ok ? this.#projects.find(({ id }) => id === opened.value.id) : undefined;
    return { root, ...(project && { project: nameOf(project) }) };
  }

  /** What a person answered before; the nearest to the session counts, then the newest. */
  #said({ tool, id, cwd }: SessionTraces): Pick<RelinkFacts, 'answered' | 'refused'> {
    const about = this.#projects
      .flatMap((project) => project.answers.map((answer) => ({ project, answer })))
      .filter(({ answer: { subject } }) =>
        subject.kind === 'session'
          ? subject.tool === tool && subject.id === id
          : cwd !== '' && isAtOrBelow(subject.directory, resolve(cwd)),
      )
      .toSorted(
        (one, other) =>
          nearness(other.answer) - nearness(one.answer) || (one.answer.at < other.answer.at ? 1 : -1),
      );
    const refused = about.flatMap(({ project, answer: { answer, root } }) =>
      answer === 'yes' ? [] : project.paths.includes(root) ? [root, project.id] : [root],
    );
    const yes = about.find(({ answer }) => answer.answer === 'yes');
    if (yes === undefined) return { refused: new Set(refused) };
    const { places } = yes.project;
    const root = places.includes(yes.answer.root) ? yes.answer.root : places[0];
    const answered = { project: nameOf(yes.project), ...(root !== undefined && { root }) };
    return { refused: new Set(refused), answered };
  }

  async #seen(path: string, how: 'exactly' | 'above, too'): Promise<readonly SeenProject[]> {
    const seen: SeenProject[] = [];
    for (const project of this.#projects) {
      for (const at of project.paths) {
        if (at !== path && (how === 'exactly' || !isAtOrBelow(at, path))) continue;
        const places = await this.#placesOf(project);
        const isSure = at === path || (await this.#held(at, path, places[0]));
        seen.push({ project: nameOf(project), at, isSure, places });
      }
    }
    return seen.toSorted((one, other) => other.at.length - one.at.length);
  }

  /** Where a project is now; the folder that is open may be its newest clone. */
  async #placesOf(project: KnownProject): Promise<readonly string[]> {
    const { here } = this.#around;
    if (project.places.length > 0 || here === undefined) return project.places;
    const place = await this.place(here);
    return place.project?.id === project.id ? [place.root] : [];
  }

  async #worktrees(path: string): Promise<readonly Place[]> {
    const { here, git } = this.#around;
    const ofHere = here === undefined ? [] : await listWorktrees(git(here));
    const listed = [...this.#projects.flatMap(({ worktrees }) => worktrees), ...ofHere];
    const holding = listed.filter(
      (worktree) => isAtOrBelow(worktree.path, path) && worktree.path !== worktree.main,
    );
    const mains = new Set(holding.map(({ main }) => main));
    return Promise.all([...mains].map((main) => this.place(main)));
  }

  async #above({ path, existing }: Nearest): Promise<RelinkFacts['above']> {
    const { files, git } = this.#around;
    const { root, commonDirectory: isGit } = await findRepository(
      files,
      await askForRepository(git(existing)),
      existing,
    );
    if (isGit === undefined) return undefined;
    const rest = relative(root, path);
    const place = await this.place(root);
    return {
      ...place,
      hadIt: await this.#had(root, rest),
      isWorktreePlace: rest.startsWith(CLAUDE_WORKTREES),
    };
  }

  /** Whether what is gone was part of the project seen above it. A repository that is still there may hold anything. */
  async #held(at: string, path: string, place: string | undefined): Promise<boolean> {
    if ((await this.#around.files.status(at).catch(() => undefined)) === undefined) return true;
    return place !== undefined && this.#had(place, relative(at, path));
  }

  /** Whether a path of a working tree is there, or was. */
  async #had(root: string, path: string): Promise<boolean> {
    const { files, git } = this.#around;
    if ((await files.status(join(root, path)).catch(() => undefined)) !== undefined) return true;
    return hadInHistory(git(root), path);
  }

  async #rootsToTry({ existing }: Nearest, stands: Place): Promise<readonly string[]> {
    const { here } = this.#around;
    const roots = [
      ...(here === undefined ? [] : [(await this.place(here)).root]),
      stands.root,
      ...this.#projects.flatMap(({ places }) => places),
      ...(await this.#repositoriesIn(existing)),
      ...(await this.#repositoriesIn(dirname(existing))),
    ];
    return [...new Set(roots)].slice(0, MOST_CANDIDATES);
  }

  /** A directory that was renamed stands beside where it stood. */
  async #repositoriesIn(directory: string): Promise<readonly string[]> {
    const { files } = this.#around;
    const entries = await files.readDirectoryUnsorted(directory, MOST_SIBLINGS).catch(() => []);
    const found: string[] = [];
    for (const { name, kind } of entries) {
      if (kind !== 'directory') continue;
      const path = join(directory, name);
      if ((await files.status(join(path, '.git')).catch(() => undefined)) !== undefined) found.push(path);
    }
    return found;
  }
}

async function hadInHistory(git: Git, path: string): Promise<boolean> {
  const signal = AbortSignal.timeout(HISTORY_MS);
  const found = await git.text(['rev-list', '--max-count=1', 'HEAD', '--', `:(literal)${path}`], { signal });
  return found.ok && found.value !== '';
}

function nearness({ subject }: RelinkAnswer): number {
  return subject.kind === 'session' ? Number.MAX_SAFE_INTEGER : subject.directory.length;
}

function nameOf({ id, name, stateDirectory }: KnownProject): ProjectName {
  return { id, name, stateDirectory };
}
