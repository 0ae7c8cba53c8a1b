import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commitsMadeHere, isOwned } from '../../../src/memory/workspace/owned-commits.ts';
import type { RunTime } from '../../../src/memory/workspace/run-times.ts';
import { TemporaryRepository } from '../capture/temporary-repository.ts';

// Dozens of git processes each, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const owner = { name: 'Ada', mail: 'ada@example.org' };
const others: TemporaryRepository[] = [];
let repository: TemporaryRepository;

beforeEach(() => {
  repository = TemporaryRepository.make();
  repository.commit('Start', { 'a.txt': '1\n' });
});

afterEach(() => {
  for (const one of [repository, ...others.splice(0)]) one.remove();
});

/** Somebody who pushes commits under the owner's name: a name is a claim, every clone here makes it. */
function forger(): TemporaryRepository {
  const made = repository.clone();
  others.push(made);
  return made;
}

function fetchFrom(other: TemporaryRepository): void {
  repository.run('fetch', '-q', `file://${other.directory}`, 'main:refs/remotes/origin/main');
}

/** Subjects of the history's commits that count as the owner's, oldest first. */
async function owned(runs: readonly RunTime[] = [], who = owner): Promise<readonly string[]> {
  const made = await commitsMadeHere(repository.git);
  const sets = await repository.changeSets();
  return sets.filter((set) => isOwned(set, who, made, runs)).map((set) => set.subject);
}

describe('a commit is the owner’s', () => {
  test('when made here, amended, merged, reverted, picked or rebased from their own', async () => {
    repository.run('checkout', '-q', '-b', 'topic');
    repository.commit('On topic', { 'b.txt': '1\n' });
    repository.run('checkout', '-q', 'main');
    repository.commit('On main', { 'a.txt': '2\n' });
    repository.run('commit', '-q', '--amend', '-m', 'On main, amended');
    repository.run('merge', '-q', '--no-edit', 'topic');
    repository.run('revert', '--no-edit', 'HEAD~1');
    repository.run('checkout', '-q', '-b', 'late', 'HEAD~1');
    repository.commit('To be rebased', { 'c.txt': '1\n' });
    repository.run('rebase', '-q', 'main');
    repository.run('checkout', '-q', '-b', 'picked', 'main');
    repository.commit('Between', { 'd.txt': '1\n' });
    repository.run('cherry-pick', 'late');
    const subjects = (await repository.changeSets()).map(({ subject }) => subject);
    expect(subjects).toContain('To be rebased');
    expect(await owned()).toEqual(subjects);
  });

  test('when made in another worktree of the clone', async () => {
    const other = forger();
    repository.run('worktree', 'add', '-q', '-f', `${other.directory}/tree`, '-b', 'side');
    const tree = new TemporaryRepository(`${other.directory}/tree`);
    tree.commit('Beside', { 'b.txt': '1\n' });
    repository.run('merge', '-q', '--ff-only', 'side');
    expect(await owned()).toEqual(['Start', 'Beside']);
  });

  test('when amended with a new author date', async () => {
    repository.run('commit', '-q', '--amend', '--reset-author', '-m', 'Start again');
    expect(await owned()).toEqual(['Start again']);
  });
});

