import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CLAUDE_CODE_VERSION } from '../../../claude-code/program.ts';
import type { Workshop } from './workshop.ts';

const LOOKS = 300;
const PAUSE_MS = 100;

/** The program as a person has it, in a terminal of tmux. */
export class Terminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static async open(shop: Workshop): Promise<Terminal> {
    const { home, project } = shop.place;
    // What a person answers once: theme, key and trust.
    const state = {
      hasCompletedOnboarding: true,
      lastOnboardingVersion: CLAUDE_CODE_VERSION,
      theme: 'dark',
      customApiKeyResponses: { approved: ['loopback'], rejected: [] },
      projects: { [project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
    };
    await writeFile(join(home, '.claude.json'), JSON.stringify(state));
    const terminal = new Terminal(join(home, 'tmux'));
    const { environment } = shop.run([]);
    const all = {
      ...environment,
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      TERM: 'xterm',
      LANG: 'C.UTF-8',
    };
    const variables = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    const window = ['-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '40', '-c', project];
    await terminal.#tmux(
      ...window,
      'env',
      '-i',
      ...variables,
      shop.program,
      '--permission-mode=acceptEdits',
      '--allowedTools=Bash',
    );
    return terminal;
  }

  /** Types a line and sends it. */
  async line(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
    // Its first character may show as a mode.
    await this.sees(text.slice(1, 40));
    await this.key('Enter');
  }

  async key(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.#tmux('send-keys', name);
      await wait(PAUSE_MS * 3);
    }
  }

  /** Waits until the screen shows it. */
  async sees(text: string | RegExp): Promise<void> {
    for (let look = 0; look < LOOKS; look += 1) {
      const screen = await this.#tmux('capture-pane', '-p');
      if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return;
      await wait(PAUSE_MS);
    }
    throw new Error(`The terminal never showed ${text}:\n${await this.#tmux('capture-pane', '-p')}`);
  }

  /** What the screen shows of it, as soon as it does. */
  async finds(pattern: RegExp): Promise<readonly string[]> {
    await this.sees(new RegExp(pattern, ''));
    const screen = await this.#tmux('capture-pane', '-p', '-J');
    return [...new Set(screen.match(pattern))];
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => '');
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const run = promisify(execFile)('tmux', ['-S', this.#socket, ...args], {
      env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', LANG: 'C.UTF-8' },
    });
    return (await run).stdout;
  }
}
