// Reviewing where one works, in a real VS Code: threads in the files, diffs that can be edited, records by hand.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictureOnFailure } from '../host/failure-picture.ts';
import { REPOSITORY } from '../host/installed-host.ts';
import { until } from '../host/until.ts';
import { type DemoWindow, openDemoWindow } from './demo-window.ts';

const run = promisify(execFile);
let demo: DemoWindow;
pictureOnFailure(() => demo?.window);

beforeAll(async () => {
  demo = await openDemoWindow({
    prepare: async ({ workspace, environment }) => {
      const env = { ...process.env, ...environment };
      for (const words of [['set-up'], ['capture']])
        await run(process.execPath, [join(REPOSITORY, 'dist/cli.js'), ...words], { cwd: workspace, env });
    },
  });
  // In a browser VS Code saves by itself after a second.
  await demo.window.changeSettings({ 'files.autoSave': 'off' });
  await demo.window.openContainer('Varve');
  await demo.window.widenSideBar(420);
  for (const name of ['Memory', 'Sessions', 'Runs']) await demo.window.view(name).fold();
});
afterAll(() => demo?.close());

const read = (path: string): Promise<string> => readFile(join(demo.place.workspace, path), 'utf8');
const inbox = () => demo.window.view('Inbox');

/** Opens the thread at the margin of the active editor: VS Code folds a new one once more a moment after it came. */
async function openThread(): Promise<void> {
  const marks = demo.window.page.locator(
    '.editor-group-container.active .comment-range-glyph.comment-thread',
  );
  await marks.first().waitFor();
  let steady = 0;
  await until('the thread stays open', async () => {
    const isOpen = await thread().isVisible();
    steady = isOpen ? steady + 1 : 0;
    if (!isOpen) await marks.first().click();
    await demo.window.page.waitForTimeout(100);
    return steady > 5;
  });
}

const thread = () => demo.window.page.locator('.editor-group-container.active .review-widget').first();

test('Enter on a row opens its diff, the focus stays in the Inbox, and the right side can be edited', async () => {
  const { window } = demo;
  await inbox().waitFor(/better-sqlite3/);
  await inbox()
    .row(/better-sqlite3/)
    .focus();
  await inbox().click(/Round once/);
  await window.page.keyboard.press('Enter');
  await window.editor.waitForTab(/round-once.*\(proposed\)/);
  await until('the diff shows nothing on the left and the proposal on the right', async () => {
    const { left, right } = await window.editor.difference();
    return left.trim() === '' && right.includes('Round once');
  });
  expect(await inbox().pane.locator(':focus').count()).toBe(1);
  await window.screenshots('review-inbox');
});

test('edits in the diff that are not saved are asked about: cancelled nothing changes, saved they are accepted', async () => {
  const { window } = demo;
  await window.page
    .locator('.editor.modified .view-line', { hasText: 'Round once at the end.' })
    .last()
    .click();
  await window.page.keyboard.press('ControlOrMeta+End');
  await window.page.keyboard.insertText('\n\nCents only, said the owls.\n');
  await window.editor.titleAction('Accept Proposal');
  await window.page.locator('.monaco-dialog-box').waitFor();
  expect(await window.dialogText()).toContain('not saved');
  await window.answerDialog('Cancel');
  await inbox().waitFor(/Round once/);
  expect(await read('.varve/memory/MEMORY.md')).not.toContain('Round once');
  await window.editor.titleAction('Accept Proposal');
  await window.answerDialog('Save and Accept');
  await inbox().waitGone(/Round once/);
  const accepted = (await readdir(join(demo.place.workspace, '.varve/memory'))).find((name) =>
    name.includes('round-once'),
  );
  expect(await read(`.varve/memory/${accepted}`)).toContain('said the owls');
  expect((await window.editor.tabs()).filter((tab) => tab.includes('round-once'))).toEqual([]);
});

test('a proposal has a thread at its title, collapsed, whose actions review it', async () => {
  const { window } = demo;
  await inbox().inlineAction(/better-sqlite3/, 'Edit Proposal');
  await window.editor.waitForTab(/better-sqlite3/);
  await window.page.locator('.comment-range-glyph.comment-thread').first().waitFor();
  expect(await thread().isVisible()).toBe(false);
  await openThread();
  const said = await thread().innerText();
  expect(said).toContain('Why proposed');
  expect(said).toContain('Before you accept');
  expect(await thread().locator('.review-comment a').count()).toBe(0);
  await window.screenshots('review-thread');
});

test('the index says where each line would stand', async () => {
  const { window } = demo;
  await window.editor.closeAll();
  await window.quick.openFile('MEMORY.md');
  await window.editor.waitForTab('MEMORY.md');
  await openThread();
  const said = await thread().innerText();
  expect(said).toMatch(/\d lines would be added here \(\d+ tokens\)/);
  expect(said).toContain('Add better-sqlite3 for the arrivals log');
  await window.screenshots('review-insertion');
});