describe('a commit is not the owner’s', () => {
  test('when somebody else is its author or committer', async () => {
    repository.commit('By Bob', { 'a.txt': '2\n' }, '--author=Bob <bob@example.org>');
    repository.run('-c', 'user.name=x', 'commit', '-q', '--allow-empty', '-m', 'Mine');
    expect(await owned()).toEqual(['Start', 'Mine']);
    expect(await owned([], { name: 'Bob', mail: 'bob@example.org' })).toEqual([]);
    expect(await owned([], { name: 'Nobody', mail: '' })).toEqual([]);
  });

  const ways: readonly [string, () => void][] = [
    ['a pull', () => void repository.run('merge', '-q', '--ff-only', 'origin/main')],
    ['a merge', () => void repository.run('merge', '-q', '--no-edit', 'origin/main')],
    ['a rebase onto it', () => void repository.run('rebase', '-q', 'origin/main')],
    ['a checkout', () => void repository.run('checkout', '-q', '-b', 'theirs', 'origin/main')],
    ['a reset', () => void repository.run('reset', '-q', '--hard', 'origin/main')],
    ['a cherry-pick', () => void repository.run('cherry-pick', 'origin/main')],
    [
      'an amend',
      () => {
        repository.run('reset', '-q', '--hard', 'origin/main');
        repository.run('commit', '-q', '--amend', '--no-edit');
      },
    ],
    [
      'a rebase of it',
      () => {
        repository.commit('Mine on main', { 'm.txt': '1\n' });
        repository.run('checkout', '-q', '-b', 'theirs', 'origin/main');
        repository.run('rebase', '-q', 'main');
      },
    ],
    [
      'mail',
      () => {
        const mail = repository.run('format-patch', '-1', '--stdout', 'origin/main');
        repository.write('.git/x.patch', `${mail}\n`);
        repository.run('am', '-q', '.git/x.patch');
      },
    ],
  ];
  test.each(ways)('when it carries their name and came by %s', async (_name, bring) => {
    const other = forger();
    other.commit('Forged', { 'evil.txt': '1\n' });
    fetchFrom(other);
    bring();
    const subjects = (await repository.changeSets()).map(({ subject }) => subject);
    expect(subjects).toContain('Forged');
    expect(await owned()).not.toContain('Forged');
    expect(await owned()).toContain('Start');
  });

  test('when the reflog expired, or there never was one', async () => {
    repository.run('reflog', 'expire', '--expire=now', '--all');
    expect(await owned()).toEqual([]);
    const fresh = forger();
    expect(await commitsMadeHere(fresh.git)).toEqual(new Map());
  });

  test.each([
    'Co-Authored-By: Claude <noreply@anthropic.com>',
    'Co-authored-by: Claude Opus 4.7 (1M context) <noreply@anthropic.com>',
    '🤖 Generated with [Claude Code](https://claude.com/claude-code)',
    'Claude-Session: https://claude.ai/code/session_01',
    'Co-authored-by: Codex <noreply@openai.com>',
    'Co-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>',
    'Co-authored-by: copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>',
    'Co-authored-by: Cursor <cursoragent@cursor.com>',
    'Co-authored-by: gemini-cli <gemini-cli@users.noreply.github.com>',
    'Co-authored-by: gemini-code-assist[bot] <176961590+gemini-code-assist[bot]@users.noreply.github.com>',
    'Co-Authored-By: Devin <158243242+devin-ai-integration[bot]@users.noreply.github.com>',
    'Co-authored-by: aider (gpt-5) <aider@aider.chat>',
    'Co-authored-by: Amp <amp@ampcode.com>',
    'Amp-Thread-ID: https://ampcode.com/threads/T-0b2e',
    'Co-Authored-By: opencode <noreply@opencode.ai>',
    '🤖 Generated with [opencode](https://opencode.ai)',
    'Co-authored-by: google-labs-jules[bot] <161369871+google-labs-jules[bot]@users.noreply.github.com>',
    'Co-authored-by: Windsurf <noreply@windsurf.com>',
    'Co-authored-by: Cascade <cascade@windsurf.com>',
    'Assisted-by: Claude:claude-opus-4 via Crush',
    'Signed-off-by: dependabot[bot] <support@github.com>',
  ])('when an agent signed it: %s', async (mark) => {
    repository.commit(`Use SQLite\n\nIt is fast.\n\n${mark}`, { 'b.txt': '1\n' });
    repository.commit(`Use DuckDB\n${mark}`, { 'b.txt': '2\n' });
    expect(await owned()).toEqual(['Start']);
  });

  test('when aider wrote beside the author’s name', async () => {
    repository.commit('Use it', { 'b.txt': '1\n' }, '--author=Ada (aider) <ada@example.org>');
    expect(await owned()).toEqual(['Start']);
  });

  test('when a run went on', async () => {
    const made = [...(await commitsMadeHere(repository.git)).values()];
    const from = made[0] ?? 0;
    expect(await owned([{ from, to: from + 1 }])).toEqual([]);
    expect(await owned([{ from: from + 60_000, to: Infinity }])).toEqual(['Start']);
  });
});

test.each([
  'Co-authored-by: Grace Hopper <grace@example.org>',
  'Reviewed-by: Claude Shannon <cs@example.org>',
  'The cursor is created with a query, and ids are generated by goose migrations.',
  'We compared Claude and Copilot.',
])('people and prose are no agents: %s', async (line) => {
  repository.commit(`Decide\n\n${line}`, { 'b.txt': '1\n' });
  expect(await owned()).toEqual(['Start', 'Decide']);
});
