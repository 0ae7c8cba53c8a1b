// The whole day as a person lives it, in a real VS Code with the packaged extension. The pictures in the README are taken here.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { snapshotTree } from '../fakes/snapshot-tree.ts';
import { pictureOnFailure } from '../host/failure-picture.ts';
import { killExtensionHost, processesWith } from '../host/processes.ts';
import { until } from '../host/until.ts';
import { type DemoWindow, openDemoWindow } from './demo-window.ts';

const run = promisify(execFile);

let demo: DemoWindow;
let untouched: ReadonlyMap<string, string>;

pictureOnFailure(() => demo?.window);

beforeAll(async () => {
  demo = await openDemoWindow();
  untouched = await snapshotTree(demo.place.workspace);
  await demo.window.openContainer('Varve');
  await demo.window.widenSideBar(460);
});

afterAll(() => demo?.close());

async function git(...args: readonly string[]): Promise<string> {
  return (await run('git', ['-C', demo.place.workspace, ...args])).stdout;
}

async function read(path: string): Promise<string> {
  return readFile(join(demo.place.workspace, path), 'utf8');
}

const views = ['Memory', 'Inbox', 'Sessions', 'Runs'] as const;

/** Gives a view the whole side bar: rows below the fold are not drawn. */
async function look(name: (typeof views)[number]) {
  for (const other of views) if (other !== name) await demo.window.view(other).fold();
  const view = demo.window.view(name);
  await view.unfold();
  return view;
}

async function unfoldAll(): Promise<void> {
  for (const name of views) await demo.window.view(name).unfold();
}

test('see: the Memory view shows scopes, files, sections and entries with tokens', async () => {
  const memory = await look('Memory');
  await memory.expand('User');
  await memory.expand('Project', 'AGENTS.md', 'Working on harbor', 'Commands');
  const rows = await memory.waitUntil('entries', (seen) =>
    seen.some((row) => row.label.startsWith('Run the tests with')),
  );
  const labels = rows.map((row) => row.label);
  expect(labels).toEqual(expect.arrayContaining(['User', 'Project', 'AGENTS.md', 'Rules']));
  expect(await memory.message()).toMatch(/tokens load here/);
  await demo.window.screenshots('memory');
  await unfoldAll();
});

test('see: a file changed on disk appears, also in a directory made a moment ago', async () => {
  const memory = await look('Memory');
  await writeFile(join(demo.place.workspace, '.claude/rules/weather.md'), '- Ask the lighthouse first.\n');
  await memory.expand('Rules');
  await memory.waitFor(/weather\.md/);
  await mkdir(join(demo.place.workspace, 'pier/east'), { recursive: true });
  await writeFile(join(demo.place.workspace, 'pier/east/CLAUDE.md'), '- The east pier is made of oak.\n');
  await memory.expand('Folders');
  await memory.waitFor(/pier\/east/);
  await run('rm', [
    '-r',
    join(demo.place.workspace, 'pier'),
    join(demo.place.workspace, '.claude/rules/weather.md'),
  ]);
  await memory.waitGone(/weather\.md/);
  await unfoldAll();
});

test('see: the effective memory of the active file is one ordered document', async () => {
  await demo.window.quick.openFile('fees.test.js');
  await demo.window.editor.waitForTab('fees.test.js');
  await demo.window.runCommand('Varve: Show Effective Memory');
  await demo.window.editor.waitForTab(/Effective/);
  await demo.window.screenshots('effective');
  const text = await demo.window.editor.text();
  const order = [
    'Answer in short sentences',
    'Plans berths, fees and tides',
    'Amounts are whole cents',
    'Say harbor, not marina',
    'Tests use node:test',
  ];
  const places = order.map((line) => text.indexOf(line));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(text).toMatch(/tokens/);
});

