import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox } from '../../../src/agent/sandbox/create-sandbox.ts';
import { findSandboxRuntime } from '../../../src/agent/sandbox/find-runtime.ts';
import type { Sandbox } from '../../../src/agent/sandbox/sandbox.ts';
import { sandboxPolicy } from '../../../src/agent/sandbox/sandbox-policy.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { startProcess } from '../../../src/base/process.ts';

const runtime = resolve('node_modules/@anthropic-ai/sandbox-runtime/dist/index.js');
const environment = { PATH: process.env['PATH'] };

let place = '';
let sandbox: Sandbox;
let reason = '';

/** Whether the system lets programs be confined at all: only then can an escape be tried. */
const canRun =
  process.platform === 'linux' ? has('bwrap') && has('socat') && has('rg') : process.platform === 'darwin';

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  // Not below the temporary directory that commands may write to.
  const base = await realpath(await mkdtemp(join(tmpdir(), 'varve-sandbox-')));
  place = base;
  for (const folder of ['root/.git/hooks', 'home/.ssh', 'state', 'tmp', 'outside'])
    await mkdir(join(base, folder), { recursive: true });
  await writeFile(join(base, 'root/CLAUDE.md'), 'rules\n');
  await writeFile(join(base, 'root/.git/config'), '[core]\n');
  await writeFile(join(base, 'home/.ssh/id_test'), 'a private key\n');
  await writeFile(join(base, 'home/.env'), 'a secret of home\n');
  await writeFile(join(base, 'state/project.json'), 'state of varve\n');
  await symlink(join(base, 'outside'), join(base, 'root/way-out'));
  if (!canRun) return;
  sandbox = await createSandbox({
    files: nodeFiles,
    environment,
    setting: 'auto',
    platform: process.platform,
    runtime,
    importModule: (url) => import(url),
    policy: sandboxPolicy({
      root: join(base, 'root'),
      additionalRoots: [],
      memoryFolders: [],
      home: join(base, 'home'),
      varveHome: join(base, 'state'),
      temporary: join(base, 'tmp'),
      hosts: [],
    }),
  });
  reason = sandbox.state.reason;
}, 120_000);

afterAll(async () => {
  await sandbox?.dispose();
  await rm(place, { recursive: true, force: true });
});

async function run(command: string): Promise<{ code: number | null; output: string }> {
  const cwd = join(place, 'root');
  const program = await sandbox.wrap({ command: 'bash', args: ['-c', command] }, cwd);
  let output = '';
  const { exit } = startProcess({
    command: program.command,
    args: program.args,
    cwd,
    environment: { ...environment, ANTHROPIC_API_KEY: undefined, ...program.environment },
    onOutput: (_, bytes) => {
      output += Buffer.from(bytes).toString('utf8');
    },
  });
  const { code } = await exit;
  await sandbox.tidy();
  return { code, output };
}

describe('a confined command', () => {
  test('is confined, or it is said why not', ({ skip }) => {
    if (!canRun) skip('bubblewrap, socat or ripgrep is not installed here');
    if (!sandbox.state.on) skip(`no sandbox here: ${reason}`);
    expect(sandbox.state.on).toBe(true);
  });

  test.each([
    ['writes a file of the workspace', 'echo a > file && cat file', 'a'],
    ['writes temporary files', 'echo t > ../tmp/file && cat ../tmp/file', 't'],
    ['takes odd words as they are', `printf '%s' "it's \\"a\\" \\$b"`, `it's "a" $b`],
  ])('%s', { timeout: 60_000 }, async (_what, command, expected) => {
    if (!canRun || !sandbox.state.on) return;
    expect((await run(command)).output.trim()).toBe(expected);
  });

  test.each([
    ['through the parent', 'echo evil > ../outside/file', 'outside/file'],
    ['through a link', 'echo evil > way-out/file', 'outside/file'],
    ['through a link it makes', 'ln -s ../outside mine; echo evil > mine/file', 'outside/file'],
    ['by a hard link', 'ln ../home/.env here; echo evil > here', 'outside/file'],
    ['into a hook', 'echo evil > .git/hooks/pre-commit', 'root/.git/hooks/pre-commit'],
    ['into the state of Varve', 'echo evil > ../state/evil', 'state/evil'],
    [
      'by moving a directory away',
      'mv .git/hooks x; mkdir -p .git/hooks; echo evil > .git/hooks/pre-commit',
      'root/.git/hooks/pre-commit',
    ],
  ])('does not write %s', { timeout: 60_000 }, async (_way, command, path) => {
    if (!canRun || !sandbox.state.on) return;
    await run(command);
    await expect(lstat(join(place, path))).rejects.toThrow('ENOENT');
    expect(await readFile(join(place, 'home/.env'), 'utf8')).toBe('a secret of home\n');
  });

  test.each([
    [
      'what agents obey',
      'echo evil > CLAUDE.md; rm -f CLAUDE.md; mv other CLAUDE.md',
      'root/CLAUDE.md',
      'rules\n',
    ],
    [
      'git configuration',
      'git config core.pager evil; echo evil >> .git/config',
      'root/.git/config',
      '[core]\n',
    ],
  ])('does not change %s', { timeout: 60_000 }, async (_what, command, path, before) => {
    if (!canRun || !sandbox.state.on) return;
    await run(command);
    expect(await readFile(join(place, path), 'utf8')).toBe(before);
  });

  test.each([
    ['keys', 'cat ../home/.ssh/* ../home/.env', ['private key', 'secret of home']],
    ['the state of Varve', 'cat ../state/*', ['state of varve']],
    [
      'what other processes were given',
      'cat /proc/[0-9]*/environ; cat /proc/$PPID/environ',
      ['a key of the parent'],
    ],
    ['the network', 'exec 3<>/dev/tcp/127.0.0.1/22 && echo reached', ['reached']],
  ])('does not reach %s', { timeout: 60_000 }, async (_what, command, secrets) => {
    if (!canRun || !sandbox.state.on) return;
    process.env['VARVE_TEST_SECRET'] = 'a key of the parent';
    const { output } = await run(command);
    delete process.env['VARVE_TEST_SECRET'];
    for (const secret of secrets) expect(output).not.toContain(secret);
  });

  test('leaves nothing of the sandbox in the work tree', { timeout: 60_000 }, async () => {
    if (!canRun || !sandbox.state.on) return;
    await run('true');
    const names = await readdir(join(place, 'root'));
    expect(names.filter((name) => name.startsWith('.')).sort()).toEqual(['.git']);
  });
});

