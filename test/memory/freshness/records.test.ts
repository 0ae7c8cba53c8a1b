import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Git } from '../../../src/base/git.ts';
import { createGit } from '../../../src/base/git-process.ts';
import type { ChangedFile, ChangeSet } from '../../../src/memory/capture/change-set.ts';
import type { ProposedRecord } from '../../../src/memory/capture/proposed-record.ts';
import { anchorProposals } from '../../../src/memory/workspace/anchor-proposals.ts';
import type { AnchorFreshness } from '../../../src/memory/workspace/memory-freshness.ts';
import { snapshotTree } from '../../fakes/snapshot-tree.ts';
import { type CheckPlace, checkPlace } from '../check/check-tree.ts';
import { reader } from './code.ts';
import { type CodePlace, codePlace } from './code-place.ts';

const search = `export class Search {
  find(words: readonly string[]): readonly string[] {
    const found = words.flatMap((word) => this.index.get(word) ?? []);
    return found.filter((one, at) => found.indexOf(one) === at);
  }
}

export function rank(hits: readonly string[], limit: number): readonly string[] {
  return hits.toSorted((a, b) => a.length - b.length).slice(0, limit);
}
`;

async function place(): Promise<CheckPlace> {
  const made = await checkPlace(
    { 'CLAUDE.md': '# Harbor\n', 'src/search.ts': search, 'src/b.ts': '' },
    { git: true },
  );
  const plan = await made.workspace.planSetUp({
    place: 'repository',
    claudeRules: true,
    agentsPointer: false,
    capture: 'never',
  });
  if (!plan.ok || !(await made.workspace.apply(plan.value)).ok) throw new Error('It could not be set up.');
  return made;
}

/** An accepted record with these anchors in its evidence. */
async function record(
  made: CheckPlace,
  anchors: readonly object[],
  title = 'Search is by words',
): Promise<string> {
  const proposed = await made.workspace.propose({
    kind: 'decision',
    title,
    body: `${title}.`,
    source: 'person:Mara <mara@example.invalid>',
    group: 'person',
  });
  if (!proposed.ok) throw new Error(proposed.error.message);
  const { id } = proposed.value;
  const accepted = await made.workspace.accept([id]);
  if (!accepted.ok) throw new Error(accepted.error.message);
  const path = evidencePath(made, id);
  const evidence = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, `${JSON.stringify({ ...evidence, anchors, later: { kept: true } }, undefined, 2)}\n`);
  return id;
}

function evidencePath(made: CheckPlace, id: string): string {
  return join(made.root, '.varve/evidence', `${id}.json`);
}

async function anchorFor(text: string, path: string, at: string) {
  const { anchorsAt } = await import('../../../src/memory/freshness/take-anchors.ts');
  const line = text.split('\n').findIndex((one) => one.includes(at));
  const [anchor] = await anchorsAt(reader, text, path, [line]);
  if (anchor === undefined) throw new Error('Nothing was anchored.');
  return anchor;
}

const states = (found: readonly AnchorFreshness[]) => found.map(({ state }) => state);

