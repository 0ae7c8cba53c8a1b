import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { failure, type Result, success } from '../base/result.ts';
import type { ParsedArguments } from './command.ts';
import { nearest } from './nearest.ts';
import { absentOption } from './run/absent-options.ts';

/** Options that take several words until the next option, as `claude` has them. */
export const LISTS: readonly string[] = [
  '--allowedTools',
  '--allowed-tools',
  '--disallowedTools',
  '--disallowed-tools',
  '--tools',
  '--add-dir',
  '--mcp-config',
];

/** Both spellings of `claude`; the first is the one our code asks for. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '--allowed-tools': '--allowedTools',
  '--disallowed-tools': '--disallowedTools',
};

/** Reads arguments strictly; a mistake comes back as a sentence that names what was probably meant. */
export function readArguments(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
): Result<ParsedArguments, string> {
  try {
    const parsed = parseArgs({
      args: joinValues(joinLists(args), options),
      options,
      strict: true,
      allowPositionals: true,
    });
    return success({ values: parsed.values, positionals: parsed.positionals });
  } catch (error) {
    return failure(sentenceFor(error, args, options));
  }
}

/** `--allowedTools A B` becomes `--allowedTools=A --allowedTools=B`. */
function joinLists(args: readonly string[]): string[] {
  const joined: string[] = [];
  let list: string | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg === '--') return [...joined, ...args.slice(index)];
    const [name = '', ...rest] = arg.split('=');
    if (LISTS.includes(name)) {
      list = SPELLINGS[name] ?? name;
      if (rest.length === 0) continue;
      joined.push(`${list}=${rest.join('=')}`);
      list = undefined;
    } else if (list !== undefined && !arg.startsWith('-')) {
      joined.push(`${list}=${arg}`);
    } else {
      list = undefined;
      joined.push(arg);
    }
  }
  return joined;
}

/** `--append-system-prompt "- be brief"`: a value may begin with a dash where it is not an option itself. */
function joinValues(args: readonly string[], options: ParseArgsOptionsConfig): string[] {
  const joined: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--') return [...joined, ...args.slice(index)];
    const next = args[index + 1];
    const takesValue = arg.startsWith('--') && options[arg.slice(2)]?.type === 'string';
    if (takesValue && next?.startsWith('-') && next !== '--' && !isOption(next, options)) {
      joined.push(`${arg}=${next}`);
      index += 1;
    } else joined.push(arg);
  }
  return joined;
}

function isOption(arg: string, options: ParseArgsOptionsConfig): boolean {
  const name = arg.replace(/^--?/, '').split('=', 1)[0] ?? '';
  const known = Object.entries(options).some(([long, { short }]) => name === long || name === short);
  // A word alone is rather a mistyped option than a value.
  return known || /^--?[A-Za-z][\w-]*$/.test(arg);
}

function sentenceFor(error: unknown, args: readonly string[], options: ParseArgsOptionsConfig): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const named = /'(--?[^'\s=<,]+)/.exec(message)?.[1] ?? args.find((arg) => arg.startsWith('-')) ?? '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const absent = 'print' in options ? absentOption(named) : undefined;
    if (absent !== undefined) return absent;
    const meant = nearest(
      named,
      Object.keys(options).map((name) => `--${name}`),
    );
    return `There is no option ${named} here.${meant ? ` Did you mean ${meant}?` : ' See varve --help.'}`;
  }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    const takesValue = options[named.replace(/^--?/, '')]?.type !== 'boolean';
    return takesValue ? `The option ${named} needs a value.` : `The option ${named} takes no value.`;
  }
  return message;
}
