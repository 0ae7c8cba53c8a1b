import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Conversation } from './conversation.ts';
import { stepsOf, treeOf } from './trees.ts';

/** Beside the recorded sessions. */
export const recordedIn = 'recorded.json';

/** Trees whose conversation was recorded: those of the seeds from 0 on. */
export const RECORDED_TREES = 120;

export interface Recorded {
  readonly program: string;
  readonly version: string;
  /** Ids of the sessions, by the name of what made them. */
  readonly sessions: Readonly<Record<string, string>>;
  /** What the program sends when it goes on with a session, by its id. */
  readonly conversations: Readonly<Record<string, Conversation>>;
  /** The same of the tree of each seed. */
  readonly trees: readonly Conversation[];
}

export async function readRecorded(home: string): Promise<Recorded> {
  return JSON.parse(await readFile(join(home, recordedIn), 'utf8')) as Recorded;
}

export function treeSession(seed: number): string {
  return `${String(seed).padStart(8, '0')}-aaaa-4aaa-8aaa-aaaaaaaaaaaa`;
}

/** Sessions that came about by the steps of these seeds, in a home directory. */
export async function writeTrees(home: string, seeds: readonly number[]): Promise<void> {
  const project = join(home, '.claude/projects/-home-user-project');
  await mkdir(project, { recursive: true });
  for (const seed of seeds) {
    const session = treeSession(seed);
    const path = join(project, `${session}.jsonl`);
    await writeFile(path, treeOf(stepsOf(seed), session, '/home/user/project'));
  }
}
