// What one asks of memory besides reading it, in a real VS Code: the preview with imports, what is wrong, where it
// stands, why it loads.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictureOnFailure } from '../host/failure-picture.ts';
import { until } from '../host/until.ts';
import { type DemoWindow, openDemoWindow } from './demo-window.ts';

let demo: DemoWindow;
pictureOnFailure(() => demo.window);

beforeAll(async () => {
  demo = await openDemoWindow();
  const more = ['', '@docs/gone.md', '', '- Plan with `npm run berths` and see `src/lighthouse.js`.', ''];
  await appendFile(join(demo.place.workspace, 'CLAUDE.md'), more.join('\n'));
  await demo.window.openContainer('Varve');
});
afterAll(() => demo?.close());

test('the preview of a CLAUDE.md shows its imports with their states', async () => {
  const { window } = demo;
  await window.view('Memory').waitFor('CLAUDE.md');
  await window.view('Memory').inlineAction('CLAUDE.md', 'Preview');
  await window.editor.waitForTab(/Preview CLAUDE\.md/);
  const body = window.webview().locator('body');
  await until('the imported text stands in the preview', async () =>
    /Plans berths, fees and tides/.test(await body.innerText()),
  );
  expect(await body.innerText()).toMatch(/docs\/gone\.md/);
  await window.screenshots('preview');
  await window.editor.closeAll();
});

test('Check Memory shows what is wrong in the Problems panel', async () => {
  const { window } = demo;
  await window.runCommand('Varve: Check Memory');
  const panel = window.page.locator('.markers-panel');
  await until('the broken import is a problem', async () => /gone\.md/.test(await panel.innerText()));
  expect(await panel.innerText()).toMatch(/berths/);
  await window.screenshots('problems');
  await window.runCommand('View: Hide Panel');
});

test('Search Memory finds an entry as one types', async () => {
  const { window } = demo;
  for (const theme of ['light', 'high-contrast', 'dark'] as const) {
    await window.setTheme(theme);
    await window.runCommand('Varve: Search Memory…');
    await window.quick.waitFor('Search Memory');
    await window.quick.filter('whole cents');
    await until('the entry is found', async () => /whole cents/.test((await window.quick.offers()).join()));
    await window.screenshot(`search-${theme}`);
    await window.quick.cancel();
  }
});

test('a rule says why it does not load', async () => {
  const { window } = demo;
  await window.quick.openFile('language.md');
  await window.editor.waitForTab('language.md');
  await window.runCommand('Varve: Explain Why This File Loads or Not');
  await window.editor.waitForText(/Why .*language\.md.* loads/);
  await window.screenshots('explain');
});
