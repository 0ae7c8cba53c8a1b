import { type Command, flag } from '../command.ts';
import { nearest } from '../nearest.ts';
import { sayProblem, withWorkspace } from '../open-here.ts';
import type { MemoryAction } from './memory/memory-action.ts';

const actions: Readonly<Record<string, () => Promise<MemoryAction>>> = {
  tree: async () => (await import('./memory/look.ts')).tree,
  show: async () => (await import('./memory/look.ts')).show,
  search: async () => (await import('./memory/search.ts')).search,
  log: async () => (await import('./memory/log.ts')).log,
  export: async () => (await import('./memory/export.ts')).exportMemory,
  add: async () => (await import('./memory/write.ts')).add,
  edit: async () => (await import('./memory/write.ts')).edit,
  accept: async () => (await import('./memory/review.ts')).accept,
  reject: async () => (await import('./memory/review.ts')).reject,
  move: async () => (await import('./memory/move.ts')).move,
  create: async () => (await import('./memory/create.ts')).create,
  promote: async () => (await import('./memory/promote.ts')).promote,
  retire: async () => (await import('./memory/trash.ts')).retire,
  trash: async () => (await import('./memory/trash.ts')).trash,
  restore: async () => (await import('./memory/trash.ts')).restore,
  foreign: async () => (await import('./memory/foreign.ts')).foreign,
  keep: async () => (await import('./memory/foreign.ts')).keep,
  'take-back': async () => (await import('./memory/foreign.ts')).takeBack,
  refine: async () => (await import('./memory/refine.ts')).refine,
  freshness: async () => (await import('./memory/freshness.ts')).freshness,
  'still-true': async () => (await import('./memory/freshness.ts')).stillTrue,
  undo: async () => (await import('./memory/review.ts')).undo,
};

/** Actions that can show what they would do. */
const planned: ReadonlySet<string> = new Set(['move', 'create', 'promote']);

export const memoryCommand: Command = {
  name: 'memory',
  usage: [
    'memory tree [--json]',
    'memory show [ID] [--json]',
    'memory search WORDS [--limit N] [--json]',
    'memory add --kind KIND --title LINE [--body TEXT | --file FILE]',
    'memory edit ID [--file FILE]',
    'memory accept|reject ID… | --all',
    'memory move ENTRY… --to SCOPE|PATH [--section TITLE | --after ENTRY] [--dry-run] [--json]',
    'memory create SCOPE|PATH [--paths GLOB] [--dry-run] [--json]',
    'memory promote PATH [--kind KIND] [--dry-run] [--json]',
    'memory retire ID… [--reason TEXT]',
    'memory trash [--json]',
    'memory restore ID',
    'memory foreign [--json]',
    'memory keep|take-back ID… | --all',
    'memory refine [ID… | --all] [--allow KIND] [--forbid KIND] [--tokens-per-day N] [--usd-per-day N] [--calls]',
    'memory freshness [PATH] [--json]',
    'memory still-true ID…',
    'memory undo [ENTRY]',
    'memory log [--by time|area] [--operations] [--limit N] [--json]',
    'memory export [--format adr|changelog] [--out DIR]',
  ],
  summary: 'What is remembered here, what waits for review, and what was done to it.',
  help: `
  ID is what varve memory show lists: the end of an id, a whole id, or a name.

  tree     scopes, files, sections and entries with their cost; then proposals
  show     all proposals and records, or the text of one
  search   records, proposals, entries and files that have these words, the nearest first
  add      propose a record of your own: decision, milestone, convention, gotcha, preference, reference
  edit     replace a proposal's text from FILE, from standard input (--file -), or in $EDITOR
  accept   make proposals part of memory
  reject   put proposals away; they are not proposed again
  move     take entries or sections out of their files and put them into another, in one operation
  create   make a memory file that is not there: user, project, local, a folder, a rule
  promote  propose a record from Claude Code's auto memory, which stays as it is
  retire   put accepted records into the archive: no agent is given them any more
  trash    what was rejected, retired or superseded, the newest first
  restore  bring one of these back
  foreign  what other programs wrote to memory files, after the fact
  keep     leave what they wrote; take-back brings back what stood there before
  refine   let a model put proposals (or with --allow brief briefs) into better words; off until allowed, capped by day, each
           call listed by --calls; the answer must quote the evidence, and stays a proposal
  freshness   whether the code that accepted records speak of is as it was: fresh, moved, stale, gone, unknown
  still-true  say so after reading them: the anchors of these records are taken anew
  undo     take back your last operation, or the one that log --operations names
  log      decisions and milestones as they came; with --operations every operation on this memory
  export   decisions as ADR files (MADR) into DIR, docs/decisions unless told; or a draft of a changelog

  ENTRY of move is PATH:LINE, or an id of varve memory tree --json; a heading's line means its whole section.
  SCOPE is user, project or local; a folder means its CLAUDE.md, made where it is missing.

  --dry-run  show what move, create or promote would do and write nothing
  --exclude  list a new CLAUDE.local.md in .git/info/exclude
  --paths    files that call for a new rule, for example 'src/**/*.ts'
  --json     the answer as JSON`,
  options: {
    json: { type: 'boolean' },
    all: { type: 'boolean' },
    file: { type: 'string' },
    reason: { type: 'string' },
    kind: { type: 'string' },
    title: { type: 'string' },
    body: { type: 'string' },
    path: { type: 'string', multiple: true },
    limit: { type: 'string' },
    by: { type: 'string' },
    model: { type: 'string' },
    allow: { type: 'string', multiple: true },
    forbid: { type: 'string', multiple: true },
    'tokens-per-day': { type: 'string' },
    'usd-per-day': { type: 'string' },
    calls: { type: 'boolean' },
    operations: { type: 'boolean' },
    format: { type: 'string' },
    out: { type: 'string' },
    to: { type: 'string' },
    section: { type: 'string' },
    after: { type: 'string' },
    paths: { type: 'string', multiple: true },
    exclude: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  run: async (cli, args) => {
    const [name, ...rest] = args.positionals;
    const load = name === undefined ? undefined : actions[name];
    if (!load) return sayProblem(cli, { message: unknownAction(name) });
    // An option that is passed over in silence would write what was only to be shown.
    if (flag(args, 'dry-run') && !planned.has(name ?? ''))
      return sayProblem(cli, { message: `--dry-run is for ${[...planned].join(', ')}; nothing was done.` });
    const action = await load();
    return withWorkspace(cli, (workspace) => action(cli, { ...args, positionals: rest }, workspace));
  },
};

function unknownAction(name: string | undefined): string {
  const all = Object.keys(actions);
  if (name === undefined) return `Say what to do with memory: ${all.join(', ')}. See varve memory --help.`;
  const meant = nearest(name, all);
  return `varve memory does not know "${name}". ${meant ? `Did you mean varve memory ${meant}?` : 'See varve memory --help.'}`;
}
