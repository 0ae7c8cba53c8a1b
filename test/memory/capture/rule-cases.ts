import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Candidate, ChangeSet } from '../../../src/memory/capture/change-set.ts';
import { captureRules } from '../../../src/memory/capture/rules.ts';
import { TemporaryRepository } from './temporary-repository.ts';

export interface RuleCase {
  readonly name: string;
  readonly before?: Readonly<Record<string, string>>;
  readonly message: string;
  /** What the commit writes; null deletes. */
  readonly after: Readonly<Record<string, string | null>>;
  /** `rule subject` of each candidate, in the order of the rules; empty for a near miss. */
  readonly expected: readonly string[];
  /** What the first candidate holds among others. */
  readonly shows?: Partial<Omit<Candidate, 'line'>> & { readonly line?: Partial<Candidate['line']> };
}

export function candidatesOf(changeSet: ChangeSet): readonly Candidate[] {
  return captureRules.flatMap((rule) => rule(changeSet));
}

/** Each case is two commits of one real repository, which is read once. */
export function describeCases(title: string, cases: readonly RuleCase[]): void {
  describe(title, () => {
    const found = new Map<string, readonly Candidate[]>();
    beforeAll(async () => {
      expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
      const repository = TemporaryRepository.make();
      try {
        const commits = cases.map((one) => [one.name, commitCase(repository, one)] as const);
        const sets = new Map((await repository.changeSets()).map((set) => [set.commit, set]));
        for (const [name, commit] of commits) {
          const set = sets.get(commit);
          if (set !== undefined) found.set(name, candidatesOf(set));
        }
      } finally {
        repository.remove();
      }
    }, 60_000);

    test.each(cases.map((one) => [one.name, one] as const))('%s', (name, { expected, shows }) => {
      const candidates = found.get(name);
      expect(candidates?.map((one) => `${one.rule} ${one.subject}`)).toEqual(expected);
      if (shows !== undefined) expect(candidates?.[0]).toMatchObject(shows);
      for (const candidate of candidates ?? []) {
        expect(candidate.title).not.toBe('');
        expect(candidate.reason).not.toBe('');
        expect(candidate.confidence).toBeGreaterThan(0.4);
        expect(candidate.confidence).toBeLessThanOrEqual(1);
      }
    });
  });
}

function commitCase(repository: TemporaryRepository, { before = {}, message, after }: RuleCase): string {
  for (const entry of readdirSync(repository.directory)) {
    if (entry !== '.git') rmSync(join(repository.directory, entry), { recursive: true });
  }
  repository.commit('Start', { 'README.txt': 'x\n', ...before });
  const written: Record<string, string> = {};
  for (const [path, text] of Object.entries(after)) {
    if (text === null) rmSync(join(repository.directory, path), { recursive: true, force: true });
    else written[path] = text;
  }
  return repository.commit(message, written);
}
