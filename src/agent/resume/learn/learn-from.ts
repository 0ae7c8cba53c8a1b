import type { Transcript } from '../../history/transcript.ts';
import { learnDecisions } from './learn-decisions.ts';
import { learnGotchas } from './learn-gotchas.ts';
import { learnMilestone } from './learn-milestone.ts';
import type { Learnt } from './learnt.ts';

/**
 * What a session leaves that is worth remembering, by rules alone, in the order of its telling. Pure. A subagent's
 * session has no person in it: what it was asked is an agent's words.
 */
export function learnFrom(transcript: Transcript): readonly Learnt[] {
  if (transcript.lineage?.how === 'subagent') return [];
  const found = [...learnDecisions(transcript), ...learnGotchas(transcript), ...learnMilestone(transcript)];
  return found.sort((a, b) => a.number - b.number);
}
