import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TemporaryRepository } from './temporary-repository.ts';

let repository: TemporaryRepository;

beforeEach(() => {
  repository = TemporaryRepository.make();
  repository.commit('Start', { 'src/a.ts': 'let a = 1;\n' });
});

afterEach(() => repository.remove());

async function summary(): Promise<readonly (readonly [string, string, string, string | undefined])[]> {
  return (await repository.candidates()).map(
    ({ rule, subject, title, why }) => [rule, subject, title, why] as const,
  );
}

describe('an architecture decision record', () => {
  const text =
    '# ADR-7: Use dashes in filenames\n\n## Status\n\nAccepted\n\n## Considered Options\n\n* dashes\n* underscores\n\n## Decision Outcome\n\nWe will use dashes because no escaping is needed.\n';

  test('that was added is a decision with its reason and options', async () => {
    repository.commit('Add ADR 7', { 'docs/adr/0007-dashes.md': text });
    expect(await repository.candidates()).toMatchObject([
      {
        rule: 'decision-document',
        subject: 'document:docs/adr/0007-dashes.md',
        title: 'Use dashes in filenames',
        outcome: 'We will use dashes because no escaping is needed.',
        standing: 'accepted',
        why: 'No escaping is needed.',
        considered: 'dashes; underscores',
        paths: ['docs/adr/0007-dashes.md'],
      },
    ]);
  });

  test('in the form of MADR takes the first listed reason', async () => {
    const madr = text.replace(
      /We will.*/,
      'Chosen option: "dashes", because\n\n* No escaping is needed.\n* It reads well.',
    );
    repository.commit('Add ADR 8', { 'docs/decisions/0008-dashes.md': madr });
    expect(await summary()).toEqual([
      [
        'decision-document',
        'document:docs/decisions/0008-dashes.md',
        'Use dashes in filenames',
        'No escaping is needed.',
      ],
    ]);
  });

  test('says where it stands, also where it was turned down', async () => {
    repository.commit('Add', {
      'docs/adr/0007.md': text.replace('Accepted', 'Rejected'),
      'docs/adr/template.md': text,
    });
    expect(await repository.candidates()).toMatchObject([
      { subject: 'document:docs/adr/0007.md', standing: 'rejected', document: { isNew: true, number: '7' } },
    ]);
  });

  test('that changed tells what it says now; a change that says nothing new tells nothing', async () => {
    repository.commit('Add', { 'docs/adr/0007.md': text.replace('Accepted', 'Proposed') });
    repository.commit('Accept', { 'docs/adr/0007.md': text });
    expect(await repository.candidates()).toMatchObject([
      { standing: 'accepted', document: { isNew: false, standingBefore: 'proposed' } },
    ]);
    repository.commit('Space', { 'docs/adr/0007.md': `${text}\n<!-- seen -->\n` });
    expect(await repository.candidates()).toEqual([]);
  });

  test('one of an archive counts as every other', async () => {
    const many = Array.from(
      { length: 12 },
      (_, number) => [`docs/adr/${number}.md`, text.replace('ADR-7', `ADR-${number}`)] as const,
    );
    repository.commit('Import', Object.fromEntries(many));
    expect(await repository.candidates()).toHaveLength(12);
  });
});

describe('a tag', () => {
  test('with a version, or with an annotation, is a milestone', async () => {
    repository.run('tag', 'v1.2.0');
    repository.run('tag', '-a', 'beta-party', '-m', 'First users are on it');
    expect(
      (await repository.candidates()).map(({ rule, kind, subject, title }) => [rule, kind, subject, title]),
    ).toEqual([
      ['version-tag', 'milestone', 'tag:beta-party', 'Milestone beta-party – First users are on it'],
      ['version-tag', 'milestone', 'tag:v1.2.0', 'Release v1.2.0'],
    ]);
  });

  test('that is a name in passing, or a pre-release of no semantic version, is none', async () => {
    for (const name of ['v1.2rc1', 'nightly', 'my-branch-point']) repository.run('tag', name);
    expect(await repository.candidates()).toEqual([]);
  });

  test('whose annotation only repeats the version says it once', async () => {
    repository.run('tag', '-a', 'v2.0.0', '-m', 'Release version 2.0.0\n\nSessions survive a crash.');
    expect((await summary()).map(([, , title]) => title)).toEqual([
      'Release v2.0.0 – Sessions survive a crash',
    ]);
  });
});
