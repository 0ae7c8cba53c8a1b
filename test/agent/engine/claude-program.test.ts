import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claudeArguments, claudeEnvironment } from '../../../src/agent/engine/claude/claude-arguments.ts';
import { findClaude } from '../../../src/agent/engine/claude/claude-program.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

async function makeHome(): Promise<string> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'varve-find-')));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

async function install(directory: string, said: string, status = 0): Promise<string> {
  const path = join(directory, 'claude');
  await mkdir(directory, { recursive: true });
  await writeFile(path, `#!/bin/sh\necho '${said}'\nexit ${status}\n`);
  await chmod(path, 0o755);
  return path;
}

const find = (home: string, path: string) =>
  findClaude({
    files: nodeFiles,
    environment: { PATH: `${path}:/usr/bin:/bin`, CLAUDECODE: '1' },
    homeDirectory: home,
    platform: 'linux',
  });

describe.skipIf(process.platform === 'win32')('the installed Claude Code', () => {
  it('is found in PATH before the places of its installers, and never in a relative directory', async () => {
    const home = await makeHome();
    expect(await find(home, '')).toMatchObject({ ok: false, error: { kind: 'not-found' } });
    await install(join(home, 'versions'), '2.1.330 (Claude Code)');
    await mkdir(join(home, '.local/bin'), { recursive: true });
    await symlink(join(home, 'versions/claude'), join(home, '.local/bin/claude'));
    expect(await find(home, 'bin')).toMatchObject({
      ok: true,
      value: { path: join(home, '.local/bin/claude'), version: '2.1.330' },
    });
    const named = await install(join(home, 'named'), '2.2.0 (Claude Code)');
    expect(await find(home, join(home, 'named'))).toEqual({
      ok: true,
      value: { path: named, version: '2.2.0' },
    });
  });

  it.each([
    ['1.9.99 (Claude Code)', 0, 'too-old'],
    ['2.1.329 (Claude Code)', 0, 'too-old'],
    ['claude, the cloud editor 3.0.0', 0, 'unusable'],
    ['2.1.330 (Claude Code)', 1, 'unusable'],
  ])('is not used when it says "%s" and exits with %i', async (said, status, kind) => {
    const home = await makeHome();
    await install(join(home, '.claude/local'), said, status);
    expect(await find(home, '')).toMatchObject({ ok: false, error: { kind } });
  });
});

describe('how Claude Code is started', () => {
  it('gets the environment of the person, not of a session it was started from', () => {
    const environment = claudeEnvironment({
      PATH: '/bin',
      CLAUDE_CONFIG_DIR: '/c',
      CLAUDE_CODE_USE_BEDROCK: '1',
      ANTHROPIC_API_KEY: 'mine',
      CLAUDECODE: '1',
      CLAUDE_CODE_CHILD_SESSION: '1',
      CLAUDE_CODE_SESSION_ID: 'x',
      CLAUDE_CODE_ENTRYPOINT: 'cli',
      ELECTRON_RUN_AS_NODE: '1',
      VARVE_MODEL_BASE_URL: 'http://elsewhere',
      VSCODE_PID: '1',
    });
    expect(environment).toEqual({
      PATH: '/bin',
      CLAUDE_CONFIG_DIR: '/c',
      CLAUDE_CODE_USE_BEDROCK: '1',
      ANTHROPIC_API_KEY: 'mine',
    });
  });

  it('never gets the prompt as an argument, nor a model that is none of its own', () => {
    const task = {
      prompt: 'a secret prompt',
      cwd: '/demo',
      permissionMode: 'plan',
      allowedTools: ['Bash(a *)'],
      resume: 'id',
      fork: true,
      budget: { turns: 3, usd: 0.5, tokens: 9 },
    } as const;
    const args = claudeArguments({ ...task, model: 'qwen3:8b' }, ['Edit(./src/**)']);
    expect(args.join(' ')).not.toContain('secret');
    expect(args.join(' ')).not.toContain('qwen3');
    expect(args.slice(7)).toEqual([
      '--permission-mode=plan',
      '--allowedTools=Bash(a *)',
      '--allowedTools=Edit(./src/**)',
      '--resume=id',
      '--fork-session',
      '--max-turns=3',
      '--max-budget-usd=0.5',
    ]);
    for (const model of ['claude-sonnet-5-5', 'opus'])
      expect(claudeArguments({ ...task, model }, [])).toContain(`--model=${model}`);
  });
});
