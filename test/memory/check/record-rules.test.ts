import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { createCodeReader } from '../../../src/memory/freshness/code-reader.ts';
import { createGrammars } from '../../../src/memory/freshness/grammars.ts';
import { anchorsAt } from '../../../src/memory/freshness/take-anchors.ts';
import { withAnchors } from '../../../src/memory/record/evidence-file.ts';
import type { RecordDraft, SetUpOptions } from '../../../src/memory/workspace/memory-workspace.ts';
import { snapshotTree } from '../../fakes/snapshot-tree.ts';
import { type CheckPlace, checkPlace, type Tree } from './check-tree.ts';

const everything: SetUpOptions = {
  place: 'repository',
  claudeRules: true,
  agentsPointer: false,
  capture: 'never',
};

async function setUpPlace(tree: Tree = {}, options = everything): Promise<CheckPlace> {
  const place = await checkPlace({ 'CLAUDE.md': '# Harbor\n', 'src/search.ts': '', ...tree }, { git: true });
  const plan = await place.workspace.planSetUp(options);
  if (!plan.ok) throw new Error(plan.error.message);
  const done = await place.workspace.apply(plan.value);
  if (!done.ok) throw new Error(done.error.message);
  return place;
}

async function record(place: CheckPlace, draft: Partial<RecordDraft> = {}): Promise<string> {
  const proposed = await place.workspace.propose({
    kind: 'decision',
    title: 'Session search uses SQLite',
    body: 'Session search uses SQLite.\n\n**Why:** the index was nine times larger.',
    source: 'person:Mara <mara@example.invalid>',
    group: 'person',
    paths: ['src/search.ts'],
    ...draft,
  });
  if (!proposed.ok) throw new Error(proposed.error.message);
  const accepted = await place.workspace.accept([proposed.value.id]);
  if (!accepted.ok) throw new Error(accepted.error.message);
  return join(place.root, '.varve/memory', `${proposed.value.record.name}.md`);
}

async function rulesFound(place: CheckPlace): Promise<readonly string[]> {
  return (await place.check()).problems.map(({ rule }) => rule);
}

const index = (place: CheckPlace): string => join(place.root, '.varve/memory/MEMORY.md');
const delivery = (place: CheckPlace): string => join(place.root, '.claude/rules/varve.md');

