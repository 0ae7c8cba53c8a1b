import type { Git, GitProblem } from '../../base/git.ts';
import { type Result, success } from '../../base/result.ts';
import type { ChangeSet } from './change-set.ts';
import { readDecisionDocument } from './document/decision-document.ts';
import { documentPath } from './document/document-place.ts';
import { importedPatch } from './join/patch-of.ts';
import type { LookedAt } from './join-candidates.ts';
import { candidateOf } from './rules/decision-document.ts';

type Read<T> = Promise<Result<T, GitProblem>>;

/** Of one look; an archive of more is taken in by its first ones. */
const mostDocuments = 1_000;
const largestDocument = 512 * 1024;

interface TreeFile {
  readonly path: string;
  readonly blob: string;
}

/**
 * The decision documents of a commit's tree that no commit of the look brought: those older than a shallow clone
 * reaches, and those that a merge brought by itself. Three processes; none per document. Each stands for the commit
 * that last added it as far as the clone knows, and is identified by its content, which every clone has.
 */
export async function importDocuments(
  git: Git,
  until: string,
  seen: ReadonlySet<string>,
  signal?: AbortSignal,
): Read<readonly LookedAt[]> {
  const options = signal === undefined ? {} : { signal };
  const tree = await git.bytes(['ls-tree', '-r', '-z', '--end-of-options', until], options);
  if (!tree.ok) return tree;
  const files = documentsIn(tree.value).filter(({ path }) => !seen.has(path));
  if (files.length === 0) return success([]);
  const input = `${files.map(({ blob }) => blob).join('\n')}\n`;
  const texts = await git.bytes(['cat-file', '--batch'], { ...options, input });
  if (!texts.ok) return texts;
  const adders = await addersOf(git, until, files, signal);
  if (!adders.ok) return adders;
  const byBlob = parseBatch(texts.value);
  const looked = files.flatMap(({ path, blob }): readonly LookedAt[] => {
    const document = readDecisionDocument(path, byBlob.get(blob) ?? '');
    const facts = adders.value.get(path);
    if (document === undefined || facts === undefined) return [];
    const { supersedes, supersededBy, number } = document;
    const followed = {
      path,
      isNew: true,
      supersedes,
      supersededBy,
      ...(number === undefined ? {} : { number }),
    };
    const candidate = candidateOf(
      document,
      followed,
      `${path} was there before the commits that were looked at.`,
    );
    // Where history is cut, the commit that brought it is not known alike everywhere; its content is.
    return [
      {
        changeSet: { ...facts, patchId: importedPatch(path, blob) },
        candidates: [candidate],
      },
    ];
  });
  return success(looked);
}

function documentsIn(tree: Uint8Array): readonly TreeFile[] {
  return Buffer.from(tree)
    .toString('utf8')
    .split('\0')
    .map((line) => /^100(?:644|755) blob ([0-9a-f]+)\t(.+)$/s.exec(line))
    .filter((match) => match !== null)
    .map(([, blob = '', path = '']) => ({ path, blob }))
    .filter(({ path }) => {
      const place = documentPath(path)?.place;
      return place === 'decisions' || place === 'named';
    })
    .slice(0, mostDocuments);
}

/** By path the commit that added it, as far as this clone knows; merges count with what they brought themselves. */
async function addersOf(
  git: Git,
  until: string,
  files: readonly TreeFile[],
  signal: AbortSignal | undefined,
): Read<ReadonlyMap<string, ChangeSet>> {
  const fields = ['%H', '%T', '%P', '%an', '%ae', '%cn', '%ce', '%at', '%s', '%b'].join('%x00');
  const args = [
    'log',
    '-z',
    '-m',
    '--root',
    '--first-parent',
    '--no-renames',
    '--diff-filter=A',
    '--name-only',
  ];
  const paths = files.map(({ path }) => `:(top,literal)${path}`);
  const output = await git.text(
    [...args, `--format=%x00%x01%x00${fields}%x00%x02`, '--end-of-options', until, '--', ...paths],
    signal === undefined ? {} : { signal },
  );
  if (!output.ok) return output;
  const adders = new Map<string, ChangeSet>();
  for (const part of output.value.split('\0\u0001\0').slice(1)) {
    const at = part.indexOf('\0\u0002');
    const names = part.slice(at + 2).split('\0');
    const facts = factsOf(part.slice(0, at).split('\0'));
    // Newest first: the oldest that says it added the file stays.
    for (const name of names) adders.set(name.replace(/^\n/, ''), facts);
  }
  return success(adders);
}

function factsOf(fields: readonly string[]): ChangeSet {
  const [commit = '', tree = '', parents = '', authorName = '', authorMail = ''] = fields;
  const [committerName = '', committerMail = '', time = '', subject = '', body = ''] = fields.slice(5);
  return {
    commit,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    patchId: '',
    author: { name: authorName, mail: authorMail },
    committer: { name: committerName, mail: committerMail },
    authorDate: Math.max(0, Number(time) || 0) * 1000,
    subject,
    body: body.trim(),
    tags: [],
    files: [],
  };
}

function parseBatch(output: Uint8Array): ReadonlyMap<string, string> {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  const texts = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) break;
    const [id = '', , size = '0'] = bytes.toString('utf8', at, end).split(' ');
    const start = end + 1;
    const length = Number(size);
    if (length <= largestDocument) texts.set(id, bytes.toString('utf8', start, start + length));
    at = start + length + 1;
  }
  return texts;
}
