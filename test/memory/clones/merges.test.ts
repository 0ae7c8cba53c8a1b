import { basename } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { parseRecord } from '../../../src/memory/record/record-file.ts';
import { settledEvidence } from '../../../src/memory/record/settle-evidence.ts';
import { settledBlocks } from '../../../src/memory/set-up/settled-blocks.ts';
import { bob, type Clone, capture, decide, serverWithMemory, unwrap } from './clone-places.ts';

// Dozens of git processes each, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

interface Two {
  readonly here: Clone;
  readonly there: Clone;
  readonly ids: readonly string[];
}

/** Two clones that begin with the same proposals. */
async function two(count = 1): Promise<Two> {
  const { server, first: here } = await serverWithMemory();
  for (const name of ['better-sqlite3', 'zod', 'undici'].slice(0, count))
    await decide(here, name, `of ${name} we know enough`);
  const ids = (await capture(here)).map(({ id }) => id);
  here.commit('Proposals');
  here.git('push', '-q', 'origin', 'HEAD');
  return { here, there: await server.clone(bob), ids };
}

/** What `there` made comes to `here`, which has commits of its own; answers whether git was content. */
function merge({ here, there }: Two, ...how: readonly string[]): boolean {
  there.commit('There');
  there.git('push', '-q', 'origin', 'HEAD');
  here.commit('Here');
  return here.tryGit('pull', '-q', '--no-edit', '--no-rebase', ...how, 'origin', 'main').ok;
}

async function said(clone: Clone) {
  const { problems } = await clone.workspace.check();
  return problems.filter(({ rule }) => rule === 'merge-conflict');
}

const noAttributes =
  '/.varve/memory/MEMORY.md merge\n/.claude/rules/varve.md merge\n/.varve/evidence/* merge\n';
const recordPath = (clone: Clone, directory: string): string =>
  clone.git('ls-files', '--cached', '--others', `.varve/${directory}/*-??????.md`).split('\n')[0] ?? '';