test('all that wait are one diff, and why says the risk', async () => {
  const { window } = demo;
  await window.editor.closeAll();
  await inbox().titleAction('Review Proposals');
  await window.editor.waitForTab(/^Review \d+ proposals/);
  await window.page.locator('.multiDiffEntry .monaco-diff-editor').first().waitFor();
  await window.screenshots('review-all');
  await inbox().contextMenu(/better-sqlite3/, 'Why Was This Proposed?');
  await window.quick.waitFor('Why this was proposed');
  for (const theme of ['light', 'high-contrast', 'dark'] as const) {
    await window.quick.cancel();
    await window.setTheme(theme);
    await inbox().contextMenu(/better-sqlite3/, 'Why Was This Proposed?');
    await window.quick.waitFor('Why this was proposed');
    await window.screenshot(`review-why-${theme}`);
  }
  expect(await window.quick.text()).toContain('changes what agents load');
  await window.quick.pick(/Commit: Add better-sqlite3/);
  await window.editor.waitForTab(/\.diff$/);
  await window.editor.waitForText(/^commit [0-9a-f]{40}/m);
});

test('several rows are rejected by one key, and one undo brings them back', async () => {
  const { window } = demo;
  await window.editor.closeAll();
  await inbox().click(/^Release v1\.1\.0/);
  await window.page.keyboard.press('Shift+ArrowDown');
  await window.page.keyboard.press('Delete');
  await inbox().waitGone(/^Release v1\.1\.0/);
  await inbox().waitGone(/^Keep tide times/);
  await inbox().waitFor(/better-sqlite3/);
  await window.runCommand('Varve: Undo Last Memory Change');
  await inbox().waitFor(/^Release v1\.1\.0/);
  await inbox().waitFor(/^Keep tide times/);
});

const lens = (title: string) =>
  demo.window.page.locator('.editor-group-container.active .codelens-decoration a', {
    hasText: new RegExp(`^${title}$`),
  });

test('CodeLens says the same where that is chosen', async () => {
  const { window } = demo;
  await window.changeSettings({ 'files.autoSave': 'off', 'varve.review.inline': 'codeLens' });
  await inbox().waitFor(/better-sqlite3/, 120_000);
  await inbox().inlineAction(/better-sqlite3/, 'Edit Proposal');
  // The editor comes back where it was left, which may be below the lens.
  await window.editor.waitForTab(/better-sqlite3/);
  await window.editor.focus();
  await window.page.keyboard.press('ControlOrMeta+Home');
  await lens('Accept').waitFor();
  await lens('Why').click();
  await window.quick.waitFor('Why this was proposed');
  await window.quick.cancel();
  await window.screenshot('review-codelens');
  await lens('Reject').click();
  await inbox().waitGone(/better-sqlite3/);
  await window.runCommand('Varve: Undo Last Memory Change');
  await inbox().waitFor(/better-sqlite3/);
});

test('a decision, a milestone and a selection are recorded by keyboard alone', async () => {
  const { window } = demo;
  await window.editor.closeAll();
  await window.runCommand('Varve: Record Decision…');
  await window.quick.waitFor('(1/2)');
  await window.quick.answer('Boats are named by their hull number');
  await window.quick.waitFor('(2/2)');
  await window.quick.answer('Names change when boats are sold');
  await window.editor.waitForTab(/decision-boats-are-named/);
  await until('the draft can be accepted', async () =>
    (await inbox().labels()).some((row) => /Boats/.test(row)),
  );
  await window.editor.titleAction('Accept Proposal');
  await inbox().waitGone(/Boats are named/);
  expect(await read('.claude/rules/varve.md')).toContain('Names change when boats are sold');

  await window.quick.openFile('fees.js');
  await window.editor.waitForTab('fees.js');
  // The tab is there before the text is.
  await window.editor.waitForText('return fee');
  await window.editor.focus();
  await window.page.keyboard.press('ControlOrMeta+A');
  await window.statusBarItem(/selected/).waitFor();
  await window.runCommand('Varve: Remember Selection…');
  await window.quick.waitFor('As what should this be remembered');
  await window.quick.pick('Gotcha');
  await window.quick.waitFor('(2/3)');
  await window.quick.cancel();
  expect((await inbox().labels()).some((row) => /Fees/.test(row))).toBe(false);
  await window.runCommand('Varve: Remember Selection…');
  await window.quick.pick('Gotcha');
  await window.quick.answer('Fees are rounded once');
  await window.quick.waitFor('(3/3)');
  await window.quick.answer('');
  await window.editor.waitForTab(/gotcha-fees-are-rounded/);
  await inbox().waitFor(/Fees are rounded once/);
});
