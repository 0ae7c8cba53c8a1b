import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import type { Files } from '../base/files.ts';
import type { Git } from '../base/git.ts';

/** Where a command speaks: data on standard output, talk on standard error. */
export interface Terminal {
  /** Data. Resolves when it was handed to the system; a closed pipe is quiet. */
  out(text: string): Promise<void>;
  /** Talk. */
  say(text: string): void;
  /** True where standard error is a terminal and progress may be drawn. */
  readonly isInteractive: boolean;
  readonly outputIsTerminal: boolean;
  /** Calls back once when nobody reads standard output any more. */
  onClosed(listener: () => void): Disposable;
}

export interface Input {
  /** True where a person sits at standard input: it is not waited for then. */
  readonly isTerminal: boolean;
  /** Everything until its end, at most `maxBytes`; undefined when there is more. */
  readAll(maxBytes: number): Promise<string | undefined>;
  /** Bytes as they are asked for, so that what is not taken yet waits at the sender. */
  pieces(): AsyncIterable<Uint8Array>;
  /** Hands over bytes as they come; `onEnd` once when there are no more. */
  listen(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): Disposable;
}

/** Signals that ask a command to end. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What the door hands in: nothing below asks the process for it. */
export interface CliSurroundings {
  readonly version: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly gitFor: (directory: string) => Git;
  readonly terminal: Terminal;
  readonly input: Input;
  /** From the first listener on, signals no longer end the process by themselves. */
  readonly onEndSignal: (listener: (signal: EndSignal) => void) => Disposable;
  /** Starts a person's editor on the terminal and waits for it; answers its exit code. */
  readonly openEditor: (command: string, path: string) => Promise<number>;
  /** How this program is started again, in a process of its own: what comes before the arguments. */
  readonly program: { readonly command: string; readonly args: readonly string[] };
  /** Loads a module that is no part of this program, by its URL. */
  readonly importModule: (url: string) => Promise<unknown>;
}
