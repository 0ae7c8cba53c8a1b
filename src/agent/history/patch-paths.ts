const MOST_PATHS = 1000;

/** Paths that a patch names between `*** Begin Patch` and its end, as they are written. Form of Codex, which others took over. */
export function pathsOfPatch(patch: string): readonly string[] {
  const paths = new Set<string>();
  for (const match of patch.matchAll(/^\*\*\* (?:Add|Update|Delete) File: (.+)$|^\*\*\* Move to: (.+)$/gm)) {
    paths.add((match[1] ?? match[2] ?? '').trim());
    if (paths.size === MOST_PATHS) break;
  }
  return [...paths];
}