test('see: a CLAUDE.md previews in VS Code’s own preview', async () => {
  await demo.window.view('Memory').inlineAction('CLAUDE.md', 'Preview');
  await demo.window.editor.waitForTab(/Preview CLAUDE\.md/);
  await demo.window.webview().locator('h1').first().waitFor();
  await demo.window.editor.closeAll();
});

test('set up: the exact diff is shown before one click, and nothing was written before', async () => {
  const { window, place } = demo;
  for (const theme of ['light', 'high-contrast'] as const) {
    await window.setTheme(theme);
    await answerSetUp();
    await window.screenshot(`set-up-${theme}`);
    await window.quick.cancel();
    await window.editor.waitForTabsGone();
  }
  await window.setTheme('dark');
  await answerSetUp();
  await window.screenshot('set-up-dark');
  expect(await snapshotTree(place.workspace)).toEqual(untouched);
  await window.quick.pick(/Write \d+ files/);
  await until('set-up is on disk', async () => (await read('AGENTS.md')).includes('varve:begin'));
});

/** Answers the three questions; the diff and the last question stand there afterwards. */
async function answerSetUp(): Promise<void> {
  const { window } = demo;
  await window.runCommand('Varve: Set Up Memory in This Workspace');
  await window.quick.waitFor('Where should the memory');
  await window.quick.pick(/This repository/);
  await window.quick.waitFor('Who should read');
  await window.quick.accept();
  await window.quick.waitFor('What should happen');
  await window.quick.pick(/Save as proposed/);
  await window.quick.waitFor('Nothing was written yet');
}

test('save: the history is offered as proposals with a badge, and no model was called', async () => {
  const { window, model } = demo;
  const inbox = await look('Inbox');
  const rows = await inbox.waitUntil(
    'six proposals',
    (seen) => seen.filter((row) => row.level === 2).length === 6,
  );
  const labels = rows.map((row) => row.label).join('\n');
  expect(labels).toMatch(/better-sqlite3/);
  expect(labels).toMatch(/[Rr]ound/);
  expect(labels).toMatch(/1\.0\.0/);
  expect(labels).toMatch(/UTC/);
  await window.waitForBadge('Varve', '6');
  expect(model.requests).toEqual([]);
  await window.screenshots('inbox');
});

test('save: a commit made now is proposed by itself', async () => {
  const { place } = demo;
  await writeFile(join(place.workspace, 'docs/signals.md'), '# Signals\n');
  await git('add', 'docs/signals.md');
  await git(
    'commit',
    '-q',
    '-m',
    'Use flags instead of lamps for berth signals\n\nWe use flags instead of lamps because lamps blind the night watch.',
  );
  await (await look('Inbox')).waitFor(/flags/, 60_000);
});

test('review: accept, edit, reject and undo, each inline', async () => {
  const { window } = demo;
  const inbox = await look('Inbox');
  await inbox.inlineAction(/^Round once/, 'Accept Proposal');
  await inbox.waitGone(/^Round once/);
  expect(await read('.varve/memory/MEMORY.md')).toMatch(/Round once/);
  expect(await read('.claude/rules/varve.md')).toMatch(/Round once/);

  await inbox.inlineAction(/flags/, 'Edit Proposal');
  await window.editor.waitForTab(/decision-.*flags.*\.md/);
  const text = await window.editor.text();
  await window.editor.replaceText(text.replaceAll('night watch', 'night watch and the owls'));
  await window.editor.save();
  await until('the edit is saved', async () =>
    (await proposalTexts()).some((saved) => saved.includes('night watch and the owls')),
  );
  await inbox.inlineAction(/flags/, 'Accept Proposal');
  await inbox.waitGone(/flags/);
  await until('the person’s words are delivered', async () =>
    (await read('.claude/rules/varve.md')).includes('owls'),
  );

  await inbox.inlineAction(/better-sqlite3/, 'Reject Proposal');
  await inbox.waitGone(/better-sqlite3/);
  await window.runCommand('Varve: Undo Last Memory Change');
  await inbox.waitFor(/better-sqlite3/);

  // By keyboard: the row in focus, not the one that was clicked nor the file that stands in the editor.
  await inbox.click(/better-sqlite3/);
  await window.editor.waitForTab(/better-sqlite3/);
  await inbox.waitFor(/v1\.0\.0/);
  await window.page.keyboard.press('ArrowUp');
  await window.page.keyboard.press('Delete');
  await inbox.waitGone(/v1\.0\.0/);
  expect((await inbox.labels()).join('\n')).toMatch(/better-sqlite3/);
  await window.runCommand('Varve: Undo Last Memory Change');
  await inbox.waitFor(/v1\.0\.0/);

  const memory = await look('Memory');
  await memory.waitFor('Decisions');
  await memory.expand('Decisions');
  await memory.waitFor(/flags/);
  await window.runCommand('Varve: Show Effective Memory');
  await window.editor.waitForTab(/Effective/);
  await window.screenshots('review');
  expect(await window.editor.text()).toContain('owls');
  await window.editor.closeAll();
});

