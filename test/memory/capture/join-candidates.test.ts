import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JoinedCandidate } from '../../../src/memory/capture/join/joined-candidate.ts';
import type { KnownRecord } from '../../../src/memory/capture/join/known-record.ts';
import { proposedFrom } from '../../../src/memory/capture/proposed-record.ts';
import { captureWhole } from './capture-whole.ts';
import { packageJson, TemporaryRepository, unwrap } from './temporary-repository.ts';

let repository: TemporaryRepository;

beforeEach(() => {
  repository = TemporaryRepository.make();
  repository.commit('Start', { 'package.json': packageJson(['express']), 'src/a.ts': 'let a = 1;\n' });
});

afterEach(() => repository.remove());

function adr(title: string, status: string): string {
  return `# ${title}\n\n## Status\n\n${status}\n\n## Context\n\nThere is a choice.\n\n## Decision\n\nThis one, because it is known.\n`;
}

/** What was captured, as it stands once it was written and reviewed. */
function known(joined: JoinedCandidate, state: KnownRecord['state'], before?: KnownRecord): KnownRecord {
  const { evidence } = unwrap(proposedFrom(joined, before?.evidence));
  return { id: joined.id, state, title: joined.candidate.title, evidence };
}

function bytes(joined: JoinedCandidate, before?: KnownRecord): readonly string[] {
  const { text, evidenceText } = unwrap(proposedFrom(joined, before?.evidence));
  return [text, evidenceText];
}

