import type { ListedSession, SessionExcerpt } from '../../../agent/history/catalogue/catalogue.ts';
import { showHidden } from '../../../memory/record/safe-text.ts';
import { ageOf } from '../../age.ts';
import { count } from '../../count.ts';

const TITLE_UNITS = 100;

export interface LineOptions {
  readonly now: number;
  /** Where a session was worked in is said, too. */
  readonly withPlace: boolean;
}

/** One line a session; all of its text is somebody else's. */
export function sessionLine(session: ListedSession, { now, withPlace }: LineOptions): string {
  const { id, state, tool, title, problem } = session;
  const facts = [
    ageOf(session.modified, now),
    session.branch,
    withPlace ? session.cwd : undefined,
    session.turns > 0 ? count(session.turns, 'turn') : undefined,
    session.fileCount > 0 ? count(session.fileCount, 'file') : undefined,
    session.costUsd === null ? undefined : `$${session.costUsd.toFixed(2)}`,
    session.archived ? 'kept by Varve' : undefined,
    problem,
  ].filter((fact) => fact !== undefined && fact !== '');
  const words = title === '' ? '(no prompt)' : cut(title);
  return inert(`${id}  ${state.padEnd(11)} ${tool.padEnd(11)} ${words}  (${facts.join(' · ')})`);
}

/** What answers in a session, its words marked. */
export function excerptLine({ kind, text, matches }: SessionExcerpt, mark: (text: string) => string): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of matches) {
    shown += text.slice(at, start) + mark(text.slice(start, end));
    at = end;
  }
  return `${kind.padEnd(10)} ${shown}${text.slice(at)}`;
}

/** On one line, with what hides shown by its code. */
export function inert(text: string): string {
  return showHidden(text).replace(/[\n\t]+/g, ' ');
}

function cut(title: string): string {
  return title.length <= TITLE_UNITS
    ? title
    : `${title.slice(0, TITLE_UNITS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