test('save: where memory is set up, a commit is noticed before any view of Varve is opened', async () => {
  const { window, place } = demo;
  const before = Number(await window.badge('Varve'));
  // VS Code notes which container is open a little after it opened: a reload before that brings back the one before.
  await until('the window comes back without a view of Varve', async () => {
    await window.openContainer('Explorer');
    await window.reload();
    await window.waitForIcon('Varve');
    return !(await window.isOpen('Varve'));
  });
  await window.waitForBadge('Varve', String(before));
  await writeFile(join(place.workspace, 'docs/moorings.md'), '# Moorings\n');
  await git('add', 'docs/moorings.md');
  await git('commit', '-q', '-m', 'Use ropes instead of chains for moorings because chains scrape the quay');
  await window.waitForBadge('Varve', String(before + 1));
  await window.openContainer('Varve');
  const inbox = await look('Inbox');
  await inbox.inlineAction(/ropes/, 'Reject Proposal');
  await inbox.waitGone(/ropes/);
});

test('run: an agent works with this memory, asks before the first command and write, and shows its diff', async () => {
  const { window, model } = demo;
  await unfoldAll();
  await startRun('Find out why the test of the week discount fails and fix it');
  const runs = window.view('Runs');
  await runs.waitFor(/Allow\?/, 60_000);
  expect(await read('src/fees.js')).toContain('for (let night');
  await window.screenshots('run-approval');
  await window.terminal.waitForText(/Allow\?/);
  await runs.inlineAction(/Allow\?/, 'Allow Once');
  await runs.waitFor(/Allow\?.*fees/, 60_000);
  await runs.inlineAction(/Allow\?.*fees/, 'Show Diff');
  await until('the diff shows both sides', async () => {
    const { left, right } = await window.editor.difference();
    return left.includes('for (let night') && right.includes('return Math.round(');
  });
  await window.screenshots('run-diff');
  await runs.inlineAction(/Allow\?.*fees/, 'Allow Once');
  await answerApprovals(/done/);
  expect(await read('src/fees.js')).not.toContain('for (let night');
  const first = JSON.stringify(model.requests[0]?.body);
  expect(first).toContain('owls');
  expect(first).toContain('Amounts are whole cents');
  const text = await window.terminal.waitForText(/followed the recorded decision/);
  expect(text).toMatch(/tests are green/);
  const row = (await runs.rows()).find((each) => /discount/.test(each.label));
  expect(row?.description).toMatch(/turns.*tokens/);
  await window.screenshots('run-done');
});

test('run: stop works at any moment', async () => {
  await git('checkout', '-q', '--', 'src/fees.js');
  await startRun('Again: why does the test fail? Fix it');
  const runs = demo.window.view('Runs');
  await runs.waitFor(/Allow\?/, 60_000);
  await runs.inlineAction(/^Again/, 'Stop Run');
  await runs.waitUntil('stopped', (rows) =>
    rows.some((row) => /^Again/.test(row.label) && /stopped/.test(row.description)),
  );
  await noChildLeft();
});

