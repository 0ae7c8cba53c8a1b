import { relative, resolve, sep } from 'node:path';
import type { ProjectPlaces } from '../../../agent/history/catalogue/belongs-to.ts';
import {
  isTranscriptState,
  type SessionFilter,
  transcriptStates,
} from '../../../agent/history/catalogue/session-filter.ts';
import { timeSince } from '../../../agent/history/catalogue/since.ts';
import { isSessionTool, sessionTools } from '../../../agent/history/transcript.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { flag, type ParsedArguments, text, texts } from '../../command.ts';
import { nearest } from '../../nearest.ts';
import { type Grouping, groupings } from './session-groups.ts';

/** What `varve sessions` was asked to list. */
export interface ListOptions {
  readonly isAll: boolean;
  readonly query: string | undefined;
  readonly limit: number;
  readonly by: Grouping;
  readonly isJson: boolean;
  /** Without the project and its files. */
  readonly filter: SessionFilter;
  /** As typed. */
  readonly files: readonly string[];
}

const MOST = 100_000;

/** Reads the options; a mistake comes back as a sentence. */
export function readListOptions(args: ParsedArguments, now: number): Result<ListOptions, string> {
  const query = text(args, 'search');
  const limit = Number(text(args, 'limit') ?? (query === undefined ? 50 : 20));
  if (!Number.isInteger(limit) || limit < 1) return failure('--limit is a number from 1 on.');
  const by = text(args, 'by') ?? 'day';
  const grouping = groupings.find((one) => one === by);
  if (grouping === undefined) return failure(mistaken('--by', by, groupings));
  const filter = readFilter(args, now);
  if (!filter.ok) return filter;
  return success({
    isAll: flag(args, 'all'),
    query,
    limit: Math.min(limit, MOST),
    by: grouping,
    isJson: flag(args, 'json'),
    filter: filter.value,
    files: texts(args, 'file'),
  });
}

/** The filter of a project, or of the whole machine where `places` is undefined. */
export function filterOf(
  options: ListOptions,
  cwd: string,
  root: string,
  places?: ProjectPlaces,
): SessionFilter {
  const paths = options.files.map((file) => resolve(cwd, file));
  // The same file of the project in its other working trees, and where the project stood before.
  const elsewhere = paths.flatMap((path) => {
    const inside = relative(root, path);
    if (places === undefined || inside.startsWith('..') || inside === path) return [];
    return places.directories.map((directory) => `${directory}${sep}${inside}`);
  });
  return {
    ...options.filter,
    ...(paths.length > 0 && { files: [...new Set([...paths, ...elsewhere])] }),
    ...(places && { places }),
  };
}

function readFilter(args: ParsedArguments, now: number): Result<SessionFilter, string> {
  const tools = texts(args, 'tool');
  const unknownTool = tools.find((tool) => !isSessionTool(tool));
  if (unknownTool !== undefined) return failure(mistaken('--tool', unknownTool, sessionTools));
  const states = texts(args, 'state');
  const unknownState = states.find((state) => !isTranscriptState(state));
  if (unknownState !== undefined) return failure(mistaken('--state', unknownState, transcriptStates));
  const day = text(args, 'since');
  const since = day === undefined ? undefined : timeSince(day, now);
  if (day !== undefined && since === undefined)
    return failure(`--since is a day (2026-11-01) or an age (12h, 7d, 2w), not "${day}".`);
  const branches = texts(args, 'branch');
  return success({
    ...(tools.length > 0 && { tools: tools.filter(isSessionTool) }),
    ...(states.length > 0 && { states: states.filter(isTranscriptState) }),
    ...(branches.length > 0 && { branches }),
    ...(since !== undefined && { since }),
  });
}

function mistaken(option: string, value: string, choices: readonly string[]): string {
  const meant = choices.find((choice) => choice.startsWith(`${value}-`)) ?? nearest(value, choices);
  return `${option} is one of ${choices.join(', ')}, not "${value}".${meant ? ` Did you mean ${meant}?` : ''}`;
}
