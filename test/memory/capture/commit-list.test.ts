import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { type CommitRange, streamChangeSets } from '../../../src/memory/capture/read-change-sets.ts';
import {
  currentMark,
  cutMark,
  rememberMark,
  unseenRange,
} from '../../../src/memory/workspace/capture-mark.ts';
import { TemporaryRepository, unwrap } from './temporary-repository.ts';

let repository: TemporaryRepository;
let state: string;
let mark: string;

beforeEach(() => {
  repository = TemporaryRepository.make();
  state = mkdtempSync(join(tmpdir(), 'varve-mark-'));
  mark = join(state, 'cache', 'capture.json');
});

afterEach(() => {
  repository.remove();
  rmSync(state, { recursive: true, force: true });
});

const subjectsOf = async (range: CommitRange): Promise<readonly string[]> =>
  (await repository.changeSets(range)).map((set) => (set.tagsOnly ? `tags of ${set.subject}` : set.subject));

/** Looks as capture does: at what was not looked at yet, cut after so many commits. */
async function look(cutAfter = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const now = unwrap(await currentMark(repository.git));
  if (now === undefined) throw new Error('no commit');
  const range = await unseenRange(nodeFiles, repository.git, mark);
  const seen: string[] = [];
  let count = 0;
  for await (const one of streamChangeSets(repository.git, range)) {
    const set = unwrap(one);
    seen.push(set.tagsOnly ? `tags of ${set.subject}` : set.subject);
    if (set.tagsOnly) continue;
    await rememberMark(nodeFiles, mark, cutMark(now, range, set.commit));
    count++;
    if (count >= cutAfter) return seen;
  }
  await rememberMark(nodeFiles, mark, now);
  return seen;
}

function commitMany(from: number, to: number): void {
  for (let number = from; number <= to; number++)
    repository.commit(`Commit ${number}`, { a: String(number) });
}

const commits = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `Commit ${from + index}`);

describe('a look that is cut', () => {
  test('goes on where it stopped, however often', async () => {
    commitMany(1, 7);
    expect(await look(2)).toEqual(commits(1, 2));
    expect(await look(3)).toEqual(commits(3, 5));
    expect(await look()).toEqual(commits(6, 7));
    expect(await look()).toEqual([]);
  });

  test('goes on though commits came meanwhile', async () => {
    commitMany(1, 4);
    expect(await look(2)).toEqual(commits(1, 2));
    commitMany(5, 6);
    expect(await look()).toEqual(commits(3, 6));
  });

  test('passes over side branches that were looked at, in whatever order they come', async () => {
    commitMany(1, 2);
    repository.run('checkout', '-q', '-b', 'side', 'HEAD~1');
    repository.commit('Side 1', { b: '1' });
    repository.commit('Side 2', { b: '2' });
    repository.run('checkout', '-q', 'main');
    repository.run('merge', '-q', '--no-ff', '-m', 'Merge', 'side');
    const all = await subjectsOf({});
    for (let cut = 1; cut < all.length; cut++) {
      rmSync(mark, { force: true });
      expect([...(await look(cut)), ...(await look())]).toEqual(all);
    }
  });

  test('looks once more at what was rewritten, and at nothing that is gone', async () => {
    commitMany(1, 5);
    expect(await look(2)).toEqual(commits(1, 2));
    repository.run('reset', '-q', '--hard', 'HEAD~3');
    repository.commit('Other 3', { b: '3' });
    expect(await look()).toEqual(['Other 3']);
  });
});

describe('after a look that came to its end', () => {
  test('only what is new to us is read of a history that was rewritten', async () => {
    commitMany(1, 5);
    await look();
    repository.run('reset', '-q', '--hard', 'HEAD~2');
    repository.commit('Other 4', { a: 'x' });
    expect(await look()).toEqual(['Other 4']);
    expect(await look()).toEqual([]);
  });

  test('a tag brings back the commit it was set on or moved to, and no other', async () => {
    commitMany(1, 6);
    for (let number = 0; number < 4; number++) repository.run('tag', `early-${number}`, `HEAD~${number}`);
    expect(await look()).toEqual(commits(1, 6));
    repository.run('tag', 'late', 'HEAD~5');
    repository.run('tag', '-f', 'early-0', 'HEAD~4');
    repository.run('tag', '-d', 'early-1');
    expect([...(await look())].sort()).toEqual(['tags of Commit 1', 'tags of Commit 2']);
    expect(await look()).toEqual([]);
  });

  test('a tag that came while a look was cut is seen, on either side of the cut', async () => {
    commitMany(1, 4);
    await look(2);
    repository.run('tag', 'before', 'HEAD~3');
    repository.run('tag', 'behind', 'HEAD~1');
    expect(await look()).toEqual(['tags of Commit 1', 'Commit 3', 'Commit 4']);
  });

  test('a head that is gone means all of history', async () => {
    commitMany(1, 2);
    const gone = 'd'.repeat(40);
    await rememberMark(nodeFiles, mark, { version: 2, head: gone, tags: [] });
    expect(await look()).toEqual(commits(1, 2));
    await rememberMark(nodeFiles, mark, { version: 2, resume: { until: gone, done: gone }, tags: [] });
    expect(await look()).toEqual(commits(1, 2));
  });

  test.each([
    'null',
    '{',
    '{"version":1,"head":"main","tags":"x"}',
    '{"version":2,"head":"--all","tags":[]}',
    '{"version":2,"head":7,"tags":[]}',
  ])('a damaged or older mark (%s) means all of history', async (text) => {
    commitMany(1, 2);
    await nodeFiles.makeDirectory(join(state, 'cache'));
    await nodeFiles.writeNew(mark, new TextEncoder().encode(text));
    expect(await look()).toEqual(commits(1, 2));
  });
});

describe('revisions', () => {
  test('leave out and end with what they name: branches, tags, abbreviations', async () => {
    commitMany(1, 5);
    repository.run('tag', '-a', 'v1', '-m', 'one', 'HEAD~3');
    repository.run('branch', 'old', 'HEAD~1');
    const short = repository.run('rev-parse', '--short', 'HEAD~2');
    expect(await subjectsOf({ since: 'v1', until: 'old', tagged: [] })).toEqual(commits(3, 4));
    expect(await subjectsOf({ since: short, tagged: [] })).toEqual(commits(4, 5));
    expect(await subjectsOf({ since: 'HEAD', until: 'old', tagged: [] })).toEqual([]);
  });

  test('that are unknown are told by their name', async () => {
    commitMany(1, 1);
    repository.run('tag', 'a-blob', repository.run('rev-parse', 'HEAD:a'));
    for (const revision of ['nothing', '--all', '', 'a-blob', 'HEAD~9', 'x\ny', 'e'.repeat(40)]) {
      for (const range of [{ since: revision }, { until: revision }]) {
        const { value } = await streamChangeSets(repository.git, range).next();
        expect(value).toEqual({
          ok: false,
          error: { kind: 'failed', message: `There is no commit "${revision}" in this repository.` },
        });
      }
    }
  });
});
