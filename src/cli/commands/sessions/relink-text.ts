import type { Belonging, BelongingHow, ProjectName } from '../../../agent/history/relink/decide-belonging.ts';
import { inert } from './session-text.ts';

const REASONS: Readonly<Record<BelongingHow, string>> = {
  answered: 'You said so.',
  there: 'It was worked in there.',
  worktree: 'It was worked in in a worktree of it.',
  seen: 'It was worked in where the project was before.',
  above: 'It was worked in in a folder that it had.',
};

/** Where a session belongs; where that is not clear what to choose from, and how to say it. */
export function belongingLines(belonging: Belonging, words: string): string {
  if (belonging.kind === 'known') return `${whereLine(belonging)}  ${REASONS[belonging.how]}\n`;
  const say = `varve sessions relink ${words} --to DIR`;
  if (belonging.kind === 'unknown') return `Not known. To say where it belongs: ${say}\n`;
  const offered = belonging.candidates.map((place) => `  ${whereLine(place)}  ${place.why}\n`);
  const none = `varve sessions relink ${words} --none`;
  return `It may belong to:\n${offered.join('')}Say which, once: ${say}\nIf it is none of them: ${none}\n`;
}

/** A directory with the project there. */
export function whereLine({
  root,
  project,
}: {
  readonly root?: string | undefined;
  readonly project?: ProjectName | undefined;
}): string {
  const name = project === undefined ? '' : inert(project.name);
  if (root === undefined) return `${name}, which is in none of the places where it was seen`;
  return name === '' ? inert(root) : `${inert(root)} (${name})`;
}
