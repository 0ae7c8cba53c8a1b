import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOTES_UNITS, notesBlock, openSessionNotes } from '../../../src/agent/session/notes.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

const session = '019ab1c2-0000-7000-8000-000000000001';

async function place() {
  const directory = join(await temporaryDirectory(), 'sessions');
  return {
    directory,
    path: join(directory, `${session}.notes.md`),
    notes: openSessionNotes({ files: nodeFiles, directory, session }),
  };
}

describe('the notes of a session', () => {
  it('are read as they were written, for nobody else to see, and gone when they are empty', async () => {
    const { notes, path, directory } = await place();
    expect(await notes.read()).toBe('');
    expect(await notes.write('One.\n')).toEqual({ ok: true, value: undefined });
    expect(await notes.write('Two.\n')).toMatchObject({ ok: true });
    expect(await notes.read()).toBe('Two.\n');
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readdir(directory)).toEqual([`${session}.notes.md`]);
    expect(await notes.write(' \n')).toMatchObject({ ok: true });
    expect(await readdir(directory)).toEqual([]);
    expect(await notes.write('')).toMatchObject({ ok: true });
  });

  it('hold no secret', async () => {
    const { notes, path } = await place();
    const key = `sk-ant-api03-${'Ab1'.repeat(30)}`;
    await notes.write(`The key is ${key}.`);
    expect(await readFile(path, 'utf8')).not.toContain(key);
    expect(await readFile(path, 'utf8')).toMatch(/^The key is /);
  });

  it('have a limit, on the way in and on the way out', async () => {
    const { notes, path } = await place();
    expect(await notes.write('x'.repeat(NOTES_UNITS))).toMatchObject({ ok: true });
    const refused = await notes.write('y'.repeat(NOTES_UNITS + 1));
    expect(refused).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/25001 characters; 25000/) },
    });
    expect(await notes.read()).toBe('x'.repeat(NOTES_UNITS));
    await writeFile(path, 'z'.repeat(NOTES_UNITS + 7));
    expect(await notes.read()).toMatch(/z\n\[7 characters left out\]$/);
  });

  it('that cannot be written say why', async () => {
    const { notes, path, directory } = await place();
    await notes.write('One.');
    const files = {
      ...nodeFiles,
      rename: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
    };
    const full = openSessionNotes({ files, directory, session });
    expect(await full.write('Two.')).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/./) },
    });
    expect(await readFile(path, 'utf8')).toBe('One.');
  });

  it('go into the prompt as what they are', () => {
    expect(notesBlock('  \n')).toBe('');
    expect(notesBlock('Half done.\n')).toMatch(
      /working notes[\s\S]*<session-notes>\nHalf done\.\n<\/session-notes>$/,
    );
  });
});
