import { isPending } from '../../agent/resume/plan-resume.ts';
import type { Session } from '../../agent/session/session.ts';

/** Why a run of a session would have nothing to do, in a sentence. */
export function whyNothingToDo({ header, state }: Session, prompt: string): string | undefined {
  if (prompt !== '' || isPending(state)) return undefined;
  return state.runs === 0
    ? 'Give the task as an argument or on standard input: varve -p "…".'
    : `Nothing of session ${header.session} is pending. Say what to do next: varve -p --resume ${header.session} "…"`;
}