describe('where there is none, it is said', () => {
  const policy = sandboxPolicy({
    root: '/w',
    additionalRoots: ['/more'],
    memoryFolders: ['/w/src'],
    home: '/home/ada',
    varveHome: '/home/ada/.varve',
    temporary: '/tmp',
    hosts: ['example.com'],
  });
  const importModule = (url: string): Promise<unknown> => import(url);
  const about = { files: nodeFiles, environment, policy, importModule };
  const options = { ...about, platform: 'linux', runtime: undefined } as const;

  test.each([
    ['switched off', { ...options, setting: 'off' }, 'switched off'],
    ['another system', { ...options, setting: 'auto', platform: 'win32' }, 'none for win32'],
    ['not installed', { ...options, setting: 'on' }, 'npm install'],
    [
      'another package',
      { ...options, setting: 'auto', runtime: resolve('src/base/hash.ts') },
      'could not be started',
    ],
  ] as const)('%s', async (_why, given, said) => {
    const none = await createSandbox(given);
    expect(none.state).toEqual({ on: false, reason: expect.stringContaining(said) });
    const program = { command: 'a', args: ['b'] };
    expect(await none.wrap(program, '/')).toBe(program);
  });

  test('the policy holds back keys, state and what steers agents', () => {
    expect(policy.filesystem.allowWrite).toEqual(['/w', '/more', '/tmp']);
    expect(policy.filesystem.denyRead).toEqual(
      expect.arrayContaining(['/home/ada/.ssh', '/home/ada/.varve', '/home/ada/.env']),
    );
    expect(policy.filesystem.denyWrite).toEqual(
      expect.arrayContaining([
        '/w/CLAUDE.md',
        '/w/.git/hooks',
        '/more/.claude',
        '/w/src/AGENTS.md',
        '/home/ada/.varve',
      ]),
    );
    expect(policy.network.allowedDomains).toEqual(['example.com']);
  });
});

test('the runtime is never one of the project', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-runtime-')));
  const make = async (directory: string) => {
    const at = join(directory, 'node_modules/@anthropic-ai/sandbox-runtime');
    await mkdir(join(at, 'dist'), { recursive: true });
    await writeFile(join(at, 'package.json'), '{"name":"@anthropic-ai/sandbox-runtime"}');
    await writeFile(join(at, 'dist/index.js'), '');
    await writeFile(join(at, 'dist/cli.js'), '');
    return at;
  };
  try {
    const project = await make(join(root, 'project'));
    const global = await make(join(root, 'global'));
    await mkdir(join(root, 'bin'));
    await mkdir(join(root, 'project/bin'));
    await symlink(join(global, 'dist/cli.js'), join(root, 'bin/srt'));
    await symlink(join(project, 'dist/cli.js'), join(root, 'project/bin/srt'));
    const find = (searchPath: readonly string[]) =>
      findSandboxRuntime(nodeFiles, {
        varveHome: join(root, 'state'),
        root: join(root, 'project'),
        searchPath,
      });
    expect(await find(['.', join(root, 'project/bin')])).toBeUndefined();
    await mkdir(join(root, 'other/node_modules/.bin'), { recursive: true });
    await symlink(join(global, 'dist/cli.js'), join(root, 'other/node_modules/.bin/srt'));
    expect(await find([join(root, 'other/node_modules/.bin')])).toBeUndefined();
    expect(await find([join(root, 'project/bin'), join(root, 'bin')])).toBe(join(global, 'dist/index.js'));
    await make(join(root, 'state/sandbox'));
    expect(await find([join(root, 'bin')])).toContain('state/sandbox');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
