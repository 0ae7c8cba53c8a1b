import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { showsProtectedWrite } from '../../../src/agent/guard/command-judging.ts';
import { createProtectedFiles, type ProtectedChange } from '../../../src/agent/guard/protected-files.ts';
import { createProtection } from '../../../src/agent/tools/protected-command.ts';
import { createRunCommandTool } from '../../../src/agent/tools/run-command.ts';
import { createRunningCommands } from '../../../src/agent/tools/running-commands.ts';
import type { ToolContext } from '../../../src/agent/tools/tool.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

let root = '';
let kept: ProtectedChange[] = [];
let expected: (change: ProtectedChange) => boolean = () => false;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'varve-protected-')));
  kept = [];
  expected = () => false;
  for (const folder of ['.claude/rules', '.git/hooks', 'src'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'CLAUDE.md'), 'rules\n');
  await writeFile(join(root, 'src/CLAUDE.md'), 'more\n');
  await writeFile(join(root, '.claude/settings.json'), '{}');
  await writeFile(join(root, '.git/config'), '[core]\n');
});

afterEach(() => rm(root, { recursive: true, force: true }));

function place() {
  const commands = createRunningCommands({ files: nodeFiles, environment: { PATH: process.env['PATH'] } });
  const scope = { files: nodeFiles, root, home: '/home/ada', alsoProtected: [], additionalRoots: [] };
  const protection = createProtection({
    protectedFiles: createProtectedFiles(nodeFiles, root, async () => [join(root, 'src')]),
    handler: {
      isExpected: async (change) => expected(change),
      keep: async (change) => {
        kept.push(change);
        return 'It is kept.';
      },
    },
    isShown: (command) => showsProtectedWrite(scope, command),
  });
  const tool = protection.protect(createRunCommandTool({ commands }));
  const context: ToolContext = {
    root,
    signal: new AbortController().signal,
    onOutput: () => {},
    onProcess: async () => {},
  };
  const run = async (command: string, background = false) => {
    const plan = await tool.plan({ command, background }, context);
    if (!('run' in plan)) throw new Error(plan.text);
    return plan.run(context);
  };
  return { run, protection, commands };
}

const text = (path: string) => readFile(join(root, path), 'utf8');

// None of these names what it writes, so that no rule could have seen it.
const base = 'n=CLAUDE; ';
test.each([
  ['a write', `${base}echo evil > $n.md`, 'CLAUDE.md'],
  ['an append', `${base}echo evil >> $n.md`, 'CLAUDE.md'],
  ['a removal', `${base}rm $n.md`, 'CLAUDE.md'],
  ['a link in its place', `${base}rm $n.md; ln -s /etc/passwd $n.md`, 'CLAUDE.md'],
  ['a directory in its place', `${base}rm $n.md; mkdir $n.md`, 'CLAUDE.md'],
  ['a write through a hard link', `${base}ln $n.md other; echo evil > other`, 'CLAUDE.md'],
  [
    'a write that sets the time back',
    `${base}touch -r $n.md t; echo evils > $n.md; touch -r t $n.md`,
    'CLAUDE.md',
  ],
  ['a folder that memory is known in', `cd src; ${base}echo evil > $n.md`, 'src/CLAUDE.md'],
  ['settings', 'd=.cla; echo evil > "$d"ude/settings.json', '.claude/settings.json'],
  [
    'a folder become a link',
    'd=.cla; mv "$d"ude moved; mkdir e; echo evil > e/settings.json; ln -s e "$d"ude',
    '.claude/settings.json',
  ],
  ['git configuration', 'd=.g; echo evil >> "$d"it/config', '.git/config'],
])('%s is taken back', async (_what, command, path) => {
  const before = await text(path);
  const { run } = place();
  const result = await run(command);
  expect(await text(path)).toBe(before);
  expect((await lstat(join(root, path))).isFile()).toBe(true);
  expect((await lstat(join(root, '.claude'))).isDirectory()).toBe(true);
  expect(result.text).toContain('was taken back. It is kept.');
  expect(kept.some((change) => change.path.startsWith(join(root, path.split('/')[0] ?? '')))).toBe(true);
});

test.each([
  ['a hook', 'd=.g; echo evil > "$d"it/hooks/pre-commit', '.git/hooks/pre-commit'],
  ['a server', 'e=json; echo evil > .mcp.$e', '.mcp.json'],
  ['a task of the editor', 'd=.vs; mkdir "$d"code; echo evil > "$d"code/tasks.json', '.vscode/tasks.json'],
])('%s that was not there goes again', async (_what, command, path) => {
  await place().run(command);
  await expect(lstat(join(root, path))).rejects.toThrow('ENOENT');
  expect(kept.map((change) => Buffer.from(change.after ?? []).toString())).toEqual(['evil\n']);
});

test('mode and a link come back as they were', async () => {
  await chmod(join(root, '.claude/settings.json'), 0o640);
  await place().run('ln -s ../src/CLAUDE.md .git/../.claude/rules/a.md');
  const { run } = place();
  await run('d=.cla; chmod 777 "$d"ude/settings.json; rm "$d"ude/rules/a.md');
  expect((await lstat(join(root, '.claude/settings.json'))).mode & 0o777).toBe(0o640);
  expect(await readlink(join(root, '.claude/rules/a.md'))).toBe('../src/CLAUDE.md');
});

test('what a command shows that it writes was asked for, and stands', async () => {
  const result = await place().run('echo allowed > CLAUDE.md');
  expect(await text('CLAUDE.md')).toBe('allowed\n');
  expect(result.text).not.toContain('taken back');
});

test('what is expected stands, git writing to its own store too', async () => {
  expected = () => true;
  const { run } = place();
  await run('n=CLAUDE; echo other > $n.md; echo ref > .git/HEAD');
  expect(await text('CLAUDE.md')).toBe('other\n');
  expect(await text('.git/HEAD')).toBe('ref\n');
});

test('a person may write between two commands', async () => {
  const { run } = place();
  await run('true');
  await writeFile(join(root, 'CLAUDE.md'), 'by hand\n');
  expect((await run('true')).text).not.toContain('taken back');
  expect(await text('CLAUDE.md')).toBe('by hand\n');
});

test('what goes on in the background is looked at when the next command is called, and at the end', async () => {
  const { run, protection, commands } = place();
  const started = await run('n=CLAUDE; echo evil > $n.md; touch done; sleep 60', true);
  await expect
    .poll(
      () =>
        lstat(join(root, 'done')).then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
  // It may have written before its start was answered: then that answer tells of it.
  expect(started.text + (await run('true')).text).toContain('was taken back');
  expect(await text('CLAUDE.md')).toBe('rules\n');
  await writeFile(join(root, '.mcp.json'), 'evil');
  await commands.endAll();
  expect(await protection.settle()).toEqual([expect.stringContaining('.mcp.json')]);
  await expect(lstat(join(root, '.mcp.json'))).rejects.toThrow('ENOENT');
});
