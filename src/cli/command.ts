import type { ParseArgsOptionsConfig } from 'node:util';
import type { CliSurroundings } from './surroundings.ts';

/** `ok` 0, `failed` 1; 130 and 143 say which signal ended it. */
export type ExitCode = 0 | 1 | 130 | 143;

export interface ParsedArguments {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** One command of the terminal. Its file is loaded only when it is called. */
export interface Command {
  readonly name: string;
  /** Behind `Usage: varve `, one line a form. */
  readonly usage: readonly string[];
  readonly summary: string;
  /** Lines under the usage: options and what they do. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  run(cli: CliSurroundings, args: ParsedArguments): Promise<ExitCode>;
}

export function flag(args: ParsedArguments, name: string): boolean {
  return args.values[name] === true;
}

export function text(args: ParsedArguments, name: string): string | undefined {
  const value = args.values[name];
  return typeof value === 'string' ? value : undefined;
}

export function texts(args: ParsedArguments, name: string): readonly string[] {
  const value = args.values[name];
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  return typeof value === 'string' ? [value] : [];
}
