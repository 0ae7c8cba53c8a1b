import type { ParseArgsOptionsConfig } from 'node:util';
import { type PermissionMode, permissionModes } from '../../agent/guard/guard.ts';
import { isSessionId } from '../../agent/session/session-id.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { flag, type ParsedArguments, text, texts } from '../command.ts';
import { nearest } from '../nearest.ts';
import { type OutputFormat, outputFormats } from './run-output.ts';

export interface RunOptions {
  readonly format: OutputFormat;
  /** Absent: that of the session continued, else `default`. */
  readonly permissionMode: PermissionMode | undefined;
  readonly allowedTools: readonly string[];
  readonly disallowedTools: readonly string[];
  readonly model: string | undefined;
  readonly maxTurns: number;
  /** `newest` for --continue. */
  readonly session: { readonly resume: string | 'newest' } | { readonly id: string | undefined };
  readonly appendSystemPrompt: string | undefined;
  readonly control: boolean;
}

/** The part of `claude -p`'s options (2.1.330) that we have. */
export const runOptionsConfig: ParseArgsOptionsConfig = {
  print: { type: 'boolean', short: 'p' },
  'output-format': { type: 'string' },
  'permission-mode': { type: 'string' },
  allowedTools: { type: 'string', multiple: true },
  disallowedTools: { type: 'string', multiple: true },
  model: { type: 'string' },
  'max-turns': { type: 'string' },
  resume: { type: 'string', short: 'r' },
  continue: { type: 'boolean', short: 'c' },
  'session-id': { type: 'string' },
  'append-system-prompt': { type: 'string' },
  verbose: { type: 'boolean' },
  control: { type: 'boolean' },
};

/** Nobody set a limit: high enough for any honest task, low enough to end a loop that goes in circles. */
const DEFAULT_MAX_TURNS = 500;

export function readRunOptions(args: ParsedArguments): Result<RunOptions, string> {
  const format = oneOf('--output-format', text(args, 'output-format') ?? 'text', outputFormats);
  if (!format.ok) return format;
  const mode = text(args, 'permission-mode');
  const permissionMode =
    mode === undefined ? success(undefined) : oneOf('--permission-mode', mode, permissionModes);
  if (!permissionMode.ok) return permissionMode;
  const maxTurns = Number(text(args, 'max-turns') ?? DEFAULT_MAX_TURNS);
  if (!Number.isInteger(maxTurns) || maxTurns < 1) return failure('--max-turns is a number from 1 on.');
  const session = readSessionChoice(args);
  if (!session.ok) return session;
  return success({
    format: format.value,
    permissionMode: permissionMode.value,
    allowedTools: texts(args, 'allowedTools').flatMap(splitRules),
    disallowedTools: texts(args, 'disallowedTools').flatMap(splitRules),
    model: text(args, 'model'),
    maxTurns,
    session: session.value,
    appendSystemPrompt: text(args, 'append-system-prompt'),
    control: flag(args, 'control'),
  });
}

function readSessionChoice(args: ParsedArguments): Result<RunOptions['session'], string> {
  const id = text(args, 'session-id');
  const resume = text(args, 'resume') ?? (flag(args, 'continue') ? 'newest' : undefined);
  if (resume !== undefined && id !== undefined) {
    return failure('--session-id names a new session; it does not go with --resume or --continue.');
  }
  if (resume !== undefined) return success({ resume });
  if (id !== undefined && !isSessionId(id))
    return failure(`--session-id must be a UUID in lower case, not "${id}".`);
  return success({ id });
}

function oneOf<Word extends string>(
  option: string,
  word: string,
  words: readonly Word[],
): Result<Word, string> {
  const found = words.find((one) => one === word);
  if (found !== undefined) return success(found);
  const meant = nearest(word, words);
  return failure(
    `${option} is one of ${words.join(', ')}, not "${word}".${meant ? ` Did you mean ${meant}?` : ''}`,
  );
}

/** `Bash(npm run *), Edit` and `Bash(npm run *) Edit` are two rules: what stands in parentheses is not cut. */
export function splitRules(list: string): readonly string[] {
  const rules: string[] = [];
  let depth = 0;
  let rule = '';
  for (const character of list) {
    if (character === '(') depth += 1;
    if (character === ')') depth = Math.max(0, depth - 1);
    if (depth === 0 && /[\s,]/.test(character)) {
      rules.push(rule);
      rule = '';
    } else rule += character;
  }
  return [...rules, rule].filter((one) => one !== '');
}
