import type { Git } from '../../base/git.ts';

// A repository with more roots than this (subtree merges) is known by the first ones well enough.
const MOST_ROOTS = 8;

/** Which of these commits the repository has. One git process; none where there is nothing to ask. */
export async function commitsPresent(git: Git, commits: readonly string[]): Promise<ReadonlySet<string>> {
  if (commits.length === 0) return new Set();
  const answer = await git.text(['cat-file', '--batch-check'], { input: `${commits.join('\n')}\n` });
  if (!answer.ok) return new Set();
  const lines = answer.value.split('\n').map((line) => line.split(' '));
  return new Set(lines.flatMap(([hash, type]) => (hash !== undefined && type === 'commit' ? [hash] : [])));
}

/** Whether an unknown root commit means something: there is a history here, and all of it. */
export async function hasFullHistory(git: Git): Promise<boolean> {
  const answer = await git.text(['rev-parse', '--is-shallow-repository', 'HEAD']);
  return answer.ok && answer.value.startsWith('false\n');
}

/** Commits without parents, of HEAD; none in a shallow clone, whose seeming roots are none. */
export async function rootCommits(git: Git, signal?: AbortSignal): Promise<readonly string[]> {
  if (!(await hasFullHistory(git))) return [];
  const answer = await git.text(
    ['rev-list', '--max-parents=0', 'HEAD'],
    signal === undefined ? {} : { signal },
  );
  return answer.ok ? answer.value.split('\n').filter(Boolean).slice(0, MOST_ROOTS) : [];
}

/** `host/path` of every remote, without protocol, user, port and `.git`. */
export async function normalisedRemotes(git: Git): Promise<readonly string[]> {
  const answer = await git.text(['config', '--null', '--get-regexp', '^remote\\..*\\.url$']);
  if (!answer.ok) return [];
  const urls = answer.value.split('\0').flatMap((pair) => pair.split('\n').slice(1, 2));
  return [...new Set(urls.map(normaliseRemote).filter(Boolean))];
}

export function normaliseRemote(url: string): string {
  const trimmed = url.trim();
  const scp = /^(?:[^/@\s]+@)?([^/:\s]+):(?!\/\/)(.+)$/.exec(trimmed);
  const full = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@\s]*@)?([^/:\s]*)(?::\d+)?\/(.*)$/i.exec(trimmed);
  const [host, path] = full === null ? [scp?.[1], scp?.[2]] : [full[1], full[2]];
  const rest = (path ?? trimmed)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/^\/+(?=.)/, '');
  return host === undefined || host.length === 1
    ? trimmed.replace(/\/+$/, '')
    : `${host.toLowerCase()}/${rest}`;
}
