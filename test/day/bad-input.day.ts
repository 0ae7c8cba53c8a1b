// What stands in the way of a day, each met in a real VS Code: a clear sentence, nothing lost, everything else works.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snapshotTree } from '../fakes/snapshot-tree.ts';
import { type EditorWindow, openWindow } from '../host/editor-window.ts';
import { pictureOnFailure } from '../host/failure-picture.ts';
import type { Answer } from '../model-server/answer.ts';
import { type DemoWindow, openDemoWindow } from './demo-window.ts';

let shown: EditorWindow;
pictureOnFailure(() => shown);

/** Answers the question that says so, and no other: one box serves them all. */
async function answer(question: string, text: string): Promise<void> {
  await shown.quick.waitFor(question);
  await shown.quick.answer(text);
}

describe('in a window that trusts its folder', () => {
  let demo: DemoWindow;
  let reply: Answer = { status: 500 };

  beforeAll(async () => {
    demo = await openDemoWindow({ folder: null, decide: () => reply });
    shown = demo.window;
  });
  afterAll(() => demo?.close());

  async function open(target: Parameters<typeof openWindow>[2]): Promise<EditorWindow> {
    await shown.page.close();
    shown = await openWindow(demo.server, demo.browser, target);
    await shown.openContainer('Varve');
    return shown;
  }

  test('without a folder every view says what is missing', async () => {
    await shown.openContainer('Varve');
    for (const view of ['Memory', 'Inbox', 'Sessions', 'Runs']) {
      await shown.view(view).unfold();
      await shown
        .view(view)
        .welcome.getByText(/folder/)
        .first()
        .waitFor();
    }
    await shown.runCommand('Varve: Show Effective Memory');
    await shown.toasts.waitFor(/folder/i);
    await shown.screenshot('no-folder');
  });

  test('two folders are two roots, each with its own memory', async () => {
    const second = join(demo.place.root, 'lighthouse');
    await mkdir(second);
    await writeFile(join(second, 'AGENTS.md'), '# Lighthouse\n\n- The lamp turns clockwise.\n');
    const file = join(demo.place.root, 'both.code-workspace');
    await writeFile(file, JSON.stringify({ folders: [{ path: 'harbor' }, { path: 'lighthouse' }] }));
    const window = await open({ workspace: file });
    await window.waitForFolders();
    await window.openContainer('Varve');
    const memory = window.view('Memory');
    await memory.waitFor('harbor');
    await memory.expand('lighthouse', 'Project');
    await memory.waitFor('AGENTS.md');
  });

  test('a subfolder of a repository shows what loads there, and sets up at the git root', async () => {
    const window = await open({ folder: join(demo.place.workspace, 'src') });
    const memory = window.view('Memory');
    await memory.expand('Project');
    await memory.waitFor(/CLAUDE\.md/);
    await window.runCommand('Varve: Set Up Memory in This Workspace');
    await window.quick.pick(/This repository/);
    await window.quick.waitFor('Who should read');
    await window.quick.accept();
    await window.quick.pick(/Never/);
    await window.quick.waitFor('Nothing was written yet');
    await window.quick.pick(/Write \d+ files/);
    await window.editor.waitForTabsGone();
    expect((await snapshotTree(demo.place.workspace)).has('.varve/config.json')).toBe(true);
    expect((await snapshotTree(join(demo.place.workspace, 'src'))).has('.varve/')).toBe(false);
  });

  test('a server that answers 500 is waited for in words, and stop works meanwhile', async () => {
    reply = { status: 500 };
    const window = await open({ folder: demo.place.workspace });
    await window.runCommand('Varve: Run Agent…');
    await answer('What should it do?', 'Say hello');
    await window.terminal.waitForText(/Trying again/, 60_000);
    await window.view('Runs').inlineAction(/Say hello/, 'Stop Run');
    await window
      .view('Runs')
      .waitUntil('the run is stopped', (rows) => rows.some((row) => /stopped/.test(row.description)), 60_000);
  });

  test('a key that is refused is said with the next step', async () => {
    reply = { status: 401 };
    await shown.runCommand('Varve: Run Agent…');
    await answer('What should it do?', 'Say hello again');
    await shown.terminal.waitForText(/key/i, 60_000);
    await shown.terminal.waitForText(/Set API Key/, 60_000);
  });

  test('a server that hangs leaves the run stoppable', async () => {
    reply = { hang: true };
    await shown.runCommand('Varve: Run Agent…');
    await answer('What should it do?', 'Say hello to nobody');
    await shown.view('Runs').waitFor(/nobody/);
    await shown.view('Runs').inlineAction(/nobody/, 'Stop Run');
    await shown
      .view('Runs')
      .waitUntil(
        'the run is stopped',
        (rows) => rows.some((row) => /nobody/.test(row.label) && /stopped/.test(row.description)),
        60_000,
      );
  });
});

describe('without a key', () => {
  let demo: DemoWindow;

  beforeAll(async () => {
    const none = {
      ANTHROPIC_API_KEY: '',
      VARVE_MODEL_BASE_URL: '',
      ANTHROPIC_BASE_URL: '',
      ANTHROPIC_AUTH_TOKEN: '',
    };
    demo = await openDemoWindow({ environment: none });
    shown = demo.window;
    await shown.openContainer('Varve');
  });
  afterAll(() => demo?.close());

  test('Run Agent offers the ways to a model, and cancelling leaves nothing behind', async () => {
    await shown.runCommand('Varve: Run Agent…');
    await shown.quick.waitFor('A run needs a model');
    expect((await shown.quick.offers()).join('\n')).toMatch(/Set API Key[\s\S]*local server/);
    await shown.screenshot('no-key');
    await shown.quick.cancel();
    await shown.view('Runs').unfold();
    await shown
      .view('Runs')
      .welcome.getByText(/No run/)
      .waitFor();
  });

  test('a local server can be named instead, and the run goes there', async () => {
    await shown.runCommand('Varve: Run Agent…');
    await shown.quick.waitFor('A run needs a model');
    await shown.quick.pick(/local server/);
    await answer('Address of a server', demo.model.url);
    await answer('Name of the model', 'demo-model');
    await answer('What should it do?', 'Who are you?');
    await shown.terminal.waitForText(/I am the demo model/, 60_000);
  });
});

describe('in Restricted Mode', () => {
  let demo: DemoWindow;
  let before: ReadonlyMap<string, string>;

  beforeAll(async () => {
    demo = await openDemoWindow({ trust: false });
    shown = demo.window;
    before = await snapshotTree(demo.place.root);
    await shown.openContainer('Varve');
  });
  afterAll(() => demo?.close());

  test('memory of the folder is shown and nothing else happens', async () => {
    await shown.view('Memory').expand('Project');
    await shown.view('Memory').waitFor('CLAUDE.md');
    await shown
      .view('Inbox')
      .welcome.getByText(/Restricted Mode/)
      .waitFor();
    await shown.runCommand('Varve: Run Agent…').catch(() => undefined);
    await shown.page.keyboard.press('Escape');
    await shown.screenshots('restricted');
    expect(demo.model.requests).toEqual([]);
    expect(await snapshotTree(demo.place.root)).toEqual(before);
  });
});
