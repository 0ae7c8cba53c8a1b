import type { ResolvedFile } from '../hierarchy/hierarchy.ts';
import { formatTokens } from './format-tokens.ts';

/** What leaves the context with a file, in tokens. */
export interface Saving {
  readonly own: number;
  /** With the files that it alone imports, and those that they import. */
  readonly withImports: number;
}

/** By path of each loaded file: what would not load without it. An imported file has one importer: it loads once. */
export function savings(files: readonly ResolvedFile[]): ReadonlyMap<string, Saving> {
  const loaded = files.filter(({ state }) => state === 'loaded');
  const imported = new Map<string, ResolvedFile[]>();
  for (const file of loaded) {
    if (file.parent === undefined) continue;
    const known = imported.get(file.parent);
    if (known === undefined) imported.set(file.parent, [file]);
    else known.push(file);
  }
  const total = (file: ResolvedFile, seen: Set<ResolvedFile>): number => {
    if (seen.has(file)) return 0;
    seen.add(file);
    return (imported.get(file.path) ?? []).reduce((sum, child) => sum + total(child, seen), file.tokens);
  };
  return new Map(
    loaded.map((file) => [file.path, { own: file.tokens, withImports: total(file, new Set()) }]),
  );
}

/** "Without it: −1.2k tokens." */
export function withoutIt({ own, withImports }: Saving): string {
  const words = (tokens: number): string => `−${formatTokens(tokens)} ${tokens === 1 ? 'token' : 'tokens'}`;
  return withImports > own
    ? `Without it: ${words(own)}, with what it imports ${words(withImports)}.`
    : `Without it: ${words(own)}.`;
}
