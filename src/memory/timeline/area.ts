const deepest = 2;

/**
 * The part of the code that paths (relative, with `/`) are about: the directory they share, at most two levels deep.
 * Documents that only tell of a decision, and files at the root, are about the whole project: an empty string.
 */
export function areaOf(paths: readonly string[]): string {
  const code = paths.filter((path) => !isTelling(path));
  const [first, ...others] = code.map((path) => path.split('/').slice(0, -1));
  if (first === undefined) return '';
  let shared = first.length;
  for (const other of others) {
    const same = first.findIndex((part, index) => part !== other[index]);
    shared = Math.min(shared, same < 0 ? first.length : same);
  }
  return first.slice(0, Math.min(shared, deepest)).join('/');
}

function isTelling(path: string): boolean {
  return /\.(?:md|markdown|adoc|rst|txt)$/i.test(path);
}