describe('stale', () => {
  it('speaks of a decision whose files are all gone', async () => {
    const place = await setUpPlace();
    const path = await record(place);
    expect(await rulesFound(place)).toEqual([]);
    await rm(join(place.root, 'src/search.ts'));
    const { problems } = await place.check();
    expect(problems).toMatchObject([{ rule: 'stale', severity: 'warning', path }]);
    expect(problems[0]?.message).toContain('src/search.ts');
  });
  it('is silent while one of its files is there', async () => {
    const place = await setUpPlace({ 'src/other.ts': '' });
    await record(place, { paths: ['src/search.ts', 'src/other.ts'] });
    await rm(join(place.root, 'src/search.ts'));
    expect(await rulesFound(place)).toEqual([]);
  });
  const code = 'export function find(words: string[]) {\n  return words.map((word) => index.get(word));\n}\n';
  const anchored = async (place: CheckPlace, draft: Partial<RecordDraft> = {}): Promise<string> => {
    const path = await record(place, draft);
    const [one] = await place.workspace.records();
    const evidence = join(place.root, '.varve/evidence', `${one?.id}.json`);
    const anchors = await anchorsAt(createCodeReader(createGrammars(nodeFiles)), code, 'src/search.ts', [1]);
    await writeFile(evidence, withAnchors(await readFile(evidence, 'utf8'), anchors));
    return path;
  };
  const kinds = async (place: CheckPlace) =>
    (await place.check()).problems.map(({ severity, fixes }) => [severity, fixes?.map(({ kind }) => kind)]);

  it('speaks of changed code, of code that is gone and, as a note, of code that moved', async () => {
    const place = await setUpPlace({ 'src/search.ts': code });
    const path = await anchored(place);
    expect(await rulesFound(place)).toEqual([]);
    await place.write({ 'src/search.ts': `// Finds.\n${code.replaceAll('  ', '\t\t')}` });
    expect(await rulesFound(place)).toEqual([]);

    await place.write({ 'src/search.ts': code.replace('get', 'has') });
    const [problem, ...others] = (await place.check()).problems;
    expect(others).toEqual([]);
    const id = (await place.workspace.records())[0]?.id;
    expect(problem).toMatchObject({
      rule: 'stale',
      severity: 'warning',
      path,
      fixes: [
        { kind: 'still-true', id },
        { kind: 'retire', id },
      ],
    });
    expect(problem?.message).toBe(
      '“Session search uses SQLite” speaks of src/search.ts, find, which was changed since. Say that it is still true, update it, or retire it.',
    );

    await place.write({ 'src/search.ts': '' });
    expect((await place.check()).problems[0]?.message).toContain(
      'src/search.ts, find, which is nowhere any more',
    );
    await place.write({ 'src/finding.ts': code });
    expect(await kinds(place)).toEqual([['info', ['still-true']]]);
    expect((await place.check()).problems[0]?.message).toContain(
      'src/search.ts, find (now src/finding.ts, find)',
    );
  });
  it('is not repaired by making derived files anew', async () => {
    const place = await setUpPlace({ 'src/search.ts': code });
    await anchored(place);
    await place.write({ 'src/search.ts': code.replace('get', 'has') });
    const before = await snapshotTree(place.root);
    expect(await place.workspace.regenerate()).toEqual({ ok: true, value: undefined });
    expect(await snapshotTree(place.root)).toEqual(before);
  });
  it.each<[string, Partial<RecordDraft>]>([
    ['a milestone', { kind: 'milestone', title: 'Search landed' }],
    ['a decision about an end', { title: 'Remove the in-memory search' }],
  ])('is silent about %s whose code changed', async (_name, draft) => {
    const place = await setUpPlace({ 'src/search.ts': code });
    await anchored(place, draft);
    await place.write({ 'src/search.ts': code.replace('get', 'has') });
    expect(await rulesFound(place)).toEqual([]);
  });
  it.each<[string, Partial<RecordDraft>]>([
    ['a milestone', { kind: 'milestone', title: 'Search landed' }],
    ['a decision about an end', { title: 'Remove the in-memory search' }],
    ['a decision that something replaces something', { title: 'SQLite replaces the in-memory index' }],
    ['a record that names no file', { paths: [] }],
  ])('is silent about %s', async (_name, draft) => {
    const place = await setUpPlace();
    await record(place, draft);
    await rm(join(place.root, 'src/search.ts'));
    expect(await rulesFound(place)).toEqual([]);
  });
});

describe('unreadable records', () => {
  it('are named', async () => {
    const place = await setUpPlace();
    await writeFile(join(place.root, '.varve/memory/decision-broken-abc123.md'), 'No front matter.\n');
    expect((await place.check()).problems).toMatchObject([
      { rule: 'unreadable', severity: 'error', path: expect.stringMatching(/decision-broken/) },
    ]);
  });
  it('are also looked at for what hides in them', async () => {
    const place = await setUpPlace();
    const path = await record(place);
    await writeFile(path, (await readFile(path, 'utf8')).replace('nine', 'ni\u202ene'));
    const rules = await rulesFound(place);
    expect(rules).toContain('invisible-characters');
  });
});

