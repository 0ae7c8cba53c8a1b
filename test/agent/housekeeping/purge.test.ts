import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planTextPurge, purgeSessions, purgeText } from '../../../src/agent/housekeeping/purge.ts';
import type { JournalEventBody } from '../../../src/agent/session/journal-event.ts';
import { readJournal } from '../../../src/agent/session/journal-reading.ts';
import { intent, prompt, says } from '../session/fixtures.ts';
import { makeStatePlace, type StatePlace } from './state-place.ts';

const wrote = (after: string): JournalEventBody =>
  intent('w', 'write', { path: 'a.txt', before: null, after });

async function purge(place: StatePlace, text: string) {
  const plan = await planTextPurge(place.around, text);
  if (!plan.ok) throw new Error(plan.error.message);
  return { plan: plan.value, done: await purgeText(place.around, plan.value) };
}

describe('a purge of a text', () => {
  it('takes it from journals, notes, kept contents and caches; the journals stay sound', async () => {
    const place = await makeStatePlace();
    const secret = 'line one "quoted"\nline two \\ tab\t';
    const kept = await place.object('harmless');
    const gone = await place.object(`before ${secret} after`);
    const id = await place.session(
      1,
      prompt(`Look: ${secret}`),
      wrote(gone),
      says(`It says ${JSON.stringify({ inside: secret })}`),
    );
    await place.write(`sessions/${id}.notes.md`, `- ${secret}\n`);
    await place.write('cache/found.json', JSON.stringify({ secret }));
    const { plan, done } = await purge(place, secret);
    expect(done).toMatchObject({ ok: true });
    expect(plan.untouched).toEqual([]);
    expect(await place.names('objects')).toEqual([kept]);
    expect(await place.names('cache')).toEqual([]);
    expect(await readFile(join(place.directory, `sessions/${id}.notes.md`), 'utf8')).toBe('- [purged]\n');
    const read = readJournal(await readFile(join(place.directory, `sessions/${id}.jsonl`)));
    expect(read).toMatchObject({ ok: true, value: { problems: [] } });
    const events = read.ok ? read.value.events : [];
    expect(events.map(({ type }) => type)).toEqual([
      'run-start',
      'message-user',
      'message-user',
      'tool-intent',
      'message-assistant',
    ]);
    expect(events[2]).toMatchObject({ text: 'Look: [purged]' });
    expect(JSON.stringify(events)).not.toContain('line two');
    expect((await planTextPurge(place.around, secret)).ok).toBe(true);
    expect(await purge(place, secret)).toMatchObject({ plan: { rewritten: [], removed: [] } });
  });

  it('says what it cannot change without breaking a chain of hashes, and leaves it', async () => {
    const place = await makeStatePlace();
    await place.write('ledger.jsonl', '{"type":"begin","summary":"the secret-word here"}\n');
    const { plan } = await purge(place, 'secret-word');
    expect(plan).toMatchObject({ untouched: ['ledger.jsonl'], rewritten: [] });
    expect(await readFile(join(place.directory, 'ledger.jsonl'), 'utf8')).toContain('secret-word');
  });

  it('keeps bytes around it that are no text', async () => {
    const place = await makeStatePlace();
    await place.write('archive/raw.json', '');
    await place.around.files.removeFile(join(place.directory, 'archive/raw.json'));
    const raw = Buffer.concat([
      Buffer.from([0xff, 0x00, 0xc3]),
      Buffer.from('secret-word'),
      Buffer.from([0xfe]),
    ]);
    await place.around.files.writeNew(join(place.directory, 'archive/raw.json'), raw);
    await purge(place, 'secret-word');
    expect(await readFile(join(place.directory, 'archive/raw.json'))).toEqual(
      Buffer.concat([Buffer.from([0xff, 0x00, 0xc3]), Buffer.from('[purged]'), Buffer.from([0xfe])]),
    );
  });

  it('refuses texts that stand everywhere by accident', async () => {
    const place = await makeStatePlace();
    expect(await planTextPurge(place.around, 'abc')).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('at least 6') },
    });
  });
});

describe('a purge of sessions', () => {
  it('takes what only they need and leaves what others share', async () => {
    const place = await makeStatePlace();
    const [own, shared] = [await place.object('own'), await place.object('shared')];
    const first = await place.session(1, wrote(own), wrote(shared));
    const second = await place.session(1, wrote(shared));
    expect(await purgeSessions(place.around, [first])).toMatchObject({ ok: true });
    expect(await place.names('objects')).toEqual([shared]);
    expect((await place.names('sessions')).map((name) => name.slice(0, 36))).toContain(second);
    expect((await place.names('sessions')).some((name) => name.startsWith(first))).toBe(false);
    expect(await purgeSessions(place.around, [first])).toMatchObject({
      ok: false,
      error: { message: `No session found with session ID: ${first}` },
    });
  });
});
