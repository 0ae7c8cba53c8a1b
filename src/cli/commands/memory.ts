import type { Command } from '../command.ts';
import { nearest } from '../nearest.ts';
import { sayProblem, withWorkspace } from '../open-here.ts';
import type { MemoryAction } from './memory/memory-action.ts';

const actions: Readonly<Record<string, () => Promise<MemoryAction>>> = {
  tree: async () => (await import('./memory/look.ts')).tree,
  show: async () => (await import('./memory/look.ts')).show,
  log: async () => (await import('./memory/look.ts')).log,
  add: async () => (await import('./memory/write.ts')).add,
  edit: async () => (await import('./memory/write.ts')).edit,
  accept: async () => (await import('./memory/review.ts')).accept,
  reject: async () => (await import('./memory/review.ts')).reject,
  undo: async () => (await import('./memory/review.ts')).undo,
};

export const memoryCommand: Command = {
  name: 'memory',
  usage: [
    'memory tree [--json]',
    'memory show [ID] [--json]',
    'memory add --kind KIND --title LINE [--body TEXT | --file FILE]',
    'memory edit ID [--file FILE]',
    'memory accept|reject ID… | --all',
    'memory undo [ENTRY]',
    'memory log [--limit N] [--json]',
  ],
  summary: 'What is remembered here, what waits for review, and what was done to it.',
  help: `
  ID is what varve memory show lists: the end of an id, a whole id, or a name.

  tree     scopes, files, sections and entries with their cost; then proposals
  show     all proposals and records, or the text of one
  add      propose a record of your own: decision, milestone, convention, gotcha, preference, reference
  edit     replace a proposal's text from FILE, from standard input (--file -), or in $EDITOR
  accept   make proposals part of memory
  reject   put proposals away; they are not proposed again
  undo     take back your last operation, or the one that log names
  log      every operation on this memory, newest first

  --json   the answer as JSON`,
  options: {
    json: { type: 'boolean' },
    all: { type: 'boolean' },
    file: { type: 'string' },
    kind: { type: 'string' },
    title: { type: 'string' },
    body: { type: 'string' },
    path: { type: 'string', multiple: true },
    limit: { type: 'string' },
  },
  run: async (cli, args) => {
    const [name, ...rest] = args.positionals;
    const load = name === undefined ? undefined : actions[name];
    if (!load) return sayProblem(cli, { message: unknownAction(name) });
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