test('survive: the child is killed in the middle; Sessions offers it and nothing is done twice', async () => {
  await startRun('After the storm: why does the test fail? Fix it');
  const runs = demo.window.view('Runs');
  await runs.waitFor(/Allow\?/, 60_000);
  for (const child of await children()) process.kill(child, 'SIGKILL');
  await runs.waitUntil('ended', (rows) =>
    rows.some((row) => /storm/.test(row.label) && /interrupted|failed/.test(row.description)),
  );
  await resumeFromSessions(/storm/);
  await answerApprovals(/done/);
  expect(await read('src/fees.js')).not.toContain('for (let night');
});

test('survive: the extension host is killed in the middle; after the reload the session goes on', async () => {
  await git('checkout', '-q', '--', 'src/fees.js');
  await startRun('Through the fog: why does the test fail? Fix it');
  await demo.window.view('Runs').waitFor(/Allow\?/, 60_000);
  await killExtensionHost(demo.server);
  await until('no run is left without its editor', async () => (await children()).length === 0, 60_000);
  await demo.window.reload();
  await demo.window.openContainer('Varve');
  await resumeFromSessions(/fog/);
  await answerApprovals(/done/);
  expect(await read('src/fees.js')).not.toContain('for (let night');
  await demo.window.screenshots('sessions');
  await noChildLeft();
});

test('set up: removal restores the repository byte for byte', async () => {
  const { window, place } = demo;
  await window.runCommand('Varve: Remove Varve from This Workspace');
  await window.quick.waitFor('Nothing was written yet');
  await window.quick.pick(/Write \d+ files/);
  const changedByTheDay = new Set(['docs/signals.md', 'docs/moorings.md', 'src/fees.js']);
  const without = (tree: ReadonlyMap<string, string>) =>
    [...tree].filter(([path]) => !changedByTheDay.has(path));
  // Directories that only Varve filled go after their last file.
  await window.editor.waitForTabsGone();
  await until('it is gone', () => !existsSync(join(place.workspace, '.varve')));
  expect(without(await snapshotTree(place.workspace))).toEqual(without(untouched));
});

test('nothing beyond loopback was asked for', () => {
  expect(demo.browser.blocked).toEqual([]);
});

async function proposalTexts(): Promise<readonly string[]> {
  const directory = join(demo.place.workspace, '.varve/proposed');
  return Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8')));
}

async function startRun(task: string): Promise<void> {
  await demo.window.runCommand('Varve: Run Agent…');
  await demo.window.quick.waitFor('What should it do?');
  await demo.window.quick.answer(task);
}

/** Allows whatever is asked until the run's row says how it ended. */
async function answerApprovals(end: RegExp): Promise<void> {
  const runs = demo.window.view('Runs');
  await until(
    'the run ends',
    async () => {
      const rows = await runs.rows();
      if (rows.some((row) => /Allow\?/.test(row.label)))
        await runs.inlineAction(/Allow\?/, 'Allow Once', 2_000).catch(() => undefined);
      return rows.length > 0 && end.test(rows[0]?.description ?? '');
    },
    90_000,
  );
}

async function resumeFromSessions(title: RegExp): Promise<void> {
  const sessions = demo.window.view('Sessions');
  await sessions.waitUntil(
    'interrupted',
    (rows) => rows.some((row) => title.test(row.label) && /interrupted/.test(row.description)),
    60_000,
  );
  await sessions.inlineAction(title, 'Resume');
}

/** Run processes of this window, found by the program they run. */
async function children(): Promise<readonly number[]> {
  const all = await processesWith(demo.place.root);
  // Runs alone: what lists the sessions for the editor goes on with it.
  return all.filter(({ text }) => /cli\.js/.test(text) && /--control/.test(text)).map(({ pid }) => pid);
}

async function noChildLeft(): Promise<void> {
  await until('no run process is left', async () => (await children()).length === 0);
}
