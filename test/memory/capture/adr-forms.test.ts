import { describe, expect, test } from 'vitest';
import { type AdrHistory, adrHistories, type ExpectedDocument } from './adr-histories.ts';
import { captureWhole } from './capture-whole.ts';
import { TemporaryRepository } from './temporary-repository.ts';

async function documentsOf(history: AdrHistory): Promise<readonly ExpectedDocument[]> {
  const repository = TemporaryRepository.make();
  try {
    history.make(repository);
    const joined = (await captureWhole(repository)).filter(
      ({ candidate }) => candidate.rule === 'decision-document',
    );
    const pathOf = (id: string): string => joined.find((one) => one.id === id)?.paths[0] ?? id;
    return joined.map(({ candidate, paths, supersedes, supersedesPartly }) => {
      const older = [...supersedes, ...supersedesPartly].map(pathOf);
      return {
        path: paths[0] ?? '',
        title: candidate.title,
        ...(candidate.standing === undefined ? {} : { status: candidate.standing }),
        ...(older.length === 0 ? {} : { supersedes: older }),
      };
    });
  } finally {
    repository.remove();
  }
}

function sorted(documents: readonly ExpectedDocument[]): readonly ExpectedDocument[] {
  return [...documents].sort((a, b) => (a.path < b.path ? -1 : 1));
}

describe('decision documents', () => {
  test.each(adrHistories)('in the form of $name are all found, as they stand at the end', async (history) => {
    expect(sorted(await documentsOf(history))).toEqual(sorted(history.expected));
  });
});
