import { failure, type Result, success } from '../base/result.ts';

interface Named {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** The one that is meant by an id, its beginning or end (four characters at least), a name or a file name. */
export function findNamed<T>(
  word: string,
  all: readonly T[],
  naming: (item: T) => Named,
): Result<T, { readonly message: string }> {
  const wanted = word.toLowerCase().replace(/^.*\//, '').replace(/\.md$/, '');
  const exact = all.filter((item) => matchesExactly(wanted, naming(item)));
  const found = exact.length > 0 ? exact : all.filter((item) => matchesPart(wanted, naming(item)));
  const [first] = found;
  if (first === undefined) {
    return failure({ message: `There is no record or proposal "${word}" here. See varve memory show.` });
  }
  if (found.length === 1) return success(first);
  const names = found.map((item) => `  ${naming(item).id.toLowerCase()}  ${naming(item).description}`);
  return failure({
    message: `"${word}" may mean ${found.length} things. Give more of the id:\n${names.join('\n')}`,
  });
}

function matchesExactly(wanted: string, { id, name }: Named): boolean {
  return id.toLowerCase() === wanted || name.toLowerCase() === wanted;
}

function matchesPart(wanted: string, { id, name }: Named): boolean {
  if (wanted.length < 4) return false;
  const key = id.toLowerCase();
  return key.startsWith(wanted) || key.endsWith(wanted) || name.toLowerCase().endsWith(`-${wanted}`);
}
