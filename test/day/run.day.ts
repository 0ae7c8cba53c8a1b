// A run as a person follows it, in a real VS Code: from a selection, with questions, steps and a subagent; answered from
// the terminal and the status bar by keyboard; read as a document; let go and found again.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TaskStep, task, toolResults } from '../agent/engine/scripted-task.ts';
import { pictureOnFailure } from '../host/failure-picture.ts';
import { processesWith } from '../host/processes.ts';
import { until } from '../host/until.ts';
import type { Decide } from '../model-server/answer.ts';
import { type DemoWindow, openDemoWindow } from './demo-window.ts';

const todo = (...states: readonly ('done' | 'active' | 'pending')[]): TaskStep => ({
  id: `todo-${states.filter((state) => state === 'done').length}`,
  tool: 'todo',
  input: {
    items: ['Look at how fees are rounded', 'Ask what counts', 'Change it and test'].map((text, index) => ({
      text,
      state: states[index],
    })),
  },
});

const whole: readonly TaskStep[] = [
  todo('active', 'pending', 'pending'),
  { id: 'part', tool: 'subagent', input: { agent: 'general', task: 'PART: say how fees are rounded' } },
  {
    id: 'ask',
    tool: 'ask_user',
    input: { question: 'Round each night, or once at the end?', options: ['Each night', 'Once at the end'] },
  },
  todo('done', 'done', 'active'),
  { id: 'look', tool: 'read', input: { path: 'src/fees.js' } },
  {
    id: 'note',
    tool: 'write',
    input: { path: 'docs/rounding.md', content: '# Rounding\n\nOnce at the end.\n' },
  },
  { id: 'test', tool: 'run_command', input: { command: 'node --test' } },
];
const part: readonly TaskStep[] = [{ id: 'part-look', tool: 'read', input: { path: 'src/fees.js' } }];
const alone: readonly TaskStep[] = [
  {
    id: 'long',
    tool: 'run_command',
    input: { command: 'echo begun; while [ ! -e go-on ]; do sleep 0.1; done; touch went-on; sleep 617.5' },
  },
];

const decide: Decide = (request) => {
  const said = JSON.stringify(request.body.messages[0]);
  const steps = said.includes('PART:') ? part : said.includes('ALONE') ? alone : whole;
  return task(steps)(request);
};

let demo: DemoWindow;
pictureOnFailure(() => demo?.window);

beforeAll(async () => {
  demo = await openDemoWindow({ decide });
  await demo.window.changeSettings({ 'files.autoSave': 'off' });
  await demo.window.openContainer('Varve');
  await demo.window.widenSideBar(460);
  for (const name of ['Memory', 'Inbox', 'Sessions']) await demo.window.view(name).fold();
});
afterAll(() => demo?.close());

const runs = () => demo.window.view('Runs');

/** Keys pressed as soon as a question shows are not taken for its answer. */
async function pressUntil(key: string, isDone: () => Promise<boolean>): Promise<void> {
  await until(`${key} was taken`, async () => {
    if (await isDone()) return true;
    await demo.window.terminal.press(key);
    await demo.window.page.waitForTimeout(700);
    return (await isDone()) ? true : undefined;
  });
}

test('a run starts from a selection, and what is attached is shown before', async () => {
  const { window, model } = demo;
  await window.quick.openFile('fees.js');
  await window.editor.waitForTab('fees.js');
  await until('all of it is selected', async () => {
    await window.editor.focus();
    await window.page.keyboard.press('ControlOrMeta+A');
    return (await window.statusBar()).some((item) => /selected\)/.test(item)) ? true : undefined;
  });
  await window.runCommand('Varve: Run Agent on Selection…');
  await window.quick.waitFor('Attached: src/fees.js:1-');
  await window.screenshot('run-attached-dark');
  await window.quick.cancel();
  expect(model.requests).toHaveLength(0);
  await window.runCommand('Varve: Run Agent on Selection…');
  await window.quick.waitFor('Attached: src/fees.js:1-');
  await window.quick.answer('Find out how this is rounded');
  await window.terminal.waitForText(/Round each night/, 60_000);
  expect(JSON.stringify(model.requests[0]?.body.messages)).toContain('It is about src/fees.js:1-');
});

test('the terminal shows steps, subagent and question; a number and Enter answer it', async () => {
  const { window, model } = demo;
  const text = await window.terminal.text();
  expect(text).toMatch(/\[ \] (?:Ask what counts|Change it and test)/);
  expect(text).toMatch(/general │/);
  expect(text).toMatch(/2 {2}Once at the end/);
  await runs().waitFor(/Round each night/);
  await runs().waitFor(/^general/);
  await until('the status bar says that it waits', async () =>
    (await window.statusBar()).some((item) => /Varve: 1 waits/.test(item)) ? true : undefined,
  );
  await window.screenshots('run-question');
  await window.page.waitForTimeout(700);
  await window.terminal.type('2');
  await window.terminal.press('Enter');
  // What the terminal says of it may be above the fold already: the run goes on at once.
  await until('the model has the answer', () =>
    toolResults(model.requests.at(-1)?.body).get('ask')?.includes('Once at the end') ? true : undefined,
  );
});

