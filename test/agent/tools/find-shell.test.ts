import { describe, expect, it } from 'vitest';
import { findShell } from '../../../src/agent/tools/find-shell.ts';
import { createRunningCommands } from '../../../src/agent/tools/running-commands.ts';
import type { FileStatus } from '../../../src/base/files.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

function among(...paths: readonly string[]) {
  return {
    status: async (path: string): Promise<FileStatus | undefined> =>
      paths.includes(path)
        ? { kind: 'file', size: 1, modified: 0, changed: 0, mode: 0o755, identity: path }
        : undefined,
  };
}

const windows = {
  Path: 'C:\\Windows\\System32;D:\\Tools\\Git\\cmd;relative\\git\\cmd',
  ProgramFiles: 'C:\\Program Files',
  LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local',
};

describe('the shell of commands', () => {
  it('is bash, else sh, of the PATH; never one of the working directory', async () => {
    const find = (path: string, ...there: readonly string[]) =>
      findShell({ platform: 'linux', environment: { PATH: path }, files: among(...there) });
    expect(await find('/opt/bin:/usr/bin', '/usr/bin/sh', '/opt/bin/bash')).toBe('/opt/bin/bash');
    expect(await find('/opt/bin', '/bin/sh')).toBe('/bin/sh');
    expect(await find('.:bin', 'bash', 'bin/bash')).toBeUndefined();
  });

  it('is the one of Git on Windows, wherever Git stands, and never the one of WSL', async () => {
    const find = (...there: readonly string[]) =>
      findShell({ platform: 'win32', environment: windows, files: among(...there) });
    const [beside, usual, own] = [
      'D:\\Tools\\Git\\bin\\bash.exe',
      'C:\\Program Files\\Git\\bin\\bash.exe',
      'C:\\Users\\ada\\AppData\\Local\\Programs\\Git\\usr\\bin\\bash.exe',
    ];
    expect(await find(own, usual, beside)).toBe(beside);
    expect(await find(own, usual)).toBe(usual);
    expect(await find(own)).toBe(own);
    expect(await find('C:\\Windows\\System32\\bash.exe')).toBeUndefined();
  });

  it('is the one that the person names, where it is there', async () => {
    const environment = { VARVE_SHELL: '/opt/dash', PATH: '/bin' };
    const find = (...there: readonly string[]) =>
      findShell({ platform: 'linux', environment, files: among(...there) });
    expect(await find('/opt/dash', '/bin/bash')).toBe('/opt/dash');
    expect(await find('/bin/bash')).toBe('/bin/bash');
  });

  it('is told of in words where there is none', async () => {
    const commands = createRunningCommands({
      files: { ...nodeFiles, ...among() },
      environment: {},
      platform: 'win32',
    });
    const context = {
      root: '/',
      signal: new AbortController().signal,
      onOutput: () => {},
      onProcess: async () => {},
      tell: async () => {},
    };
    expect(await commands.launch('echo hello', context, 'foreground')).toMatchObject({
      ok: false,
      text: expect.stringContaining('install Git for Windows'),
    });
  });
});
