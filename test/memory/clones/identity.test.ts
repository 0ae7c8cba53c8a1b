import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { snapshotTree } from '../../fakes/snapshot-tree.ts';
import { ada, bob, type Clone, capture, decide, only, serverWithMemory, unwrap } from './clone-places.ts';

// Dozens of git processes each, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

/** Id, name and bytes of the only proposal, wherever it stands. */
async function identity(clone: Clone) {
  const { id, record, path } = await only(clone);
  return { id, name: record.name, text: await readFile(path, 'utf8') };
}

describe('the same commit captured in two clones', () => {
  const settings: readonly [string, Readonly<Record<string, string>>][] = [
    ['as git comes', {}],
    ['core.autocrlf=true', { 'core.autocrlf': 'true' }],
    ['core.autocrlf=input', { 'core.autocrlf': 'input' }],
    ['core.eol=crlf', { 'core.eol': 'crlf' }],
    [
      'diff settings of one’s own',
      { 'diff.algorithm': 'patience', 'diff.context': '9', 'diff.renames': 'false', 'diff.noprefix': 'true' },
    ],
  ];
  test.each(settings)('is the same record with %s', async (_name, config) => {
    const { server, first } = await serverWithMemory({ '.gitattributes': '* text=auto\n' });
    await decide(first, 'better-sqlite3');
    first.git('push', '-q', 'origin', 'HEAD');
    await capture(first);
    const there = await server.clone(bob, { config });
    await capture(there);
    expect(await identity(there)).toEqual(await identity(first));
  });

  test('is the same with names in either Unicode form', async () => {
    const { server, first } = await serverWithMemory();
    for (const name of ['src/caf\u00e9.ts', 'src/cafe\u0301-2.ts']) await first.write(name, 'export {};\n');
    await decide(first, 'better-sqlite3');
    first.git('push', '-q', 'origin', 'HEAD');
    await capture(first);
    const there = await server.clone(bob, { config: { 'core.precomposeunicode': 'true' } });
    await capture(there);
    expect(await identity(there)).toEqual(await identity(first));
  });

  test('comes by mail with CRLF line ends as the same record', async () => {
    const { server, first } = await serverWithMemory();
    const there = await server.clone(bob);
    await decide(first, 'better-sqlite3');
    await capture(first);
    const mail = first.git('format-patch', '-1', '--stdout', 'HEAD', '--', 'package.json');
    await writeFile(there.path('.git/x.patch'), `${mail}\n`.replaceAll('\n', '\r\n'));
    there.git('am', '-q', '--no-keep-cr', '.git/x.patch');
    await capture(there);
    expect(await identity(there)).toEqual(await identity(first));
  });

  test('is one record in a clone of the clone', async () => {
    const { server, first } = await serverWithMemory();
    await decide(first, 'better-sqlite3');
    await capture(first);
    first.commit('Proposal');
    first.git('push', '-q', 'origin', 'HEAD');
    const there = await server.clone(ada);
    expect(await capture(there)).toEqual([]);
    expect(await identity(there)).toEqual(await identity(first));
  });
});

test('records are LF in the tree whatever git converts; one checked out with CRLF is read, and keeps its line ends', async () => {
  const { server, first } = await serverWithMemory();
  await decide(first, 'better-sqlite3');
  await capture(first);
  first.commit('Proposal');
  first.git('push', '-q', 'origin', 'HEAD');
  const there = await server.clone(bob, { config: { 'core.autocrlf': 'true', 'core.eol': 'crlf' } });
  const proposal = await only(there);
  expect(await readFile(proposal.path, 'utf8')).not.toContain('\r');
  const text = (await readFile(proposal.path, 'utf8')).replaceAll('\n', '\r\n');
  await writeFile(proposal.path, text);
  expect(await only(there)).toMatchObject({ id: proposal.id, record: proposal.record });
  unwrap(await there.workspace.accept([proposal.id]));
  const accepted = await there.read(`.varve/memory/${proposal.record.name}.md`);
  expect(accepted).toBe(text.replace('varve_status: proposed', 'varve_status: accepted'));
  // Git takes it in with LF: the other side gets the record that anybody's acceptance gives.
  there.commit('Accept');
  there.git('push', '-q', 'origin', 'HEAD');
  unwrap(await first.workspace.accept([proposal.id]));
  first.commit('Accept too');
  first.git('pull', '-q', '--no-edit', '--no-rebase');
  expect(first.git('diff', '--stat', 'HEAD^1', 'HEAD', '--', '.varve/memory')).toBe('');
});

test('two commits never give one record', async () => {
  const { first } = await serverWithMemory();
  for (const name of ['one', 'two', 'three', 'four']) await decide(first, name);
  first.git('revert', '--no-edit', 'HEAD');
  await decide(first, 'four', 'we were wrong to take it out');
  await capture(first);
  const names = (await snapshotTree(first.path('.varve/proposed'))).keys();
  const ids = (await first.workspace.proposals()).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...names].filter((name) => name.endsWith('.json'))).toHaveLength(ids.length);
});
