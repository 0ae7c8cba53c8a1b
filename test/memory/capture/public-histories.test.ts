import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureCandidates } from '../../../src/memory/capture/capture-candidates.ts';
import { TemporaryRepository } from './temporary-repository.ts';

const data = process.env['VARVE_DATA'];
const bundles = data === undefined ? undefined : join(data, 'adr');
const isThere = bundles !== undefined && existsSync(bundles);
const names = isThere
  ? readdirSync(bundles).filter((name) => name.endsWith('.bundle'))
  : ['(VARVE_DATA names no adr/*.bundle)'];

test.skipIf(!isThere).each(names)('the history %s gives few proposals', async (name) => {
  const repository = new TemporaryRepository();
  try {
    repository.run('clone', '-q', join(bundles ?? '', name), '.');
    const sets = await repository.changeSets();
    const found = sets.flatMap((set) => captureCandidates(set));
    const inTen = (found.length / sets.length) * 10;
    const rules = [...new Set(found.map((candidate) => candidate.rule))];
    const count = (rule: string): number => found.filter((candidate) => candidate.rule === rule).length;
    const parts = rules.map((rule) => `${rule} ${count(rule)}`).join(', ');
    console.log(
      `${name}: ${sets.length} commits, ${found.length} proposals (${parts}), ${inTen.toFixed(2)} per 10 commits`,
    );
    expect(sets.length).toBeGreaterThan(0);
    expect(
      found.filter((candidate) => candidate.rule !== 'decision-document').length / sets.length,
    ).toBeLessThanOrEqual(0.1);
  } finally {
    repository.remove();
  }
});
