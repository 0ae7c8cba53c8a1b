import { mkdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { readSessionNotes } from '../../../src/memory/workspace/session-notes.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

test('the notes of the five sessions that wrote last are read, and nothing else', async () => {
  const directory = await temporaryDirectory();
  for (let at = 1; at <= 7; at += 1) {
    const path = join(directory, `session-${at}.notes.md`);
    await writeFile(path, `Notes ${at}`);
    await utimes(path, at, at);
  }
  await mkdir(join(directory, 'directory.notes.md'));
  await writeFile(join(directory, 'session-1.jsonl'), '{}');
  await writeFile(join(directory, 'huge.notes.md'), '');
  await truncate(join(directory, 'huge.notes.md'), 200_000);
  const notes = await readSessionNotes(nodeFiles, directory);
  expect(notes.map(({ session, text }) => [session, text])).toEqual([
    ['session-7', 'Notes 7'],
    ['session-6', 'Notes 6'],
    ['session-5', 'Notes 5'],
    ['session-4', 'Notes 4'],
    ['session-3', 'Notes 3'],
  ]);
  expect(await readSessionNotes(nodeFiles, join(directory, 'not-there'))).toEqual([]);
});
