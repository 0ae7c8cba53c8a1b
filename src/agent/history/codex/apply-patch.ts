const BEGIN = '*** Begin Patch';
const FILE = /^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+?)\r?$/gm;

/** Paths that a patch in Codex' own form writes, as it names them; undefined for a text that holds none. */
export function patchedPaths(text: string): readonly string[] | undefined {
  const begin = text.indexOf(BEGIN);
  if (begin === -1) return undefined;
  return [...new Set([...text.slice(begin).matchAll(FILE)].map(([, path = '']) => path.trim()))];
}
