import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEventBody } from '../../../src/agent/session/journal-event.ts';
import { readJournal } from '../../../src/agent/session/journal-reading.ts';
import { createSession, openSession, readSession, type Session } from '../../../src/agent/session/session.ts';
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

async function newSession(directory: string): Promise<Session> {
  const made = await createSession(await surroundingsIn(directory), place);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const script: readonly JournalEventBody[] = [
  runStart,
  prompt('Make the test pass'),
  calls({ id: 'a', name: 'read' }, { id: 'b', name: 'edit' }),
  intent('a', 'read'),
  result('a'),
  intent('b', 'write', { path: '/repo/x.ts', before: 'h1', after: 'h2' }),
  result('b'),
  says('Done — grüße, 日本'),
  runEnd,
];

async function written(directory: string): Promise<{ readonly id: string; readonly path: string }> {
  const session = await newSession(directory);
  for (const event of script) await session.append(event);
  await session.close();
  return { id: session.id, path: join(directory, `${session.id}.jsonl`) };
}

describe('a journal', () => {
  it('gives back the state that was built while it was written', async () => {
    const directory = await temporaryDirectory();
    const session = await newSession(directory);
    for (const event of script) await session.append(event);
    const before = session.state;
    await session.close();
    const read = await readSession(nodeFiles, directory, session.id);
    expect(read).toMatchObject({ ok: true, value: { problems: [] } });
    if (!read.ok) return;
    expect({ ...read.value.state, modified: 0, calls: [] }).toEqual({ ...before, modified: 0, calls: [] });
    expect(read.value.state).toMatchObject({
      title: 'Make the test pass',
      outcome: 'success',
      filesWritten: [{ path: '/repo/x.ts', after: 'h2' }],
      totals: { turns: 2, costUsd: 0.02, files: 1, usage: { inputTokens: 20, outputTokens: 10 } },
    });
    expect(read.value.state.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
  });

  it('is readable by its owner alone', async () => {
    const { path } = await written(await temporaryDirectory());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('cut anywhere opens with all whole lines, and keeps the torn end aside', async () => {
    const directory = await temporaryDirectory();
    const { id, path } = await written(directory);
    const whole = await readFile(path);
    const headerEnd = whole.indexOf(10) + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: headerEnd, max: whole.length }), async (size) => {
        const cut = whole.subarray(0, size);
        await writeFile(path, cut);
        const asideBefore = (await readdir(directory)).filter((name) => name.includes('.torn-')).length;
        const opened = await openSession(await surroundingsIn(directory), id);
        if (!opened.ok) throw new Error(opened.error.message);
        await opened.value.append(prompt('and on'));
        await opened.value.close();
        const lines = cut.subarray(0, cut.lastIndexOf(10) + 1);
        const after = await readFile(path);
        expect(after.subarray(0, lines.length).equals(lines)).toBe(true);
        const read = readJournal(after);
        expect(read).toMatchObject({ ok: true, value: { tornBytes: 0, problems: [] } });
        const aside = (await readdir(directory)).filter((name) => name.includes('.torn-')).length;
        expect(aside - asideBefore).toBe(lines.length === cut.length ? 0 : 1);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['NUL bytes', Buffer.alloc(4096)],
    ['NUL bytes with a line end', Buffer.concat([Buffer.alloc(100), Buffer.from('\n')])],
    ['half a line', Buffer.from('{"seq":10,"time":1,"type":"message-us')],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x0a])],
    ['several lines of garbage', Buffer.from('garbage\n\n{"seq":true}\n')],
  ])('with a tail of %s loses nothing that was whole', async (_, tail) => {
    const directory = await temporaryDirectory();
    const { id, path } = await written(directory);
    await appendFile(path, tail);
    const opened = await openSession(await surroundingsIn(directory), id);
    if (!opened.ok) throw new Error(opened.error.message);
    expect(opened.value.state.outcome).toBe('success');
    await opened.value.close();
    expect(await readFile(join(directory, `${id}.torn-1`))).toEqual(tail);
  });

  it('passes over a broken line, a repeated line and an unknown type in its middle, and says so', async () => {
    const directory = await temporaryDirectory();
    const { id, path } = await written(directory);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    lines.splice(3, 0, 'not json', lines[2] ?? '');
    lines.push('{"seq":10,"time":1,"type":"checkpoint-create","tree":"abc"}');
    await writeFile(path, `\uFEFF${lines.join('\r\n')}\r\n`);
    const read = await readSession(nodeFiles, directory, id);
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.state.outcome).toBe('success');
    expect(read.value.problems).toEqual([
      'Line 4 cannot be read and was passed over.',
      'Line 5 repeats event 2 and was passed over.',
    ]);
  });

  it('numbers on without gaps after it was opened again', async () => {
    const directory = await temporaryDirectory();
    const { id, path } = await written(directory);
    const opened = await openSession(await surroundingsIn(directory), id);
    if (!opened.ok) throw new Error(opened.error.message);
    await Promise.all([opened.value.append(prompt('one')), opened.value.append(prompt('two'))]);
    await opened.value.close();
    const read = readJournal(await readFile(path));
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 11 }, (_, index) => index + 1),
    );
  });

  it('of a newer version can be looked at and not continued, and stays as it is', async () => {
    const directory = await temporaryDirectory();
    const { id, path } = await written(directory);
    const newer = (await readFile(path, 'utf8')).replace('"version":1', '"version":2');
    await writeFile(path, `${newer}torn`);
    expect(await readSession(nodeFiles, directory, id)).toMatchObject({
      ok: true,
      value: { readOnlyReason: expect.stringContaining('newer Varve') },
    });
    expect(await openSession(await surroundingsIn(directory), id)).toMatchObject({
      ok: false,
      error: { kind: 'newer-version' },
    });
    expect(await readFile(path, 'utf8')).toBe(`${newer}torn`);
  });

  it('puts streamed text before the event that follows it', async () => {
    const directory = await temporaryDirectory();
    const session = await newSession(directory);
    session.stream('Hel');
    session.stream('lo');
    await session.append(says('Hello'));
    session.stream('!\n');
    await session.close();
    const read = readJournal(await readFile(join(directory, `${session.id}.jsonl`)));
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.events.map((event) => (event.type === 'text-delta' ? event.text : event.type))).toEqual(
      ['Hello', 'message-assistant', '!\n'],
    );
  });

  it('asks for fsync for every event and not for streamed text', async () => {
    const directory = await temporaryDirectory();
    const flushes: unknown[] = [];
    const files = {
      ...nodeFiles,
      append: (path: string, bytes: Uint8Array, mode?: number, flush?: 'synced' | 'unsynced') => {
        flushes.push(flush);
        return nodeFiles.append(path, bytes, mode, flush);
      },
    };
    const made = await createSession(await surroundingsIn(directory, files), place);
    if (!made.ok) throw new Error(made.error.message);
    await made.value.append(prompt('x'));
    made.value.stream('y\n');
    await made.value.close();
    expect(flushes).toEqual(['synced', 'unsynced']);
  });

  it('takes several events by one write, in their order, and knows them as if they had come one by one', async () => {
    const directory = await temporaryDirectory();
    const writes: string[] = [];
    const files = {
      ...nodeFiles,
      append: (path: string, bytes: Uint8Array, mode?: number, flush?: 'synced' | 'unsynced') => {
        writes.push(`${flush} ${Buffer.from(bytes).toString('utf8').trimEnd().split('\n').length}`);
        return nodeFiles.append(path, bytes, mode, flush);
      },
    };
    const made = await createSession(await surroundingsIn(directory, files), place);
    if (!made.ok) throw new Error(made.error.message);
    await made.value.append(runStart, prompt('Make the test pass'));
    await made.value.append(says('Done'));
    const { state } = made.value;
    await made.value.close();
    expect(writes).toEqual(['synced 2', 'synced 1']);
    const lines = (await readFile(join(directory, `${made.value.id}.jsonl`), 'utf8')).trimEnd().split('\n');
    expect(lines.slice(1).map((line) => (JSON.parse(line) as { seq: number; type: string }).seq)).toEqual([
      1, 2, 3,
    ]);
    const read = await readSession(nodeFiles, directory, made.value.id);
    if (!read.ok) throw new Error(read.error.message);
    expect({ ...read.value.state, modified: 0 }).toEqual({ ...state, modified: 0 });
    expect(state).toMatchObject({ runs: 1, title: 'Make the test pass' });
  });
});

describe('a journal on a failing disk', () => {
  it.each(FAULTS)('holds only whole events after %s at any call, and goes on afterwards', async (fault) => {
    for (let failing = 1; failing < 60; failing += 1) {
      const directory = await temporaryDirectory();
      const session = await newSession(directory);
      const done: number[] = [];
      await session.close();
      const files = faultyFiles(nodeFiles, { failing, fault });
      const opened = await openSession(await surroundingsIn(directory, files), session.id);
      if (!opened.ok) continue;
      for (const [index, event] of script.entries()) {
        await opened.value.append(event).then(
          () => done.push(index),
          () => {},
        );
      }
      await opened.value.close();
      const read = readJournal(await readFile(join(directory, `${session.id}.jsonl`)));
      if (!read.ok) throw new Error(read.error.message);
      expect(read.value.problems).toEqual([]);
      const types = read.value.events.map(({ type }) => type);
      expect(types).toEqual(done.map((index) => script[index]?.type));
      if (!files.hasFired()) return;
    }
    throw new Error('The fault never stopped firing: raise the number of calls.');
  });
});
