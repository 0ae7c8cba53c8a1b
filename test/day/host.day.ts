// The host itself, proven with a small extension: what fails here is the ground, not Varve.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedBrowser, startBrowser } from '../host/browser.ts';
import { type EditorWindow, openWindow } from '../host/editor-window.ts';
import { pictureOnFailure } from '../host/failure-picture.ts';
import { REPOSITORY } from '../host/installed-host.ts';
import { killExtensionHost, processesWith } from '../host/processes.ts';
import { type CodeServer, startServer } from '../host/server.ts';
import { until } from '../host/until.ts';
import { installVsix, packageVsix } from '../host/vsix.ts';

let place: string;
let server: CodeServer;
let browser: StartedBrowser;
let window: EditorWindow;

pictureOnFailure(() => window);

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'varve-day-'));
  const extensionsDir = join(place, 'extensions');
  await writeFile(join(place, 'notes.md'), '# Notes\n\nline\n');
  await packageVsix(join(REPOSITORY, 'test/host/sample'), join(place, 'sample.vsix'));
  await installVsix(join(place, 'sample.vsix'), extensionsDir);
  server = await startServer({ extensionsDir });
  browser = await startBrowser();
  window = await openWindow(server, browser, { folder: place });
  await window.openContainer('Sample');
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(place, { recursive: true, force: true });
});

test('a tree opens level by level', async () => {
  const strata = window.view('Strata');
  await strata.expand('Project', 'CLAUDE.md');
  const rows = await strata.waitUntil('three levels', (seen) => seen.length === 3);
  expect(rows).toEqual([
    { label: 'Project', description: '12 tokens', level: 1, expanded: true },
    { label: 'CLAUDE.md', description: '', level: 2, expanded: true },
    { label: 'Use tabs', description: '', level: 3, expanded: undefined },
  ]);
  await strata.titleAction('Grow');
  await strata.waitFor('Grown 1');
});

test('an inline button, a context menu and the badge work', async () => {
  const arrivals = window.view('Arrivals');
  await window.waitForBadge('Sample', '2');
  expect(await arrivals.inlineActions('Use sqlite')).toEqual(['Accept']);
  await arrivals.inlineAction('Use sqlite', 'Accept');
  await arrivals.waitGone('Use sqlite');
  await window.waitForBadge('Sample', '1');
  await arrivals.contextMenu('Drop redis', 'Grow');
  await window.view('Strata').waitFor('Grown 2');
  expect(await window.view('Nothing Yet').welcome.textContent()).toContain('There is nothing here yet.');
});

test('questions are answered and a notification too', async () => {
  await window.runCommand('Sample: Ask');
  await window.quick.waitFor('Where to');
  expect(await window.quick.offers()).toEqual(['this repository', 'this machine']);
  await window.quick.pick('this machine');
  await window.quick.waitFor('How to call it');
  await window.quick.answer('varve');
  await window.toasts.press('Keep varve in this machine?', 'Keep');
  await window.toasts.waitFor('You chose Keep');
  await window.toasts.close('You chose Keep');
});

test('a terminal is read and typed into', async () => {
  await window.runCommand('Sample: Open Terminal');
  await window.terminal.waitForText('sample terminal is ready');
  await window.terminal.type('hello there');
  await window.terminal.press('Enter');
  await window.terminal.waitForText('you said hello there');
});

test('editors and differences are read, and a file is changed', async () => {
  await window.quick.openFile('notes.md');
  await window.editor.waitForTab('notes.md');
  await window.editor.waitForText('# Notes');
  expect(await window.editor.text()).toBe('# Notes\n\nline\n');
  await window.editor.replaceText('# Changed\n');
  await window.editor.save();
  await until('the file is saved', async () => (await window.editor.visibleText()).includes('# Changed'));
  await window.runCommand('Sample: Show Difference');
  await window.editor.waitForTab('Before and after');
  expect(await window.editor.difference()).toEqual({ left: 'one\ntwo\n', right: 'one\nthree\n' });
});

test('pictures are taken in three themes', async () => {
  expect(await window.screenshots('host')).toHaveLength(3);
});

test('the extension comes back after its host was killed, and after a reload', async () => {
  await killExtensionHost(server);
  await window.runCommand('Sample: Say Hello');
  await window.toasts.waitFor('Hello from v24', 60_000);
  await window.reload();
  await window.view('Strata').waitFor('Project', 60_000);
});

test('nothing beyond loopback was asked for, and nothing is left running', async () => {
  expect(browser.blocked).toEqual([]);
  await browser.close();
  await server.stop();
  expect(await processesWith(server.base)).toEqual([]);
});