describe('the freshness of records', () => {
  it('looks at accepted records only, by file where one is named', async () => {
    const made = await place();
    const find = await anchorFor(search, 'src/search.ts', 'flatMap');
    const id = await record(made, [find, { path: 'src/b.ts' }]);
    const { freshness } = made.workspace;
    expect(await freshness.look()).toMatchObject([
      {
        recordId: id,
        path: 'src/search.ts',
        symbol: 'Search.find',
        state: 'fresh',
        hasHash: true,
        now: { first: 1, last: 4 },
      },
      { recordId: id, path: 'src/b.ts', state: 'unknown', hasHash: false },
    ]);
    expect(await freshness.look(join(made.root, 'src/search.ts'))).toHaveLength(1);
    expect(await freshness.look(join(made.root, 'src/other.ts'))).toEqual([]);
    await made.write({ 'src/finding.ts': search });
    made.git('rm', '-q', 'src/search.ts');
    expect(states(await freshness.look(join(made.root, 'src/finding.ts')))).toEqual(['moved']);
    await made.workspace.retire([id]);
    expect(await freshness.look()).toEqual([]);
  });

  it('sees a file change that keeps its size, as often as it changes', async () => {
    const made = await place();
    await record(made, [await anchorFor(search, 'src/search.ts', 'toSorted')]);
    for (const word of ['toSpliced', 'toStrange', 'toSorteds', 'toSorted']) {
      await made.write({ 'src/search.ts': search.replace('toSorted', word) });
      expect(states(await made.workspace.freshness.look())).toEqual([
        word === 'toSorted' ? 'fresh' : 'stale',
      ]);
    }
  });

  it('takes anchors anew when they are still true, in one operation that undo takes back to the byte', async () => {
    const made = await place();
    const [find, rank] = [
      await anchorFor(search, 'src/search.ts', 'flatMap'),
      await anchorFor(search, 'src/search.ts', 'toSorted'),
    ];
    const gone = { path: 'src/gone.ts', symbol: 'gone', hash: rank.hash };
    const id = await record(made, [find, rank, gone, { path: 'src/b.ts' }]);
    const other = await record(made, [rank], 'Ranks are by length');
    await made.write({
      'src/b.ts': 'export const b = 1;\n',
      'src/search.ts': search
        .replace('found.filter', 'found.slice')
        .replace('function rank', 'function sort'),
    });
    const before = await snapshotTree(made.root);
    expect(states(await made.workspace.freshness.look()).toSorted()).toEqual([
      'gone',
      'moved',
      'moved',
      'stale',
      'unknown',
    ]);

    expect(await made.workspace.freshness.stillTrue([id, other])).toMatchObject({
      ok: true,
      value: { subject: [id, other] },
    });
    const evidence = JSON.parse(await readFile(evidencePath(made, id), 'utf8')) as {
      anchors: unknown;
      later: unknown;
    };
    expect(evidence.anchors).toEqual([
      { path: 'src/search.ts', symbol: 'Search.find', hash: expect.not.stringMatching(find.hash!) },
      { path: 'src/search.ts', symbol: 'sort', hash: rank.hash },
      { path: 'src/b.ts' },
    ]);
    expect(evidence.later).toEqual({ kept: true });
    expect(states(await made.workspace.freshness.look()).toSorted()).toEqual([
      'fresh',
      'fresh',
      'fresh',
      'unknown',
    ]);
    expect((await made.check()).problems).toEqual([]);

    expect(await made.workspace.undo()).toMatchObject({ ok: true });
    expect(await snapshotTree(made.root)).toEqual(before);
  });

  it('says why it cannot take anchors anew', async () => {
    const made = await place();
    const id = await record(made, [await anchorFor(search, 'src/search.ts', 'flatMap')]);
    const { freshness } = made.workspace;
    const log = await made.workspace.log();
    expect(await freshness.stillTrue([id])).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(await freshness.stillTrue(['01NOBODY'])).toMatchObject({
      ok: false,
      error: { kind: 'not-found' },
    });
    await writeFile(evidencePath(made, id), '{');
    expect(await freshness.stillTrue([id])).toMatchObject({ ok: false, error: { kind: 'not-found' } });
    expect(await made.workspace.log()).toEqual(log);
  });
});

