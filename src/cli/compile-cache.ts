import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Keeps what Node compiled of our program in `cache/compile` of Varve's home, for the runs after this one: a run loads
 * most of the program before its first request. Only where there is a home already, and only this user writes there.
 */
export function keepCompiled(args: readonly string[], home: string): void {
  const isRun = args.some((arg) => arg === '-p' || arg === '--print') || args[0] === 'resume';
  if (isRun && existsSync(home)) enableCompileCache(join(home, 'cache', 'compile'));
}