describe('what both sides decided differently is asked', () => {
  const ways: readonly [string, (two: Two) => Promise<unknown>][] = [
    ['accepted here, rejected there', async ({ there, ids }) => unwrap(await there.workspace.reject(ids))],
    [
      'accepted here, accepted and retired there',
      async ({ there, ids }) => {
        unwrap(await there.workspace.accept(ids));
        unwrap(await there.workspace.retire(ids));
      },
    ],
    [
      'accepted as it was here, rewritten there in the same line',
      async ({ here, there }) => {
        for (const clone of [here, there]) {
          const path = recordPath(clone, clone === here ? 'memory' : 'proposed');
          await clone.write(
            path,
            (await clone.read(path)).replace(
              /^(\*\*Why:\*\*).*$/m,
              `$1 ${basename(clone.home)} ${clone === here}.`,
            ),
          );
        }
      },
    ],
  ];
  test.each(ways)('%s', async (_name, act) => {
    const both = await two();
    unwrap(await both.here.workspace.accept(both.ids));
    await act(both);
    expect(merge(both)).toBe(false);
    const before = both.here.git('ls-files', '--unmerged');
    const problems = await said(both.here);
    expect(problems.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(0);
    for (const { message } of problems) expect(message).toMatch(/git add|git rm/);
    // Nothing is chosen, neither by looking nor by --fix.
    const path = problems.find(({ path }) => path.endsWith('.md'))?.path ?? '';
    const text = await both.here.read(path.slice(both.here.root.length + 1));
    unwrap(await both.here.workspace.regenerate());
    expect(await both.here.read(path.slice(both.here.root.length + 1))).toBe(text);
    expect(both.here.git('ls-files', '--unmerged')).toBe(before);
    expect((await said(both.here)).map(({ path }) => path)).toContain(path);
  });

  test('accepted there from their own machine, put away here: git sees two files and no conflict', async () => {
    const { server, first: here } = await serverWithMemory();
    await decide(here, 'better-sqlite3');
    here.git('push', '-q', 'origin', 'HEAD');
    const there = await server.clone(bob);
    const ids = (await capture(here)).map(({ id }) => id);
    expect((await capture(there)).map(({ id, place }) => [id, place])).toEqual([[ids[0], 'machine']]);
    unwrap(await here.workspace.accept(ids));
    unwrap(await here.workspace.retire(ids));
    unwrap(await there.workspace.accept(ids));
    expect(merge({ here, there, ids })).toBe(true);
    const [problem] = await said(here);
    expect(problem?.message).toMatch(/stands twice: accepted here and put away .* Delete the one/);
    await here.remove(recordPath(here, 'memory'));
    expect(await said(here)).toEqual([]);
  });
});

describe('a record that holds both sides', () => {
  test('is not read, so agents are told neither', async () => {
    const text = 'x\n<<<<<<< HEAD\nUse A.\n=======\nUse B.\n>>>>>>> theirs\n';
    const both = await two();
    unwrap(await both.here.workspace.accept(both.ids));
    const path = recordPath(both.here, 'memory');
    await both.here.write(path, `${await both.here.read(path)}${text}`);
    expect(await both.here.workspace.records()).toEqual([]);
    expect(await said(both.here)).toMatchObject([{ severity: 'error', path: both.here.path(path) }]);
    unwrap(await both.here.workspace.regenerate());
    expect(await both.here.read('.claude/rules/varve.md')).not.toContain('better-sqlite3');
  });

  test.each(['<<<<<<< a\nx\n', 'x\n>>>>>>> b\n'])('also where its marks do not pair: %j', (marks) => {
    expect(parseRecord('x.md', `---\nname: x\n---\n${marks}`)).toMatchObject({
      ok: false,
      error: { kind: 'merge-conflict' },
    });
  });
});

describe('what has one right answer', () => {
  test('is made anew where a client ignores attributes: index and delivery file with conflict marks', async () => {
    const both = await two(2);
    await both.here.write('.git/info/attributes', noAttributes);
    unwrap(await both.here.workspace.accept(both.ids.slice(0, 1)));
    unwrap(await both.there.workspace.accept(both.ids.slice(1)));
    expect(merge(both)).toBe(false);
    const derived = ['.varve/memory/MEMORY.md', '.claude/rules/varve.md'];
    for (const path of derived) expect(await both.here.read(path)).toContain('<<<<<<<');
    expect(both.here.git('diff', '--name-only', '--diff-filter=U').split('\n').sort()).toEqual(
      [...derived].sort(),
    );
    const rules = (await both.here.workspace.check()).problems.map(({ rule }) => rule);
    expect(rules).toContain('index-out-of-step');
    expect(rules).not.toContain('hand-edited-delivery');
    unwrap(await both.here.workspace.regenerate());
    for (const path of derived) expect(await both.here.read(path)).not.toContain('<<<<<<<');
    // Git is told by the person.
    expect(
      (await said(both.here)).map(({ severity, message }) => [severity, /git add/.test(message)]),
    ).toEqual([
      ['info', true],
      ['info', true],
    ]);
    both.here.git('add', '-A');
    expect(await said(both.here)).toEqual([]);
    expect(await both.here.workspace.records()).toHaveLength(2);
  });

  test('the same accepted on both sides is no conflict', async () => {
    const both = await two(3);
    for (const { workspace } of [both.here, both.there]) unwrap(await workspace.accept(both.ids));
    expect(merge(both)).toBe(true);
    expect(await said(both.here)).toEqual([]);
    expect(both.here.git('status', '--porcelain')).toBe('');
  });

  test('a proposal beside the record it became goes', async () => {
    const both = await two();
    const [proposal = ''] = [recordPath(both.here, 'proposed')];
    const text = await both.here.read(proposal);
    unwrap(await both.here.workspace.accept(both.ids));
    await both.here.write(proposal, text);
    expect(await both.here.workspace.proposals()).toEqual([]);
    expect(await said(both.here)).toMatchObject([{ severity: 'info', path: both.here.path(proposal) }]);
    unwrap(await both.here.workspace.regenerate());
    expect(both.here.git('ls-files', '--others', '.varve/proposed')).toBe('');
    // With another text somebody meant something by it.
    await both.here.write(proposal, text.replace('**Why:**', '**Why:** indeed'));
    unwrap(await both.here.workspace.regenerate());
    expect(await said(both.here)).toMatchObject([
      { severity: 'error', message: expect.stringContaining('Delete the one') },
    ]);
  });

  test('a record that git took for another is put where it belongs', async () => {
    const both = await two();
    // Ours rejects and proposes another that is nearly the same text; theirs rejects too.
    const [path, name] = [recordPath(both.here, 'proposed'), basename(recordPath(both.here, 'proposed'))];
    const [id = ''] = both.ids;
    const other = id.slice(0, -1) + (id.endsWith('0') ? '1' : '0');
    const text = (await both.here.read(path)).replaceAll(id, other);
    const json = await both.here.read(`.varve/proposed/${id}.json`);
    unwrap(await both.here.workspace.reject(both.ids));
    unwrap(await both.there.workspace.reject(both.ids));
    const twin = `.varve/proposed/${name.replace(/.{6}\.md$/, `${other.slice(-6).toLowerCase()}.md`)}`;
    await both.here.write(twin, text);
    await both.here.write(`.varve/proposed/${other}.json`, json.replaceAll(id, other));
    expect(merge(both)).toBe(false);
    const problems = await said(both.here);
    expect(problems.length).toBeGreaterThan(0);
    for (const { message } of problems) expect(message).toMatch(/^Git took .* for another record/);
    unwrap(await both.here.workspace.regenerate());
    expect(await both.here.read(twin)).toBe(text);
  });
});

describe('evidence of one record, taken twice', () => {
  const evidence = (hash: string, source = 'commit:Ada <ada@example.org>'): string =>
    `${JSON.stringify({ version: 1, id: '01KAN4X2V6T3M8Q9RWYZ4KQ2ZF', source, supersedes: [], requirements: [], anchors: [{ path: 'a.ts', hash }], evidence: [{ patch: 'f00d' }] }, undefined, 2)}\n`;
  const conflict = (a: string, b: string): string => `<<<<<<< HEAD\n${a}=======\n${b}>>>>>>> main\n`;

  test('comes to the same side in both clones', () => {
    const [a, b] = [evidence('aaaa'), evidence('bbbb')];
    expect(settledEvidence(conflict(a, b))).toBe(a);
    expect(settledEvidence(conflict(b, a))).toBe(a);
    expect(settledEvidence(conflict(b, a).replaceAll('\n', '\r\n'))).toBe(a);
    const inner = a.replace(
      /^.*"hash".*\n/m,
      (line) => `<<<<<<< x\n${line}||||||| base\n=======\n${line.replace('aaaa', 'bbbb')}>>>>>>> y\n`,
    );
    expect(settledEvidence(inner)).toBe(a);
  });

  test('is asked where a person has to say whose it is, and left alone without marks', () => {
    expect(settledEvidence(conflict(evidence('aaaa'), evidence('aaaa', 'commit:Eve <e@x>')))).toBeUndefined();
    expect(settledEvidence(evidence('aaaa'))).toBeUndefined();
    expect(settledEvidence(conflict(evidence('aaaa'), 'no JSON\n'))).toBeUndefined();
    expect(settledEvidence(`<<<<<<< HEAD\n${evidence('aaaa')}`)).toBeUndefined();
  });

  test('is settled in the tree by regenerating, undone by undo', async () => {
    const both = await two();
    unwrap(await both.here.workspace.accept(both.ids));
    const path = `.varve/evidence/${both.ids[0]}.json`;
    const text = await both.here.read(path);
    const [a, b] = ['aaaa', 'bbbb'].map((hash) =>
      text.replace(
        /"path": "package.json"(,\n\s*"hash": "[^"]*")?/,
        `"path": "package.json",\n      "hash": "${hash}"`,
      ),
    );
    await both.here.write(path, conflict(b ?? '', a ?? ''));
    expect(await said(both.here)).toMatchObject([{ fixes: [{ kind: 'regenerate' }] }]);
    unwrap(await both.here.workspace.regenerate());
    expect(await both.here.read(path)).toBe(a);
    unwrap(await both.here.workspace.undo());
    expect(await both.here.read(path)).toBe(conflict(b ?? '', a ?? ''));
  });
});

describe('two set-ups that met in AGENTS.md', () => {
  const [mine, other] = ['01KAN4X2V6T3M8Q9RWYZ4KQ2ZF', '01KAN4X2V6T3M8Q9RWYZ4KQ2ZZ'];
  const begin = (id: string): string => `<!-- varve:begin v=1 project=${id} made=block before=1 -->\n`;
  const file = (a: string, b: string): string =>
    `# Agents\r\n\xe9\n<<<<<<< HEAD\n${a}=======\n${b}>>>>>>> x\n<!-- varve:end -->\n`;

  test('come to the project’s own', () => {
    const kept = `# Agents\r\n\xe9\n${begin(mine)}<!-- varve:end -->\n`;
    expect(settledBlocks(file(begin(mine), begin(other)), 'html', mine)).toBe(kept);
    expect(settledBlocks(file(begin(other), begin(mine)), 'html', mine)).toBe(kept);
  });

  test('leave what people wrote to people', () => {
    expect(settledBlocks(file(`${begin(mine)}Mine.\n`, begin(other)), 'html', mine)).toBeUndefined();
    expect(settledBlocks(file('', begin(other)), 'html', mine)).toBeUndefined();
  });

  test('are said and settled in the tree', async () => {
    const { first: here } = await serverWithMemory();
    const text = await here.read('AGENTS.md');
    const line = /^<!-- varve:begin.*\n/m.exec(text)?.[0] ?? '';
    const broken = text.replace(
      line,
      `<<<<<<< HEAD\n${line.replace(/project=\w+/, `project=${other}`)}=======\n${line}>>>>>>> x\n`,
    );
    await here.write('AGENTS.md', broken);
    expect(await said(here)).toMatchObject([
      { path: here.path('AGENTS.md'), fixes: [{ kind: 'regenerate' }] },
    ]);
    unwrap(await here.workspace.regenerate());
    expect(await here.read('AGENTS.md')).toBe(text);
  });
});