describe('a decision document', () => {
  const path = 'docs/adr/0001-sqlite.md';

  test('that is accepted, renamed and superseded later is one record as of the end', async () => {
    const first = repository.commit('Propose', { [path]: adr('1. Use SQLite', 'Proposed') });
    repository.commit('Accept', { [path]: adr('1. Use SQLite', 'Accepted') });
    repository.run('mv', path, 'docs/adr/0001-embedded-database.md');
    repository.commit('Title', {
      'docs/adr/0001-embedded-database.md': adr('1. Use an embedded database', 'Accepted'),
    });
    const kept = await captureWhole(repository);
    expect(kept).toMatchObject([
      {
        candidate: {
          title: 'Use an embedded database',
          standing: 'accepted',
          subject: 'document:docs/adr/0001-embedded-database.md',
        },
        shown: { commit: first },
        paths: ['docs/adr/0001-embedded-database.md', path],
      },
    ]);
    expect(kept[0]?.evidence).toHaveLength(3);
  });

  test('ends the same whether it is looked at in one pass or in two', async () => {
    repository.commit('Propose', { [path]: adr('1. Use SQLite', 'Proposed') });
    const middle = repository.run('rev-parse', 'HEAD');
    const [before] = await captureWhole(repository);
    if (before === undefined) throw new Error('nothing was captured');
    repository.commit('Accept', { [path]: adr('1. Use SQLite everywhere', 'Accepted') });
    repository.commit('Replace', {
      [path]: adr('1. Use SQLite everywhere', 'Superseded by [2](0002-duckdb.md)'),
      'docs/adr/0002-duckdb.md': adr('2. Use DuckDB', 'Accepted'),
    });
    const waiting = known(before, 'proposed');
    const later = await captureWhole(repository, { since: middle }, [waiting]);
    const whole = await captureWhole(repository);
    expect(later.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect(later.map((one) => bytes(one, one.id === waiting.id ? waiting : undefined))).toEqual(
      whole.map((one) => bytes(one)),
    );
    expect(whole[1]?.supersedes).toEqual([whole[0]?.id]);
  });

  test('that was accepted here is proposed again only where it is over', async () => {
    repository.commit('Decide', { [path]: adr('1. Use SQLite', 'Accepted') });
    const middle = repository.run('rev-parse', 'HEAD');
    const [decided] = await captureWhole(repository);
    if (decided === undefined) throw new Error('nothing was captured');
    const accepted = known(decided, 'accepted');
    repository.commit('Better title', { [path]: adr('1. Use SQLite everywhere', 'Accepted') });
    expect(await captureWhole(repository, { since: middle }, [accepted])).toEqual([]);
    repository.commit('Over', { [path]: adr('1. Use SQLite everywhere', 'Deprecated') });
    expect(await captureWhole(repository, { since: middle }, [accepted])).toMatchObject([
      { candidate: { standing: 'deprecated' }, supersedes: [decided.id] },
    ]);
  });

  test('whose successor is proposed with it is not proposed a second time', async () => {
    repository.commit('Decide', { [path]: adr('1. Use SQLite', 'Accepted') });
    const middle = repository.run('rev-parse', 'HEAD');
    const [decided] = await captureWhole(repository);
    if (decided === undefined) throw new Error('nothing was captured');
    repository.commit('Replace', {
      [path]: adr('1. Use SQLite', 'Superseded by [2](0002-duckdb.md)'),
      'docs/adr/0002-duckdb.md': adr('2. Use DuckDB', 'Accepted'),
    });
    expect(await captureWhole(repository, { since: middle }, [known(decided, 'accepted')])).toMatchObject([
      { candidate: { title: 'Use DuckDB' }, supersedes: [decided.id] },
    ]);
  });

  test('that was rejected here is not asked about again', async () => {
    repository.commit('Propose', { [path]: adr('1. Use SQLite', 'Proposed') });
    const middle = repository.run('rev-parse', 'HEAD');
    const [asked] = await captureWhole(repository);
    if (asked === undefined) throw new Error('nothing was captured');
    for (const status of ['Accepted', 'Deprecated'])
      repository.commit(status, { [path]: adr('1. Use SQLite', status) });
    expect(await captureWhole(repository, { since: middle }, [known(asked, 'rejected')])).toEqual([]);
  });

  test('in the tree of a shallow clone is imported once', async () => {
    repository.commit('Decide', { [path]: adr('1. Use SQLite', 'Accepted') });
    repository.commit('Later', { 'src/a.ts': 'let a = 2;\n' });
    repository.commit('Last', { 'src/a.ts': 'let a = 3;\n' });
    const shallow = repository.clone('--depth', '2');
    try {
      const kept = await captureWhole(shallow);
      expect(kept).toMatchObject([{ candidate: { title: 'Use SQLite', standing: 'accepted' } }]);
      const [imported] = kept;
      if (imported === undefined) throw new Error('nothing was imported');
      expect(await captureWhole(shallow, {}, [known(imported, 'proposed')])).toEqual([]);
    } finally {
      shallow.remove();
    }
  });
});

describe('any other decision', () => {
  const reasoned =
    'Use better-sqlite3 for search\n\nThe in-memory index was 9x larger, because it kept every word.';

  test('is superseded by the commit that takes it back', async () => {
    repository.commit(reasoned, { 'package.json': packageJson(['express', 'better-sqlite3']) });
    repository.run('revert', '--no-edit', 'HEAD');
    const [decided, reverted] = await captureWhole(repository);
    expect(reverted?.candidate.title).toBe('Taken back: Use better-sqlite3 for search');
    expect(reverted?.supersedes).toEqual([decided?.id]);
  });

  test('is superseded by the removal of what it brought', async () => {
    repository.commit(reasoned, { 'package.json': packageJson(['express', 'better-sqlite3']) });
    repository.commit(
      'Remove better-sqlite3\n\nIt broke the build on Alpine, because there is no binary for musl.',
      {
        'package.json': packageJson(['express']),
      },
    );
    const kept = await captureWhole(repository);
    expect(kept.map(({ candidate }) => candidate.rule)).toEqual(['dependency-added', 'dependency-removed']);
    expect(kept[1]?.supersedes).toEqual([kept[0]?.id]);
  });

  test('that was told twice is one record with both commits', async () => {
    const line = 'Cache pages\n\nWe decided to cache rendered pages because the database was the bottleneck.';
    repository.commit(line, { 'src/b.ts': 'let b = 1;\n' });
    repository.commit(line.replace('Cache', 'Really cache'), { 'src/b.ts': 'let b = 2;\n' });
    const kept = await captureWhole(repository);
    expect(kept).toHaveLength(1);
    expect(kept[0]?.evidence).toHaveLength(2);
  });
});

describe('milestones', () => {
  function commits(count: number): void {
    for (let number = 0; number < count; number++)
      repository.commit(`Work ${number}`, { 'src/a.ts': `let a = ${number};\n` });
  }

  test('that machines set densely are one, which names the newest and lists all', async () => {
    for (const version of ['0.1.0', '0.1.1', '0.2.0']) {
      commits(2);
      repository.run('tag', `v${version}`);
    }
    repository.run('tag', '-a', 'launch', '-m', 'The first customers are on it');
    const kept = await captureWhole(repository);
    expect(kept.map(({ candidate }) => candidate.title)).toEqual([
      'Releases up to v0.2.0',
      'Milestone launch – The first customers are on it',
    ]);
    expect(kept[0]?.evidence).toMatchObject([{ tag: 'v0.1.0' }, { tag: 'v0.1.1' }, { tag: 'v0.2.0' }]);
  });

  test('that are rare stand each for itself', async () => {
    commits(25);
    repository.run('tag', 'v1.0.0');
    commits(25);
    repository.run('tag', 'release-2.0');
    expect((await captureWhole(repository)).map(({ candidate }) => candidate.tag)).toEqual([
      'v1.0.0',
      'release-2.0',
    ]);
  });

  test('that somebody set by hand stand for themselves also where a changelog is rolled up', async () => {
    const sections = ['1.2.0', '1.1.0', '1.0.0'].map(
      (version) => `## [${version}] - 2024-01-01\n\n- Words\n`,
    );
    for (const count of [1, 2, 3]) {
      commits(1);
      repository.commit(`Changelog ${count}`, {
        'CHANGELOG.md': `# Changelog\n\n${sections.slice(-count).join('\n')}`,
      });
    }
    repository.run('tag', '-a', 'v1.2.0', '-m', 'The first customers are on it');
    const kept = await captureWhole(repository);
    expect(kept.map(({ candidate }) => candidate.title)).toEqual([
      expect.stringContaining('Releases up to'),
      'Release v1.2.0 – The first customers are on it',
    ]);
  });

  test('are one milestone with the bump of the version, whichever came first', async () => {
    const manifest = (version: string): string => `${JSON.stringify({ name: 'demo', version })}\n`;
    commits(45);
    repository.commit('Manifest', { 'package.json': manifest('1.0.0') });
    repository.commit('Bump', { 'package.json': manifest('1.1.0') });
    commits(1);
    repository.run('tag', 'v1.1.0');
    const kept = await captureWhole(repository);
    expect(kept.map(({ candidate }) => [candidate.kind, candidate.title, candidate.tag])).toEqual([
      ['milestone', 'Release 1.1.0', 'v1.1.0'],
    ]);
  });

  test('of a changelog join the tag of the same version', async () => {
    const log =
      '# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2024-02-02\n\n- Search finds half-written words\n\n## [1.0.0] - 2024-01-01\n\n- The first one\n';
    commits(45);
    repository.commit('Changelog', { 'CHANGELOG.md': log });
    repository.run('tag', 'v1.1.0');
    const kept = await captureWhole(repository);
    expect(kept.map(({ candidate }) => [candidate.title, candidate.tag])).toEqual([
      ['Release 1.0.0 – The first one', undefined],
      ['Release 1.1.0 – Search finds half-written words', 'v1.1.0'],
    ]);
  });
});
