import { describe, expect, it } from 'vitest';
import { chooseHost, type Machine } from '../../scripts/demo/host-choice.ts';

const about = 'Visual Studio Code 1.120.0\n\nUsage: code [options][paths...]';
const desk: Machine = {
  flags: { headless: false, browser: false },
  environment: { DISPLAY: ':0' },
  platform: 'linux',
  hasTerminal: true,
  isRoot: false,
  code: { path: '/usr/bin/code', version: '1.120.0', about },
};
const kindOf = (changes: Partial<Machine>): string => chooseHost({ ...desk, ...changes }).kind;

describe('where npm start shows the day', () => {
  it('takes a desktop VS Code where there is one', () => {
    expect(kindOf({})).toBe('desktop');
    expect(kindOf({ environment: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe('desktop');
    expect(kindOf({ platform: 'darwin', environment: {} })).toBe('desktop');
  });

  it('stays in the terminal when asked, in CI, and where nobody looks', () => {
    expect(kindOf({ flags: { headless: true, browser: false } })).toBe('headless');
    expect(kindOf({ environment: { DISPLAY: ':0', CI: 'true' } })).toBe('headless');
    expect(kindOf({ environment: {}, hasTerminal: false })).toBe('headless');
  });

  it('takes no code that is old, a fork, or the shim of a remote window', () => {
    const code = { path: '/usr/bin/code', version: '1.100.3', about };
    expect(kindOf({ code })).toBe('download');
    expect(kindOf({ code: { ...code, version: '1.120.0', about: 'Cursor 1.0' } })).toBe('download');
    expect(kindOf({ environment: { DISPLAY: ':0', VSCODE_IPC_HOOK_CLI: '/run/x.sock' } })).toBe('download');
    expect(kindOf({ code: undefined })).toBe('download');
  });

  it('takes the browser for root, over ssh, and when asked', () => {
    expect(kindOf({ isRoot: true })).toBe('browser');
    expect(kindOf({ environment: {} })).toBe('browser');
    expect(kindOf({ platform: 'darwin', environment: { SSH_CONNECTION: '1 2 3 4' } })).toBe('browser');
    expect(kindOf({ flags: { headless: false, browser: true } })).toBe('browser');
  });
});