describe('index-out-of-step', () => {
  it.each<[string, (place: CheckPlace) => Promise<void>]>([
    ['an index that lost its lines', (place) => writeFile(index(place), 'No accepted records yet.\n')],
    [
      'an index with conflict marks',
      async (place) => writeFile(index(place), `<<<<<<< a\n${await readFile(index(place), 'utf8')}`),
    ],
    [
      'an index with lines twice',
      async (place) => writeFile(index(place), (await readFile(index(place), 'utf8')).repeat(2)),
    ],
    [
      'an index with other line ends',
      async (place) =>
        writeFile(index(place), (await readFile(index(place), 'utf8')).replaceAll('\n', '\r\n')),
    ],
    ['an index that is gone', (place) => rm(index(place))],
    [
      'a delivery file that lost a line',
      async (place) =>
        writeFile(delivery(place), (await readFile(delivery(place), 'utf8')).replace(/^- .*\n/m, '')),
    ],
  ])('speaks of %s, is repaired, and the repair is taken back', async (_name, damage) => {
    const place = await setUpPlace();
    await record(place);
    const good = await snapshotTree(place.root);
    await damage(place);
    const bad = await snapshotTree(place.root);
    const { problems } = await place.check();
    expect(problems.filter(({ rule }) => rule === 'index-out-of-step')).toMatchObject([
      { severity: 'error', fixes: [{ kind: 'regenerate' }] },
    ]);
    const done = await place.workspace.regenerate();
    expect(done).toMatchObject({ ok: true, value: { action: 'regenerate' } });
    expect(await snapshotTree(place.root)).toEqual(good);
    expect(await rulesFound(place)).toEqual([]);
    expect(await place.workspace.undo()).toMatchObject({ ok: true });
    expect(await snapshotTree(place.root)).toEqual(bad);
  });
  it('leaves alone what is in step, and writes no entry for it', async () => {
    const place = await setUpPlace();
    await record(place);
    const before = await place.workspace.log();
    expect(await place.workspace.regenerate()).toEqual({ ok: true, value: undefined });
    expect(await place.workspace.log()).toEqual(before);
  });
  it('is silent about a delivery file that a person took over, or took away', async () => {
    const place = await setUpPlace();
    await record(place);
    await writeFile(delivery(place), '# My own rules\n\n- Be kind.\n');
    expect(await rulesFound(place)).toEqual([]);
    await rm(delivery(place));
    expect(await rulesFound(place)).toEqual([]);
  });
  it('is silent, and refuses to regenerate, where memory is not set up', async () => {
    const place = await checkPlace({ 'CLAUDE.md': 'x' }, { git: true });
    expect(await rulesFound(place)).toEqual([]);
    expect(await place.workspace.regenerate()).toMatchObject({ ok: false, error: { kind: 'not-set-up' } });
  });
});

describe('hand-edited-delivery', () => {
  const handEdited = async (place: CheckPlace) =>
    (await place.check()).problems.filter(({ rule }) => rule === 'hand-edited-delivery');
  it('names the line that would be lost', async () => {
    const place = await setUpPlace();
    await record(place);
    const text = `${await readFile(delivery(place), 'utf8')}\n- Always moor to the east.\n`;
    await writeFile(delivery(place), text);
    const [problem, ...others] = await handEdited(place);
    expect(others).toEqual([]);
    expect(problem?.message).toContain('Always moor to the east');
    expect(text.split('\n')[problem?.range?.start.line ?? 0]).toBe('- Always moor to the east.');
  });
  it('speaks of the index too', async () => {
    const place = await setUpPlace();
    await record(place);
    await writeFile(index(place), `${await readFile(index(place), 'utf8')}Mine.\n`);
    expect(await handEdited(place)).toHaveLength(1);
  });
  it.each<[string, (place: CheckPlace, path: string) => Promise<void>]>([
    ['nobody wrote anything', () => Promise.resolve()],
    ['a record went', (_place, path) => rm(path)],
    [
      'a record was changed',
      async (_place, path) => writeFile(path, (await readFile(path, 'utf8')).replaceAll('SQLite', 'DuckDB')),
    ],
    [
      'a record with a name of its own was changed',
      async (place, path) => {
        const own = join(dirname(path), 'search.md');
        await rename(path, own);
        await place.workspace.regenerate();
        await writeFile(own, (await readFile(own, 'utf8')).replaceAll('SQLite', 'DuckDB'));
      },
    ],
    [
      'lines were merged twice',
      async (place) => writeFile(delivery(place), (await readFile(delivery(place), 'utf8')).repeat(2)),
    ],
    [
      'lines were lost',
      async (place) =>
        writeFile(
          delivery(place),
          (await readFile(delivery(place), 'utf8')).split('\n').slice(0, 2).join('\n'),
        ),
    ],
  ])('is silent where %s', async (_name, change) => {
    const place = await setUpPlace();
    const path = await record(place);
    await change(place, path);
    expect(await handEdited(place)).toEqual([]);
  });
});

describe('what set-up makes', () => {
  it.each([{}, { 'AGENTS.md': '@CLAUDE.md\n' }])('raises no alarm beside %j', async (tree) => {
    const place = await setUpPlace(tree as Tree, { ...everything, agentsPointer: true });
    await record(place);
    expect(await rulesFound(place)).toEqual('AGENTS.md' in tree ? ['silenced-agents'] : []);
  });
});
