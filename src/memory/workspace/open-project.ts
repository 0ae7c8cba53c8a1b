import type { Git } from '../../base/git.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { type CodeReader, createCodeReader } from '../freshness/code-reader.ts';
import { createGrammars } from '../freshness/grammars.ts';
import { type Places, placesOf } from '../inbox/places.ts';
import { Ledger } from '../ledger/ledger.ts';
import { openProject, type Project } from '../project/project.ts';
import { varveHome } from '../project/settings.ts';
import { ensureStateDirectory } from '../project/state-directory.ts';
import { type MergedPlace, settleMerge } from '../set-up/settle-merge.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import { type Owner, ownerOf, personSource } from './person.ts';
import { ledgerProblem, projectProblem, restricted } from './problems.ts';
import { Reviewer } from './reviewer.ts';
import type { WorkspaceSurroundings } from './surroundings.ts';

/** A project that is open: who and where it is now, and the ledger once something asked for it. */
export class OpenProject {
  readonly surroundings: WorkspaceSurroundings;
  #project: Project;
  #places: Places;
  #ledger: Promise<Result<Ledger, MemoryProblem>> | undefined;
  #owner: Promise<Owner> | undefined;
  #codeReader: CodeReader | undefined;

  private constructor(surroundings: WorkspaceSurroundings, project: Project) {
    this.surroundings = surroundings;
    this.#project = project;
    this.#places = placesOf(project);
  }

  /** Reads what identifies the project and nothing else. */
  static async open(surroundings: WorkspaceSurroundings): Promise<Result<OpenProject, MemoryProblem>> {
    const project = await read(surroundings);
    return project.ok ? { ok: true, value: new OpenProject(surroundings, project.value) } : project;
  }

  get project(): Project {
    return this.#project;
  }

  get places(): Places {
    return this.#places;
  }

  /** Where a merge may have left something, with the project's id as the repository names it. */
  get mergedPlace(): MergedPlace {
    const { id, insteadOf, root } = this.#project;
    const { files } = this.surroundings;
    return { files, places: this.#places, root, project: insteadOf ?? id, git: this.git() };
  }

  /** Undefined outside a repository, and in Restricted Mode, where no process is started. */
  git(): Git | undefined {
    const hasGit = this.surroundings.trusted && this.#project.gitDirectory !== undefined;
    return hasGit ? this.surroundings.gitFor(this.#project.root) : undefined;
  }

  /** Takes source files apart; a grammar is loaded when the first file of its language is read. */
  codeReader(): CodeReader {
    this.#codeReader ??= createCodeReader(createGrammars(this.surroundings.files));
    return this.#codeReader;
  }

  owner(): Promise<Owner> {
    this.#owner ??= ownerOf(this.git());
    return this.#owner;
  }

  /** The refusal of everything that writes, where this workspace is not trusted. */
  closed(): Result<never, MemoryProblem> | undefined {
    return this.surroundings.trusted ? undefined : restricted();
  }

  /** Opened once; an unfinished operation of a process that died is settled then. */
  ledger(): Promise<Result<Ledger, MemoryProblem>> {
    this.#ledger ??= this.#openLedger();
    return this.#ledger;
  }

  async reviewer(): Promise<Result<Reviewer, MemoryProblem>> {
    const ledger = await this.ledger();
    if (!ledger.ok) return ledger;
    const who = personSource(await this.owner());
    const { files, unsavedFiles } = this.surroundings;
    const { worktree } = this.#project;
    return success(
      new Reviewer({
        files,
        ledger: ledger.value,
        places: this.#places,
        unsavedFiles,
        who,
        worktree,
        settleMerge: (readNow) => settleMerge(this.mergedPlace, readNow),
      }),
    );
  }

  /** Makes the state directory; another process may have been first, then its identity counts. */
  async prepare(): Promise<Result<string, MemoryProblem>> {
    const { files, gitFor, clock, random, environment, homeDirectory } = this.surroundings;
    const home = varveHome(environment, homeDirectory);
    const parts = { files, git: gitFor, clock, random, home, owner: await currentOwner() };
    const project = await ensureStateDirectory(parts, this.#project);
    if (!project.ok) return failure(projectProblem(project.error));
    this.#become(project.value);
    return success(project.value.stateDirectory);
  }

  /** Reads identity and set-up anew; true when something about them changed. */
  async rediscover(): Promise<boolean> {
    const project = await read(this.surroundings, this.#project.id);
    if (!project.ok || sameProject(project.value, this.#project)) return false;
    if (project.value.stateDirectory !== this.#project.stateDirectory) this.#ledger = undefined;
    this.#become(project.value);
    return true;
  }

  #become(project: Project): void {
    this.#project = project;
    this.#places = placesOf(project);
  }

  async #openLedger(): Promise<Result<Ledger, MemoryProblem>> {
    const closed = this.closed();
    if (closed !== undefined) return closed;
    const { files, clock } = this.surroundings;
    const opened = await Ledger.open({
      files,
      clock,
      owner: await currentOwner(),
      root: this.#project.root,
      stateDirectory: this.#project.stateDirectory,
      prepare: () => this.prepare(),
      readOnly: this.#project.readOnly,
    });
    if (opened.ok) return opened;
    // Tried again when next asked: a lock or a full disk passes.
    this.#ledger = undefined;
    return failure(ledgerProblem(opened.error));
  }
}

async function read(
  surroundings: WorkspaceSurroundings,
  provisionalId?: string,
): Promise<Result<Project, MemoryProblem>> {
  const { files, gitFor, clock, random, environment, homeDirectory, folder, trusted, choose } = surroundings;
  const home = varveHome(environment, homeDirectory);
  const options = {
    restricted: !trusted,
    ...(choose === undefined ? {} : { choose }),
    // A project that was never written keeps the id it was given when it was first looked at.
    ...(provisionalId === undefined ? {} : { provisionalId }),
  };
  const project = await openProject({ files, git: gitFor, clock, home, random }, folder, options);
  return project.ok ? project : failure(projectProblem(project.error));
}

function sameProject(a: Project, b: Project): boolean {
  return (
    a.id === b.id &&
    a.isSetUp === b.isSetUp &&
    a.stateDirectory === b.stateDirectory &&
    a.readOnly === b.readOnly
  );
}
