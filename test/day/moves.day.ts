// Memory between scopes with the mouse and the keyboard, in a real VS Code.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictureOnFailure } from '../host/failure-picture.ts';
import { until } from '../host/until.ts';
import { type DemoWindow, openDemoWindow } from './demo-window.ts';

let demo: DemoWindow;
pictureOnFailure(() => demo.window);

beforeAll(async () => {
  demo = await openDemoWindow();
  await demo.window.openContainer('Varve');
});
afterAll(() => demo?.close());

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

test('an entry is dragged to another scope, shown there, and taken back to the byte', async () => {
  const { place, window } = demo;
  const memory = window.view('Memory');
  const [file, user] = [
    join(place.workspace, 'CLAUDE.md'),
    join(place.environment.CLAUDE_CONFIG_DIR, 'CLAUDE.md'),
  ];
  const before = [await read(file), await read(user)];
  await memory.expand('Project', 'CLAUDE.md', 'Harbor', 'For Claude');
  await memory.row(/^Plan first/).dragTo(memory.row('User'));
  await until('the entry has moved', async () => (await read(user)).includes('- Plan first when more than'));
  await until('it has left its file', async () => !(await read(file)).includes('Plan first'));
  const rows = await memory.waitUntil('it is shown below User', (seen) => {
    const at = seen.findIndex(({ label }) => label.startsWith('Plan first'));
    return at > 0 && at < seen.findIndex(({ label }) => label === 'Project');
  });
  expect(rows.filter(({ label }) => label.startsWith('Plan first')).length).toBe(1);
  await window.runCommand('Varve: Undo Last Memory Change');
  await until('both files are as before', async () =>
    [await read(file), await read(user)].every((text, index) => text === before[index]) ? true : undefined,
  );
  await memory.waitUntil('it is shown below Project again', (seen) => {
    const at = seen.findIndex(({ label }) => label.startsWith('Plan first'));
    return at > seen.findIndex(({ label }) => label === 'Project');
  });
});

test('what would load less stands above the rows, and the key asks where to', async () => {
  const { window } = demo;
  const memory = window.view('Memory');
  await memory.expand('Project', 'CLAUDE.md', 'Harbor', 'For Claude');
  await memory.click(/^Plan first/);
  await until('the what-if is said', async () =>
    / load here · without this: −\d+ tokens$/.test(await memory.message()),
  );
  // A click opens the file; the key belongs to the view.
  await memory.row(/^Plan first/).focus();
  await window.page.keyboard.press('Control+Alt+m');
  await window.quick.waitFor('Who should read it?');
  expect((await window.quick.offers())[0]).toMatch(/CLAUDE\.md/);
  await window.page.keyboard.press('Escape');
});
