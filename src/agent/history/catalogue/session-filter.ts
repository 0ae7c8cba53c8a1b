import type { SessionRow } from '../session-row.ts';
import type { SessionTool, TranscriptState } from '../transcript.ts';
import { belongsTo, comparable, isBelow, type ProjectPlaces } from './belongs-to.ts';

/** What is asked of a row. Within one list any member will do; everything that is given must hold. */
export interface SessionFilter {
  readonly tools?: readonly SessionTool[];
  /** By name, whole. */
  readonly branches?: readonly string[];
  /** Files or directories the session wrote to: absolute, or the end of a path as far as a separator. */
  readonly files?: readonly string[];
  readonly states?: readonly TranscriptState[];
  /** Last changed at this time or later; milliseconds since the epoch. */
  readonly since?: number;
  /** True: what subagents did stands under whoever sent them, and is left out. */
  readonly withoutSubagents?: boolean;
  readonly places?: ProjectPlaces;
}

const states: Readonly<Record<TranscriptState, true>> = {
  running: true,
  waiting: true,
  done: true,
  stopped: true,
  interrupted: true,
  failed: true,
};
export const transcriptStates = Object.keys(states) as readonly TranscriptState[];

export function isTranscriptState(word: string): word is TranscriptState {
  return Object.hasOwn(states, word);
}

/** Pure. Whether a session was worked on by what the filter says. */
export function passes(row: SessionRow, filter: SessionFilter): boolean {
  const { tools, branches, files, states: wanted, since, places } = filter;
  if (tools !== undefined && !tools.includes(row.tool)) return false;
  if (wanted !== undefined && !wanted.includes(row.state)) return false;
  if (filter.withoutSubagents && row.lineage?.how === 'subagent') return false;
  if (since !== undefined && row.modified < since) return false;
  if (branches !== undefined && !branches.includes(row.branch ?? '')) return false;
  if (places !== undefined && !belongsTo(row, places)) return false;
  return files === undefined || files.some((file) => wroteTo(row, file, places?.ignoreCase ?? false));
}

function wroteTo(row: SessionRow, wanted: string, ignoreCase: boolean): boolean {
  if (isAbsolute(wanted)) return row.files.some((file) => isBelow(file, wanted, ignoreCase));
  const part = `/${comparable(wanted, ignoreCase).replace(/^(?:\.?\/)+/, '')}`;
  return row.files.some((file) => {
    const path = comparable(file, ignoreCase);
    return path.endsWith(part) || path.includes(`${part}/`);
  });
}

function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path);
}
