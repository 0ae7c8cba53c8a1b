import type { Git, GitProblem } from '../../base/git.ts';
import { type Result, success } from '../../base/result.ts';
import type { ChangeSet } from './change-set.ts';

export type TagsByCommit = ReadonlyMap<string, ChangeSet['tags']>;

const fields = [
  '%(refname:lstrip=2)',
  '%(objecttype)',
  '%(objectname)',
  '%(*objectname)',
  '%(subject)',
  '%(body)',
];

/** The tags that `until` (a commit) can reach, by the commit they name, newest first; one process, nothing fetched. */
export async function readTags(
  git: Git,
  until: string,
  signal?: AbortSignal,
): Promise<Result<TagsByCommit, GitProblem>> {
  const format = `--format=${fields.join('%00')}%00`;
  const args = ['for-each-ref', `--merged=${until}`, '--sort=-creatordate', format, 'refs/tags'];
  const output = await git.text(args, signal === undefined ? {} : { signal });
  return output.ok ? success(parseTags(output.value)) : output;
}

function parseTags(output: string): TagsByCommit {
  const tags = new Map<string, { readonly name: string; readonly annotation?: string }[]>();
  const values = output.split('\0');
  for (let at = 0; at + fields.length <= values.length; at += fields.length) {
    const [name = '', type, object = '', target = '', subject = '', body = ''] = values.slice(
      at,
      at + fields.length,
    );
    const annotated = type === 'tag';
    const commit = annotated ? target : object;
    const annotation = `${subject}\n\n${withoutSignature(body)}`.trim();
    const tag = { name: name.replace(/^\n/, ''), ...(annotated ? { annotation } : {}) };
    tags.set(commit, [...(tags.get(commit) ?? []), tag]);
  }
  return tags;
}

function withoutSignature(body: string): string {
  return body.replace(/^-----BEGIN (?:PGP|SSH) [\s\S]*$/m, '');
}
