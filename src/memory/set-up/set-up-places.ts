import { join } from 'node:path';

/** Where set-up works; absolute paths. */
export interface SetUpPlaces {
  /** Git root, else the folder. */
  readonly root: string;
  /** The project's directory under `$VARVE_HOME`. */
  readonly state: string;
  /** `info/exclude` of the repository (shared by its worktrees); undefined without git. */
  readonly exclude?: string;
}

export interface SetUpOptions {
  readonly place: 'repository' | 'private';
  /** The rules file for Claude Code and VS Code. */
  readonly claudeRules: boolean;
  /** The pointer in AGENTS.md for other agents. */
  readonly agentsPointer: boolean;
  /** What happens to what the user's own commits say: kept on this machine, never written into the repository. */
  readonly capture: 'proposed' | 'accepted' | 'never';
}

export interface SetUpFiles {
  /** `.varve`, or the state directory in private mode. */
  readonly base: string;
  readonly config: string;
  readonly attributes: string;
  readonly index: string;
  readonly keep: readonly string[];
  readonly delivery: string;
  readonly deliveryAttributes: string;
  readonly agents: string;
}

/** The files of a place; the layout below `base` is the same in both. */
export function setUpFiles(places: SetUpPlaces, place: SetUpOptions['place']): SetUpFiles {
  const base = place === 'repository' ? join(places.root, '.varve') : places.state;
  const rules = join(places.root, '.claude', 'rules');
  return {
    base,
    config: join(base, 'config.json'),
    attributes: join(base, '.gitattributes'),
    index: join(base, 'memory', 'MEMORY.md'),
    // Git takes a directory that one side emptied for renamed, and moves the other side's new files after it.
    keep: ['memory', 'archive', 'proposed', 'evidence'].map((name) => join(base, name, '.keep')),
    delivery: join(rules, 'varve.md'),
    deliveryAttributes: join(rules, '.gitattributes'),
    agents: join(places.root, 'AGENTS.md'),
  };
}

/** The files Claude Code 2.1.330 looks for first: where one stands, it does not read AGENTS.md by itself. */
export function claudeFiles(places: SetUpPlaces): readonly string[] {
  return [
    join(places.root, 'CLAUDE.md'),
    join(places.root, '.claude', 'CLAUDE.md'),
    join(places.root, 'CLAUDE.local.md'),
  ];
}

/** Every path whose bytes a plan has to see; for a removal, all files below `.varve` besides. */
export function setUpTargets(places: SetUpPlaces): readonly string[] {
  const repository = setUpFiles(places, 'repository');
  const local = setUpFiles(places, 'private');
  const own = [repository, local].flatMap((files) => [
    files.config,
    files.attributes,
    files.index,
    ...files.keep,
  ]);
  const exclude = places.exclude === undefined ? [] : [places.exclude];
  const { delivery, deliveryAttributes, agents } = repository;
  return [...own, delivery, deliveryAttributes, agents, ...claudeFiles(places), ...exclude];
}
