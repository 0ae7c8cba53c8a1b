// npm --silent run bench -- capture --repo DIR: replays a history (a repository, a bare one or a bundle) through the
// product's own capture and scores what would be proposed against the decision documents and tags that history holds.
// What is looked for is computed apart from the rules (capture-truth.ts). docs/formats/capture.md defines each figure.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createGit } from '../../src/base/git-process.ts';
import type { JoinedCandidate } from '../../src/memory/capture/join/joined-candidate.ts';
import { joinCandidates } from '../../src/memory/capture/join-candidates.ts';
import { lookThrough } from '../../src/memory/capture/look-through.ts';
import { readTruth, type TrueDocument, type Truth } from './capture-truth.ts';

interface Score {
  readonly found: number;
  readonly of: number;
}

export async function measureCapture(flags: readonly string[]): Promise<object> {
  const { values } = parseArgs({ args: [...flags], options: { repo: { type: 'string' } } });
  if (values.repo === undefined) throw new Error('Say which history: npm run bench -- capture --repo DIR.');
  const directory = await mkdtemp(join(tmpdir(), 'varve-bench-capture-'));
  try {
    const from = resolve(values.repo);
    // A copy: bundles and bare repositories have no directory to stand in, and nothing of the original is touched.
    execFileSync('git', ['clone', '-q', '--no-checkout', '--no-hardlinks', from, directory], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return await scoreRepository(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The figures of one repository with a HEAD. */
export async function scoreRepository(directory: string): Promise<object> {
  const environment = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' };
  const started = performance.now();
  const look = await lookThrough(createGit({ directory, environment }), {});
  if (!look.ok) throw new Error(look.error.message);
  const { kept } = joinCandidates(look.value.looked, { known: [], density: look.value.density });
  const took = performance.now() - started;
  return figures(look.value.commits, kept, readTruth(directory), took);
}

function figures(commits: number, kept: readonly JoinedCandidate[], truth: Truth, took: number): object {
  const { documents, tags, areTagsDense } = truth;
  const matches = documents.map((document) => ({ document, proposal: proposalOf(document, kept) }));
  const found = matches.filter(({ proposal }) => proposal !== undefined);
  // Under a name it had once, a document has only to be found: what it says is as of its last name.
  const current = found.filter(({ document, proposal }) => proposal?.paths[0] === document.path);
  const titled = current.filter(({ document, proposal }) =>
    sameTitle(document.title, proposal?.candidate.title ?? ''),
  );
  const withStatus = current.filter(({ document }) => document.status !== undefined);
  const stated = withStatus.filter(
    ({ document, proposal }) => document.status === proposal?.candidate.standing,
  );
  const pairs = current.flatMap(({ document, proposal }) =>
    document.supersedes.map((older) => ({ document, proposal, older })),
  );
  const related = pairs.filter(({ proposal, older }) => supersedes(proposal, older, kept));
  const milestones = areTagsDense
    ? score(kept.some(({ candidate }) => candidate.subject === 'releases:rolling') ? 1 : 0, 1)
    : score(tags.filter((tag) => isTold(tag, kept)).length, tags.length);
  const noise = kept.filter((one) => !isDocument(one) && !isTag(one));
  return {
    commits,
    seconds: Math.round(took / 100) / 10,
    proposals: kept.length,
    documents: score(found.length, documents.length),
    titles: score(titled.length, current.length),
    status: score(stated.length, withStatus.length),
    supersession: score(related.length, pairs.length),
    tags: { ...milestones, dense: areTagsDense },
    noise: {
      count: noise.length,
      per10Commits: Math.round((noise.length / Math.max(1, commits)) * 1000) / 100,
    },
    byRule: byRule(kept),
    misses: {
      documents: matches
        .filter(({ proposal }) => proposal === undefined)
        .map(({ document }) => document.path),
      titles: current
        .filter((one) => !titled.includes(one))
        .map(({ document, proposal }) => [document.path, document.title, proposal?.candidate.title]),
      status: withStatus
        .filter((one) => !stated.includes(one))
        .map(({ document, proposal }) => [
          document.path,
          document.status,
          proposal?.candidate.standing ?? null,
        ]),
      supersession: pairs
        .filter((one) => !related.includes(one))
        .map(({ document, older }) => [document.path, older]),
      tags: areTagsDense ? [] : tags.filter((tag) => !isTold(tag, kept)),
      noise: noise.map(({ candidate }) => `${candidate.rule}: ${candidate.title}`),
      beyond: kept
        .filter((one) => isDocument(one) && !matches.some(({ proposal }) => proposal === one))
        .map(({ paths }) => paths[0]),
    },
  };
}

function score(found: number, of: number): Score & { readonly share: number | null } {
  return { found, of, share: of === 0 ? null : Math.round((found / of) * 1000) / 1000 };
}

function proposalOf({ path }: TrueDocument, kept: readonly JoinedCandidate[]): JoinedCandidate | undefined {
  return kept.find((one) => isDocument(one) && one.paths.includes(path));
}

function supersedes(
  proposal: JoinedCandidate | undefined,
  older: string,
  kept: readonly JoinedCandidate[],
): boolean {
  const ids = [...(proposal?.supersedes ?? []), ...(proposal?.supersedesPartly ?? [])];
  return ids.some((id) => kept.find((one) => one.id === id)?.paths.includes(older));
}

function isDocument({ candidate }: JoinedCandidate): boolean {
  return candidate.document !== undefined;
}

function isTag({ candidate, evidence }: JoinedCandidate): boolean {
  return candidate.kind === 'milestone' && evidence.some((item) => 'tag' in item);
}

function isTold(tag: string, kept: readonly JoinedCandidate[]): boolean {
  return kept.some(({ evidence }) => evidence.some((item) => 'tag' in item && item.tag === tag));
}

function sameTitle(a: string, b: string): boolean {
  const plain = (title: string): string =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return plain(a) === plain(b);
}

function byRule(kept: readonly JoinedCandidate[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { candidate } of kept) counts[candidate.rule] = (counts[candidate.rule] ?? 0) + 1;
  return counts;
}
