import type { Transcript } from '../../history/transcript.ts';
import { saidIn } from '../brief/brief-goal.ts';
import { openStepsOf, unansweredPrompt } from '../brief/brief-next.ts';
import { lastFailingCheck } from '../brief/failing-check.ts';
import type { Unfinished } from './standup-material.ts';

const states: Readonly<Partial<Record<Transcript['state'], string>>> = {
  running: 'still running',
  waiting: 'waits for an answer',
  stopped: 'was stopped',
  interrupted: 'was interrupted',
  failed: 'ended with an error',
};

/** What is left of a session; empty where nothing says so. Pure. */
export function unfinishedIn(transcript: Transcript): readonly Unfinished[] {
  const found: Unfinished[] = [];
  const state = states[transcript.state];
  if (state !== undefined) found.push({ what: state });
  const asked = unansweredPrompt(transcript);
  if (asked !== undefined) found.push({ what: 'not answered:', said: saidIn(asked.entry) });
  const steps = openStepsOf(transcript)?.steps ?? [];
  const [next] = steps;
  if (next !== undefined) {
    const count = steps.length === 1 ? 'one open step:' : `${steps.length} open steps, next:`;
    found.push({ what: count, said: next.text });
  }
  const failed = lastFailingCheck(transcript)?.call.entry;
  if (failed !== undefined) found.push({ what: 'fails:', command: failed.command ?? failed.summary });
  return found;
}
