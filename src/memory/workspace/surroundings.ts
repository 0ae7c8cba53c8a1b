import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import type { RunTimes } from './run-times.ts';
import type { UnsavedFiles } from './unsaved-files.ts';

/** What a door hands in to open a workspace: nothing below asks the process for it. */
export interface WorkspaceSurroundings {
  /** Absolute path of the folder that was opened. */
  readonly folder: string;
  readonly files: Files;
  readonly gitFor: (directory: string) => Git;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly random: (count: number) => Uint8Array;
  /** False in Restricted Mode: tree and preview only, no process, no write, nothing outside the folder. */
  readonly trusted: boolean;
  readonly unsavedFiles: UnsavedFiles;
  readonly runTimes: RunTimes;
  /** Where managed memory stands; the system's own place unless told. */
  readonly managedDirectory?: string;
  /** Settles an ambiguous identity: a project id or `new`. */
  readonly choose?: string;
  /** Something went wrong in the background that a log should hold. */
  readonly onError?: (error: unknown) => void;
}
