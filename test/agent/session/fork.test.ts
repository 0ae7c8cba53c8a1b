import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forkSession } from '../../../src/agent/session/fork.ts';
import type { JournalEventBody } from '../../../src/agent/session/journal-event.ts';
import {
  createSession,
  openSession,
  readSession,
  type Session,
  type SessionSurroundings,
} from '../../../src/agent/session/session.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { FAULTS, faultyFiles } from '../../fakes/faulty-files.ts';
import {
  calls,
  intent,
  place,
  prompt,
  result,
  runEnd,
  runStart,
  says,
  surroundingsIn,
  temporaryDirectory,
} from './fixtures.ts';

const script: readonly JournalEventBody[] = [
  runStart,
  prompt('First'),
  calls({ id: 'a', name: 'read' }),
  intent('a', 'read'),
  result('a'),
  says('One'),
  runEnd,
  runStart,
  prompt('Second'),
  says('Two'),
  runEnd,
];

async function filled(
  surroundings: SessionSurroundings,
  events: readonly JournalEventBody[],
): Promise<Session> {
  const made = await createSession(surroundings, place);
  if (!made.ok) throw new Error(made.error.message);
  for (const event of events) await made.value.append(event);
  return made.value;
}

async function forkOf(
  surroundings: SessionSurroundings,
  id: string,
  request: Parameters<typeof forkSession>[2] = {},
): Promise<Session> {
  const forked = await forkSession(surroundings, id, request);
  if (!forked.ok) throw new Error(forked.error.message);
  return forked.value;
}

function textsOf(session: Pick<Session, 'state'>): readonly string[] {
  return session.state.messages.flatMap(({ content }) =>
    content.flatMap((block) => (block.type === 'text' ? [block.text] : [])),
  );
}

describe('a fork', () => {
  it('holds the conversation, says where it comes from, and leaves the original as it was', async () => {
    const directory = await temporaryDirectory();
    const surroundings = await surroundingsIn(directory);
    const parent = await filled(surroundings, script);
    await writeFile(join(directory, `${parent.id}.notes.md`), '- The port is 8123\n');
    const before = await readFile(join(directory, `${parent.id}.jsonl`));
    // The original is still held by its own run.
    const fork = await forkOf(surroundings, parent.id);
    expect(fork.header).toMatchObject({ parent: parent.id, cwd: '/repo', worktree: '/repo' });
    expect(fork.id).not.toBe(parent.id);
    expect(textsOf(fork)).toEqual(textsOf(parent));
    expect(await readFile(join(directory, `${fork.id}.notes.md`), 'utf8')).toBe('- The port is 8123\n');
    await fork.append(prompt('Elsewhere'));
    await parent.append(prompt('Here'));
    expect(textsOf(fork).at(-1)).toBe('Elsewhere');
    await Promise.all([fork.close(), parent.close()]);
    const after = await readFile(join(directory, `${parent.id}.jsonl`));
    expect(after.subarray(0, before.length)).toEqual(before);
    const again = await openSession(surroundings, fork.id);
    expect(again.ok && textsOf(again.value).at(-1)).toBe('Elsewhere');
    if (again.ok) await again.value.close();
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('begins before an event that is named, numbered without gaps', async () => {
    const directory = await temporaryDirectory();
    const surroundings = await surroundingsIn(directory);
    const parent = await filled(surroundings, [
      ...script,
      { type: 'rewind', checkpoint: 1, restored: 'both', beforeSeq: 2 },
    ]);
    const fork = await forkOf(surroundings, parent.id, { beforeSeq: 9 });
    expect(textsOf(fork)).toEqual(['First', 'One']);
    const lines = (await readFile(join(directory, `${fork.id}.jsonl`), 'utf8'))
      .trimEnd()
      .split('\n')
      .slice(1);
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(
      lines.map((_, index) => index + 1),
    );
    const gone = await forkOf(surroundings, parent.id);
    expect(textsOf(gone)).toEqual([]);
    await Promise.all([parent.close(), fork.close(), gone.close()]);
  });

  it('settles calls under way: not begun is not done, begun is not known', async () => {
    const surroundings = await surroundingsIn(await temporaryDirectory());
    const parent = await filled(surroundings, [
      runStart,
      prompt('Go'),
      calls({ id: 'a', name: 'run_command' }, { id: 'b', name: 'write' }),
      intent('a', 'execute'),
    ]);
    const fork = await forkOf(surroundings, parent.id);
    expect(parent.state.openCalls).toHaveLength(2);
    expect(fork.state.openCalls).toEqual([]);
    expect(fork.state.calls.map(({ ok, recovered, text }) => [ok, recovered, text.split(':')[0]])).toEqual([
      [false, 'unknown', expect.stringContaining('is not known here')],
      [false, undefined, 'The session was forked before this call was carried out'],
    ]);
    await Promise.all([parent.close(), fork.close()]);
  });

  it('takes the id that is asked for unless it is none or taken', async () => {
    const surroundings = await surroundingsIn(await temporaryDirectory());
    const parent = await filled(surroundings, script);
    const id = '0196f2c4-8d11-7abc-8def-0123456789ab';
    const fork = await forkOf(surroundings, parent.id, { id });
    expect(fork.id).toBe(id);
    for (const [asked, message] of [
      [id, 'already in use'],
      [parent.id, 'already in use'],
      ['../x', 'must be a UUID'],
    ] as const) {
      const refused = await forkSession(surroundings, parent.id, { id: asked });
      expect(refused).toMatchObject({
        ok: false,
        error: { kind: 'invalid', message: expect.stringContaining(message) },
      });
    }
    expect(await forkSession(surroundings, id.replace('0196', '0197'))).toMatchObject({
      ok: false,
      error: { kind: 'not-found' },
    });
    await Promise.all([parent.close(), fork.close()]);
  });

  it('is whole or not there, whatever call of the file system fails', async () => {
    const directory = await temporaryDirectory();
    const surroundings = await surroundingsIn(directory);
    const parent = await filled(surroundings, script);
    await parent.close();
    for (let failing = 1, fired = true; fired; failing += 1) {
      const faulty = faultyFiles(nodeFiles, {
        failing,
        fault: FAULTS[failing % FAULTS.length] ?? 'EIO',
        crash: true,
      });
      const before = new Set(await readdir(directory));
      const forked = await forkSession({ ...surroundings, files: faulty }, parent.id);
      if (forked.ok) await forked.value.close().catch(() => {});
      fired = faulty.hasFired();
      for (const name of (await readdir(directory)).filter(
        (entry) => !before.has(entry) && entry.endsWith('.jsonl'),
      )) {
        // Read, not opened: the lease may still be held by the process that "died", which is this one.
        const read = await readSession(nodeFiles, directory, name.slice(0, -'.jsonl'.length));
        expect(read.ok && textsOf(read.value)).toEqual(['First', 'One', 'Second', 'Two']);
      }
    }
  });
});
