// Child processes of the host: run one to its end, with an environment that an outer npm or VS Code cannot bend.
import { spawn } from 'node:child_process';

export interface Finished {
  readonly code: number;
  /** Standard output and standard error in the order they came. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Hears each piece of output as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a program to its end. Never rejects: a program that cannot start answers code 127 and the reason. */
export function runToEnd(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const hear = (piece: string): void => {
      output += piece;
      options.onOutput?.(piece);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** What npm adds for the script it runs; inherited, it points a nested npm or VS Code at the wrong package. */
const OF_AN_OUTER_NPM =
  /^npm_(package_|lifecycle_|command$|execpath$|node_execpath$|config_(local_prefix|global_prefix|prefix|noproxy|dry_run|omit|ignore_scripts)$)/i;
/** Variables of an outer VS Code or Electron: they would redirect ours to that window. */
const OF_AN_OUTER_EDITOR = /^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/;

/** For a nested `npm`: registry, proxy and cache settings stay, what belongs to the outer script goes. */
export function environmentForNpm(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...without(process.env, OF_AN_OUTER_NPM), ...extra };
}

/** For VS Code: nothing of an outer editor and nothing of npm. */
export function environmentForEditor(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...without(without(process.env, OF_AN_OUTER_EDITOR), /^npm_/i), ...extra };
}

function without(environment: NodeJS.ProcessEnv, pattern: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !pattern.test(name)));
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
