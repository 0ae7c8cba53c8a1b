import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSession, openSession } from '../../../src/agent/session/session.ts';
import { listSessions } from '../../../src/agent/session/session-list.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import {
  calls,
  intent,
  place,
  prompt,
  result,
  runStart,
  says,
  surroundingsIn,
  temporaryDirectory,
} from './fixtures.ts';

const owner = (await surroundingsIn('')).owner;
const list = (directory: string) => listSessions({ files: nodeFiles, owner, directory });

describe('the list of sessions', () => {
  it('is empty where there is no directory', async () => {
    expect(await list(join(await temporaryDirectory(), 'nowhere'))).toEqual([]);
  });

  it('tells of each what its journal says', async () => {
    const directory = await temporaryDirectory();
    const made = await createSession(await surroundingsIn(directory), place);
    if (!made.ok) throw new Error(made.error.message);
    const session = made.value;
    await session.append(runStart);
    await session.append(prompt('Fix the\n  parser'));
    await session.append(calls({ id: 'a', name: 'write' }));
    await session.append(intent('a', 'write', { path: '/repo/new.ts', before: null, after: 'h' }));
    await session.append(result('a'));
    await session.append(says('Done'));
    await session.append({ type: 'run-end', outcome: 'success', message: 'Done', totals: session.totals });
    await session.close();
    expect(await list(directory)).toMatchObject([
      {
        id: session.id,
        title: 'Fix the parser',
        state: 'done',
        branch: 'main',
        model: 'loopback-model',
        files: 1,
        turns: 2,
        costUsd: 0.02,
        cwd: '/repo',
      },
    ]);
  });

  it('makes a row with a problem of what cannot be read, beside the good ones', async () => {
    const directory = await temporaryDirectory();
    const made = await createSession(await surroundingsIn(directory), place);
    if (!made.ok) throw new Error(made.error.message);
    await made.value.close();
    await writeFile(join(directory, '01936f00-0000-7000-8000-000000000001.jsonl'), 'not a journal\n');
    await writeFile(join(directory, '01936f00-0000-7000-8000-000000000002.jsonl'), '');
    await mkdir(join(directory, '01936f00-0000-7000-8000-000000000003.jsonl'));
    await writeFile(
      join(directory, '01936f00-0000-7000-8000-000000000004.jsonl'),
      `${JSON.stringify({ version: 9, session: '01936f00-0000-7000-8000-000000000004', project: 'p', cwd: '/', worktree: '/', created: 1 })}\n`,
    );
    await writeFile(join(directory, 'notes.txt'), 'no session');
    const rows = await list(directory);
    expect(rows).toHaveLength(5);
    expect(rows.filter(({ problem }) => problem === undefined).map(({ id }) => id)).toEqual([made.value.id]);
    expect(rows.find(({ id }) => id.endsWith('-000000000004'))?.problem).toContain('newer Varve');
  });

  it('reads of a large journal its two ends only, and still knows title, end and totals', async () => {
    const directory = await temporaryDirectory();
    const made = await createSession(await surroundingsIn(directory), place);
    if (!made.ok) throw new Error(made.error.message);
    const session = made.value;
    await session.append(runStart);
    await session.append(prompt('A long task'));
    for (let turn = 1; turn <= 8; turn += 1) {
      await session.append({ type: 'request-start', turn, totals: session.totals });
      await session.append(says('x'.repeat(200_000)));
    }
    await session.append({ type: 'run-end', outcome: 'max-turns', message: 'limit', totals: session.totals });
    await session.close();
    let read = 0;
    const files = {
      ...nodeFiles,
      readFile: () => Promise.reject(new Error('The whole file was read.')),
      readPart: (path: string, offset: number, length: number) => {
        read += length;
        return nodeFiles.readPart(path, offset, length);
      },
    };
    const rows = await listSessions({ files, owner, directory });
    expect(rows).toMatchObject([{ title: 'A long task', state: 'stopped', turns: 8, costUsd: 0.08 }]);
    expect(read).toBeLessThan(512 * 1024);
    expect((await openSession(await surroundingsIn(directory), session.id)).ok).toBe(true);
  });

  it('is sorted by last change, newest first, and bounded', async () => {
    const directory = await temporaryDirectory();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const made = await createSession(await surroundingsIn(directory), place);
      if (!made.ok) throw new Error(made.error.message);
      await made.value.append(prompt(`task ${index}`));
      await made.value.close();
      ids.push(made.value.id);
      // Two within one tick of the file system would be as old as each other.
      await utimes(join(directory, `${made.value.id}.jsonl`), 1_000 + index, 1_000 + index);
    }
    const first = await openSession(await surroundingsIn(directory), ids[0] ?? '');
    if (!first.ok) throw new Error(first.error.message);
    await first.value.append(prompt('again'));
    await first.value.close();
    const rows = await listSessions({ files: nodeFiles, owner, directory, limit: 2 });
    expect(rows.map(({ id }) => id)).toEqual([ids[0], ids[4]]);
  });
});
