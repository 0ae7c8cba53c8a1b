import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRewindPlace, type RewindPlace } from './rewind-place.ts';

/** Small on purpose: every call of the file system is failed once. */
export async function wrecked(): Promise<{
  readonly place: RewindPlace;
  readonly good: object;
  readonly bad: object;
}> {
  const place = await makeRewindPlace();
  await place.write('kept.ts', 'committed\n');
  place.git('add', '.');
  place.git('commit', '-q', '-m', 'Begin');
  await place.write('a/own.txt', 'own\n');
  const good = await place.tree();
  await place.prompted('Go');
  await place.write('kept.ts', 'overwritten\n');
  await rm(join(place.root, 'a'), { recursive: true });
  await place.write('a', 'a file now\n');
  return { place, good, bad: await place.tree() };
}

/** A process that dies leaves its lease; the next one sees that nobody holds it. Here both are this process. */
export async function freeLease(place: RewindPlace): Promise<void> {
  await rm(join(place.around.sessionsDirectory, `${place.session}.lease`), { recursive: true, force: true });
}

/** A write that was cut off may leave its draft beside the file, under a name that says whose it is. */
export async function withoutScratch(place: RewindPlace): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await place.tree()).filter(([path]) => !path.includes('.varve-')));
}