describe('anchors of what was captured', () => {
  const changed = (
    path: string,
    added: readonly number[],
    other: Partial<ChangedFile> = {},
  ): ChangedFile => ({
    path,
    status: 'changed',
    binary: false,
    added: added.map((line) => ({ line, text: '' })),
    removed: [],
    ...other,
  });

  function pair(code: CodePlace, files: readonly ChangedFile[], paths: readonly string[]) {
    const changeSet: ChangeSet = {
      commit: code.git('rev-parse', 'HEAD').trim(),
      parents: [],
      patchId: '',
      tree: '',
      author: { name: 'Mara', mail: '' },
      committer: { name: 'Mara', mail: '' },
      authorDate: 0,
      subject: '',
      body: '',
      tags: [],
      files,
    };
    const proposed: ProposedRecord = {
      record: {
        id: 'a',
        kind: 'decision',
        status: 'proposed',
        name: 'a',
        description: 'a',
        modified: '',
        body: '',
      },
      evidence: {
        version: 1,
        id: 'a',
        source: 'commit:Mara <>',
        supersedes: [],
        requirements: [],
        anchors: paths.map((path) => ({ path })),
        evidence: [],
      },
      text: '',
      evidenceText: '',
    };
    return { changeSets: [changeSet], proposed };
  }

  it('are read from the commit, not from the working tree, and the same in every clone', async () => {
    const code = await codePlace({ 'src/search.ts': search, 'package.json': '{}\n', 'how.md': '# How\n' });
    const given = pair(
      code,
      [
        changed('src/search.ts', [3, 9]),
        changed('package.json', [1]),
        changed('how.md', [1]),
        changed('old.ts', [], { status: 'deleted' }),
      ],
      ['src/search.ts', 'package.json', 'how.md', 'old.ts', 'elsewhere.ts'],
    );
    await code.write('src/search.ts', 'export const nothing = 1;\n');
    const git = createGit({ directory: code.root, environment: process.env });
    const [anchored] = await anchorProposals(git, reader, [given]);
    expect(anchored?.evidence.anchors).toMatchObject([
      { path: 'src/search.ts', symbol: 'Search.find', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { path: 'src/search.ts', symbol: 'rank', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { path: 'package.json' },
      { path: 'how.md', hash: expect.stringMatching(/^text:/) },
      { path: 'elsewhere.ts' },
    ]);
    expect(anchored?.evidenceText).toContain('"symbol": "Search.find"');
    const clone = join(code.root, 'clone');
    code.git('clone', '-q', '-c', 'core.autocrlf=true', code.root, clone);
    const [there] = await anchorProposals(createGit({ directory: clone, environment: process.env }), reader, [
      given,
    ]);
    expect(there).toEqual(anchored);
  });

  it('name at most five declarations a record, one of each file first, and a new class as a whole', async () => {
    const many = Array.from(
      { length: 9 },
      (_, at) => `export function f${at}() {\n  return ${at};\n}\n`,
    ).join('');
    const code = await codePlace({ 'a.ts': many, 'b.ts': search, 'c.ts': many, 'd.ts': many });
    const lines = Array.from({ length: 27 }, (_, at) => at + 1);
    const given = pair(
      code,
      ['a.ts', 'c.ts', 'd.ts']
        .map((path) => changed(path, lines))
        .concat(changed('b.ts', [1, 2, 3, 4, 5, 6])),
      ['a.ts', 'b.ts', 'c.ts', 'd.ts'],
    );
    const git = createGit({ directory: code.root, environment: process.env });
    const [anchored] = await anchorProposals(git, reader, [given]);
    expect(anchored?.evidence.anchors.map(({ path, symbol }) => `${path} ${symbol}`)).toEqual([
      'a.ts f0',
      'a.ts f1',
      'b.ts Search',
      'c.ts f0',
      'd.ts f0',
    ]);
  });

  it('need as many processes for a hundred records as for one', async () => {
    const code = await codePlace({ 'a.ts': search });
    const git = createGit({ directory: code.root, environment: process.env });
    const ran: string[] = [];
    const counting: Git = {
      ...git,
      bytes: (args, options) => {
        ran.push(args.join(' '));
        return git.bytes(args, options);
      },
      text: (args, options) => {
        ran.push(args.join(' '));
        return git.text(args, options);
      },
    };
    const given = Array.from({ length: 100 }, () => pair(code, [changed('a.ts', [3])], ['a.ts']));
    const anchored = await anchorProposals(counting, reader, given);
    expect(anchored.filter(({ evidence }) => evidence.anchors[0]?.symbol === 'Search.find')).toHaveLength(
      100,
    );
    expect(ran).toEqual(['cat-file --batch-check', 'cat-file --batch']);
  });
});
