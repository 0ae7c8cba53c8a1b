import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLAUDE_CODE_VERSION } from '../../../claude-code/program.ts';
import { keepFiles } from '../recording-place.ts';
import { conversationsOf } from './ask-program.ts';
import { withoutInstructions } from './neutral-lines.ts';
import { RECORDED_TREES, type Recorded, recordedIn, treeSession, writeTrees } from './recorded.ts';
import * as sessions from './sessions.ts';
import { typed } from './typed-sessions.ts';
import { Workshop } from './workshop.ts';

export const PACKAGE = '@anthropic-ai/claude-code-linux-x64';
export const VERSION = CLAUDE_CODE_VERSION;

/** Directories of the program that belong to sessions. */
const KEPT = ['projects', 'file-history', 'tasks'];

/**
 * Makes sessions of Claude Code below `into`, a home directory, and `recorded.json` with their names and with what the
 * program sends when it goes on with each, and with each of the trees that are made from seeds. `program`: the
 * executable. Needs git and tmux, and some minutes.
 */
export async function record(program: string, into: string): Promise<void> {
  const names: Record<string, string> = {};
  for (const [name, make] of Object.entries(sessions))
    names[name] = await inWorkshop(program, into, name, (shop) => make(shop));
  Object.assign(names, await inWorkshop(program, into, 'typed', typed));
  const recorded: Recorded = {
    program: PACKAGE,
    version: VERSION,
    sessions: names,
    conversations: Object.fromEntries(await conversationsOf(program, into, Object.values(names))),
    trees: await recordTrees(program),
  };
  await writeFile(join(into, recordedIn), `${JSON.stringify(recorded, undefined, 1)}\n`);
}

async function inWorkshop<T>(
  program: string,
  into: string,
  name: string,
  make: (shop: Workshop) => Promise<T>,
): Promise<T> {
  const shop = await Workshop.open(program);
  try {
    const made = await make(shop);
    for (const directory of KEPT) {
      const from = join(shop.place.home, '.claude', directory);
      await mkdir(from, { recursive: true });
      await keepFiles(shop.place, from, join(into, '.claude', directory), withoutInstructions);
    }
    return made;
  } catch (error) {
    throw new Error(`The session "${name}" could not be recorded.`, { cause: error });
  } finally {
    await shop.close();
  }
}

async function recordTrees(program: string): Promise<Recorded['trees']> {
  const home = await mkdtemp(join(tmpdir(), 'varve-trees-'));
  try {
    const seeds = Array.from({ length: RECORDED_TREES }, (_, seed) => seed);
    await writeTrees(home, seeds);
    const sent = await conversationsOf(program, home, seeds.map(treeSession));
    return seeds.map((seed) => sent.get(treeSession(seed)) ?? []);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
