import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureCandidates } from '../../../src/memory/capture/capture-candidates.ts';
import type { Candidate } from '../../../src/memory/capture/change-set.ts';
import { captureId } from '../../../src/memory/capture/join/patch-of.ts';
import { joinCandidates } from '../../../src/memory/capture/join-candidates.ts';
import { TemporaryRepository } from './temporary-repository.ts';

interface LabelledCommit {
  readonly repository: string;
  readonly commit: string;
  /** What a person who read the commit wants remembered; `about` stands in what a fitting candidate names. */
  readonly expected: readonly { readonly kind: string; readonly about: string }[];
}

const data = process.env['VARVE_DATA'];
const labelled: readonly LabelledCommit[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/capture/labelled-commits.json'), 'utf8'),
);

function sourceOf(repository: string): string | undefined {
  const source =
    repository === 'varve'
      ? join(import.meta.dirname, '../../..')
      : join(data ?? '', 'adr', `${repository}.bundle`);
  return existsSync(source) ? source : undefined;
}

interface LookedCommit {
  readonly candidates: readonly Candidate[];
  /** Those of them that stand as a proposal of their own; the others joined one that was there. */
  readonly proposed: readonly Candidate[];
}

async function lookAt(source: string): Promise<ReadonlyMap<string, LookedCommit>> {
  const clone = new TemporaryRepository();
  try {
    clone.run('clone', '-q', '--no-checkout', source, '.');
    const sets = await clone.changeSets();
    const looked = sets.map((changeSet) => ({ changeSet, candidates: captureCandidates(changeSet) }));
    const { kept } = joinCandidates(looked, { known: [], density: { tags: false, sections: false } });
    const ids = new Set(kept.map(({ id }) => id));
    return new Map(
      looked.map(({ changeSet, candidates }) => [
        changeSet.commit,
        { candidates, proposed: candidates.filter((one) => ids.has(captureId(one, changeSet))) },
      ]),
    );
  } finally {
    clone.remove();
  }
}

interface Score {
  commits: number;
  /** Proposals that a reader expected, and those that no reader did. */
  right: number;
  wrong: number;
  /** Expectations that a candidate met, and those that none did. */
  met: number;
  missed: number;
  readonly misses: string[];
}

const emptyScore = (): Score => ({ commits: 0, right: 0, wrong: 0, met: 0, missed: 0, misses: [] });

function fits(candidate: Candidate, { kind, about }: LabelledCommit['expected'][number]): boolean {
  const told = [candidate.subject, candidate.title, ...candidate.paths].join(' ').toLowerCase();
  return candidate.kind === kind && told.includes(about);
}

function add(score: Score, { commit, expected }: LabelledCommit, looked: LookedCommit): void {
  const { candidates, proposed } = looked;
  const missed = expected.filter((one) => !candidates.some((candidate) => fits(candidate, one)));
  const wrong = proposed.filter((candidate) => !expected.some((one) => fits(candidate, one)));
  score.commits++;
  score.right += proposed.length - wrong.length;
  score.wrong += wrong.length;
  score.met += expected.length - missed.length;
  score.missed += missed.length;
  score.misses.push(
    ...missed.map(({ kind, about }) => `${commit.slice(0, 8)} missed ${kind} ${about}`),
    ...wrong.map(({ rule, title }) => `${commit.slice(0, 8)} wrong ${rule}: ${title}`),
  );
}

describe('commits labelled by hand', () => {
  test('are 200, with something to remember in fewer than half', () => {
    expect(labelled).toHaveLength(200);
    expect(new Set(labelled.map(({ commit }) => commit)).size).toBe(200);
    const told = labelled.filter(({ expected }) => expected.length > 0).length;
    expect(told).toBeGreaterThan(20);
    expect(told).toBeLessThan(100);
  });

  test.skipIf(sourceOf('madr') === undefined)(
    'are proposed from as their readers would',
    async () => {
      const score = emptyScore();
      for (const repository of new Set(labelled.map((one) => one.repository))) {
        const source = sourceOf(repository);
        if (source === undefined) continue;
        const commits = await lookAt(source);
        const own = emptyScore();
        for (const one of labelled) {
          // A clone of this project may be shallow.
          const looked = one.repository === repository ? commits.get(one.commit) : undefined;
          if (looked === undefined) continue;
          add(own, one, looked);
          add(score, one, looked);
        }
        console.log(`${repository}: ${own.commits} commits, ${tell(own)}\n  ${own.misses.join('\n  ')}`);
      }
      console.log(`labelled commits: ${score.commits}, ${tell(score)}`);
      expect(score.commits).toBeGreaterThan(150);
      expect(precisionOf(score)).toBeGreaterThanOrEqual(0.9);
      expect(recallOf(score)).toBeGreaterThanOrEqual(0.7);
    },
    240_000,
  );
});

function precisionOf({ right, wrong }: Score): number {
  return right / Math.max(1, right + wrong);
}

function recallOf({ met, missed }: Score): number {
  return met / Math.max(1, met + missed);
}

function tell(score: Score): string {
  const { right, wrong, met, missed } = score;
  return `${right + wrong} proposals, ${right} right (precision ${precisionOf(score).toFixed(3)}); ${met} of ${met + missed} expected found (recall ${recallOf(score).toFixed(3)})`;
}
