import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { candidatesOf, describeCases } from './rule-cases.ts';
import { TemporaryRepository } from './temporary-repository.ts';

const manifest = (version: string): string => `{"name":"x","version":"${version}"}\n`;
const bumped = (name: string, path: string, before: string, after: string, expected: readonly string[]) => ({
  name,
  before: { [path]: before },
  message: 'Next version',
  after: { [path]: after },
  expected,
});

describeCases('a version', [
  {
    ...bumped('of package.json', 'package.json', manifest('1.1.4'), manifest('1.2.0'), [
      'version-milestone release:|1.2',
    ]),
    shows: { kind: 'milestone', title: 'Release 1.2.0', paths: ['package.json'] },
  },
  bumped('of Cargo.toml', 'Cargo.toml', '[package]\nversion = "0.3.9"\n', '[package]\nversion = "1.0.0"\n', [
    'version-milestone release:|1',
  ]),
  bumped(
    'of pom.xml after its snapshots',
    'pom.xml',
    '<project><parent><version>9</version></parent><version>2.0.0-SNAPSHOT</version></project>',
    '<project><parent><version>9</version></parent><version>2.0.0</version></project>',
    ['version-milestone release:|2'],
  ),
  bumped('of a VERSION file', 'VERSION', '1.9.0\n', '1.10.0\n', ['version-milestone release:|1.10']),
  bumped('of Python’s own', 'x/__init__.py', '__version__ = "0.1.0"\n', '__version__ = "0.2.0"\n', [
    'version-milestone release:|0.2',
  ]),
  bumped('of a gem', 'lib/x/version.rb', "  VERSION = '1.0.3'\n", "  VERSION = '1.1.0'\n", [
    'version-milestone release:|1.1',
  ]),
  bumped(
    'that is a patch is told by its tag or change log',
    'package.json',
    manifest('1.2.0'),
    manifest('1.2.1'),
    [],
  ),
  bumped('that skips to a patch is none', 'package.json', manifest('1.1.0'), manifest('1.2.1'), []),
  bumped(
    'that only begins is none',
    'pom.xml',
    '<project><version>2.0.0</version></project>',
    '<project><version>2.1.0-SNAPSHOT</version></project>',
    [],
  ),
  bumped('that goes back is none', 'package.json', manifest('2.0.0'), manifest('1.9.0'), []),
  bumped(
    'of a dependency is not the project’s',
    'package.json',
    '{"version":"1.0.0","dependencies":{"a":"1.0.0"}}\n',
    '{"version":"1.0.0","dependencies":{"a":"2.0.0"}}\n',
    [],
  ),
  bumped(
    'of an example is not the project’s',
    'examples/a/package.json',
    manifest('1.0.0'),
    manifest('2.0.0'),
    [],
  ),
  {
    name: 'of a whole workspace is one milestone',
    before: { 'package.json': manifest('1.0.0'), 'packages/a/package.json': manifest('1.0.0') },
    message: 'Publish',
    after: { 'package.json': manifest('2.0.0'), 'packages/a/package.json': manifest('2.0.0') },
    expected: ['version-milestone release:|2'],
  },
]);

const plan = (one: string, two: string, three: string): string =>
  `# Plan\n\n## Search\n\n- [x] Index\n- [${one}] Rank\n- [${two}] Show\n\n## Later\n\n- [${three}] Sync\n`;

describeCases('a checklist', [
  {
    name: 'whose last box was ticked is done',
    before: { 'specs/search/tasks.md': plan('x', ' ', ' ') },
    message: 'Show results',
    after: { 'specs/search/tasks.md': plan('x', 'x', ' ') },
    expected: ['checklist-completed checklist:specs/search/tasks.md#search'],
    shows: { title: 'Done: Search', line: { path: 'specs/search/tasks.md', line: 3 } },
  },
  {
    name: 'with a box open is not',
    before: { 'TODO.md': plan(' ', ' ', ' ') },
    message: 'Rank',
    after: { 'TODO.md': plan('x', ' ', ' ') },
    expected: [],
  },
  {
    name: 'of fewer than three boxes is none',
    before: { 'TODO.md': plan('x', 'x', ' ') },
    message: 'Sync',
    after: { 'TODO.md': plan('x', 'x', 'x') },
    expected: [],
  },
  {
    name: 'that was done before is not done again',
    before: { 'TODO.md': plan('x', 'x', ' ') },
    message: 'Words',
    after: { 'TODO.md': plan('x', 'x', ' ').replace('Index', 'Index all') },
    expected: [],
  },
  {
    name: 'of a template is none',
    before: { '.github/checklist.md': plan('x', ' ', ' ') },
    message: 'T',
    after: { '.github/checklist.md': plan('x', 'x', ' ') },
    expected: [],
  },
]);

describe('a merged branch', () => {
  let repository: TemporaryRepository;
  beforeEach(() => {
    repository = TemporaryRepository.make();
    repository.commit('Start', { a: '1' });
  });
  afterEach(() => repository.remove());

  async function merged(branch: string, message: string): Promise<readonly (readonly [string, string])[]> {
    repository.run('checkout', '-q', '-b', branch);
    repository.commit('Work', { [branch.replace(/\W/g, '')]: '2' });
    repository.run('checkout', '-q', 'main');
    repository.run('merge', '-q', '--no-ff', '--no-edit', '-m', message, branch);
    return candidatesOf(await repository.last()).map(({ subject, title }) => [subject, title] as const);
  }

  test('of a feature is a milestone', async () => {
    expect(await merged('feature/session-search', "Merge branch 'feature/session-search'")).toEqual([
      ['branch:feature/session-search', 'Merged: Session search'],
    ]);
  });

  test('by a pull request is one where somebody described it', async () => {
    const head = 'Merge pull request #12 from ada/feature/search';
    expect(await merged('feature/search', `${head}\n\nSearch sessions`)).toEqual([]);
    expect(
      await merged(
        'feature/more',
        `${head}\n\nSearch sessions\n\nFinds what was said in any run, ranked by how near it is to the question.`,
      ),
    ).toEqual([['branch:feature/search', 'Merged: Search sessions']]);
  });

  test('of a repair, of the trunk into a branch, or under another name is none', async () => {
    expect(await merged('fix/typo', "Merge branch 'fix/typo'")).toEqual([]);
    expect(await merged('other', "Merge branch 'main' into feature/x")).toEqual([]);
    expect(await merged('again', "Merge branch 'feature/a' into feature/b")).toEqual([]);
  });
});

test('a version whose tag the commit bears is left to the tag', async () => {
  const repository = TemporaryRepository.make();
  try {
    repository.commit('Start', { 'package.json': manifest('1.1.0') });
    repository.commit('Next', { 'package.json': manifest('1.2.0') });
    expect(candidatesOf(await repository.last())).toHaveLength(1);
    repository.run('tag', 'v1.2.0');
    expect(candidatesOf(await repository.last())).toEqual([]);
  } finally {
    repository.remove();
  }
});