test('an approval is answered from the status bar by keyboard, beside its diff', async () => {
  const { window, place } = demo;
  await runs().waitFor(/Allow\?.*rounding/, 60_000);
  await window.statusBarItem(/Varve: 1 waits/).click();
  await window.quick.waitFor('Allow once');
  await window.quick.filter('diff');
  await window.quick.accept();
  await window.editor.waitForTab(/rounding\.md/);
  await window.quick.waitFor('Allow once');
  await window.screenshot('run-pick-dark');
  for (const theme of ['light', 'high-contrast', 'dark'] as const) {
    await window.quick.cancel();
    await window.setTheme(theme);
    await window.runCommand('Varve: Answer What Waits…');
    await window.quick.waitFor('Allow once');
    await window.screenshot(`run-pick-${theme}`);
  }
  await window.quick.filter('once');
  await window.quick.accept();
  await until('the file is there', async () =>
    (await readFile(join(place.workspace, 'docs/rounding.md'), 'utf8').catch(() => '')) === ''
      ? undefined
      : true,
  );
  await window.terminal.waitForText(/Allow\? .*node --test/, 60_000);
  await pressUntil('y', async () => !(await runs().labels()).some((label) => /Allow\?/.test(label)));
  await runs().waitUntil('done', (rows) => rows.some(({ description }) => /done/.test(description)));
});

test('the session is a document with links, and nothing in it is alive but ours', async () => {
  const { window } = demo;
  await runs().contextMenu(/^Find out how/, 'Open Transcript');
  await window.editor.waitForTab(/Find out how/);
  // Of a long document only what is on screen is drawn.
  await window.editor.waitForText(/It is about src\/fees\.js:1-/);
  await window.screenshots('run-transcript');
});

test('files and conversation go back to before the prompt after their diff was shown, and forth again', async () => {
  const { window, place } = demo;
  const made = () => readFile(join(place.workspace, 'docs/rounding.md'), 'utf8').catch(() => undefined);
  await window.editor.closeAll();
  await runs().contextMenu(/^Find out how/, 'Rewind to Checkpoint…');
  await window.quick.waitFor('Before “Find out how this is rounded”');
  await window.quick.pick(/Before “Find out how/);
  await window.quick.waitFor('Files and conversation');
  await window.quick.pick(/Files and conversation/);
  await window.quick.waitFor('Go back: 1 file · 1 prompt no longer counts');
  await window.page.locator('.multiDiffEntry .monaco-diff-editor').first().waitFor();
  await window.screenshot('run-rewind-dark');
  expect(await made()).toContain('Once at the end');
  await window.quick.pick(/Go back/);
  await until('the file is gone', async () => ((await made()) === undefined ? true : undefined));
  await window.view('Sessions').unfold();
  await window.view('Sessions').contextMenu(/^Find out how/, 'Redo Rewind');
  await window.quick.waitFor('Go back: 1 file');
  await window.quick.pick(/Go back/);
  await until('the file is back', async () => ((await made()) === undefined ? undefined : true));
  await window.view('Sessions').fold();
});

test('a run goes on when its window is gone, is found again, and stops', async () => {
  const { window, place } = demo;
  await window.editor.closeAll();
  await window.runCommand('Varve: Run Agent…');
  await window.quick.answer('ALONE: take your time');
  await runs().waitFor(/Allow\?/, 60_000);
  await runs().inlineAction(/Allow\?/, 'Allow Once');
  await window.terminal.waitForText(/begun/);
  await runs().contextMenu(/^ALONE/, 'Keep Running When This Window Closes');
  await runs().waitUntil('it says so', (rows) =>
    rows.some(({ description }) => /goes on without this window/.test(description)),
  );
  await window.reload();
  await runs().waitFor(/ALONE/, 60_000);
  await runs().waitUntil('it is found', (rows) =>
    rows.some(({ label, description }) => /ALONE/.test(label) && /last word/.test(description)),
  );
  await writeFile(join(place.workspace, 'go-on'), '');
  await until('it went on', async () =>
    (await readFile(join(place.workspace, 'went-on')).catch(() => undefined)) === undefined
      ? undefined
      : true,
  );
  await window.screenshot('run-followed-dark');
  await runs().inlineAction(/ALONE/, 'Stop Run');
  await runs().waitGone(/ALONE/, 60_000);
  await until('nothing of it is left', async () =>
    (await processesWith('sleep 617.5')).length === 0 ? true : undefined,
  );
  await window.view('Sessions').unfold();
  await window.view('Sessions').waitFor(/ALONE/);
});
