import type { Git, GitProblem } from '../../../base/git.ts';
import { type Result, success } from '../../../base/result.ts';
import type { ChangeSet } from '../change-set.ts';

export type TagsByCommit = ReadonlyMap<string, ChangeSet['tags']>;

const names = ['%(refname:lstrip=2)', '%(objecttype)', '%(objectname)', '%(*objecttype)', '%(*objectname)'];
const annotations = ['%(subject)', '%(body)'];
/** An annotation over it is cut, in characters. */
const longestAnnotation = 64 * 1024;

/** The tags that `until` (a commit) can reach, by the commit they name, newest first; one process, nothing fetched. */
export async function readTags(
  git: Git,
  until: string,
  signal?: AbortSignal,
): Promise<Result<TagsByCommit, GitProblem>> {
  const list = async (fields: readonly string[]): Promise<Result<string, GitProblem>> => {
    const format = `--format=${fields.join('%00')}%00`;
    const args = ['for-each-ref', `--merged=${until}`, '--sort=-creatordate', format, 'refs/tags'];
    return git.text(args, signal === undefined ? {} : { signal });
  };
  const full = await list([...names, ...annotations]);
  if (full.ok) return success(parseTags(full.value, names.length + annotations.length));
  if (full.error.kind !== 'too-large') return full;
  const short = await list(names);
  return short.ok ? success(parseTags(short.value, names.length)) : short;
}

function parseTags(output: string, count: number): TagsByCommit {
  const tags = new Map<string, { readonly name: string; readonly annotation?: string }[]>();
  const values = output.split('\0');
  for (let at = 0; at + count <= values.length; at += count) {
    const [name = '', type, object = '', targetType, target = '', subject = '', body = ''] = values.slice(
      at,
      at + count,
    );
    const annotated = type === 'tag';
    // A tag of a tag is nothing that a person sets.
    if (annotated && targetType !== 'commit') continue;
    const commit = annotated ? target : object;
    const annotation = `${subject}\n\n${withoutSignature(body)}`.trim().slice(0, longestAnnotation);
    const tag = { name: name.replace(/^\n/, ''), ...(annotated ? { annotation } : {}) };
    const here = tags.get(commit);
    if (here === undefined) tags.set(commit, [tag]);
    else here.push(tag);
  }
  return tags;
}

function withoutSignature(body: string): string {
  return body.replace(/^-----BEGIN (?:PGP|SSH) [\s\S]*$/m, '');
}
