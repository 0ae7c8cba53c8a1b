import { failure, type Result, success } from '../../../base/result.ts';
import type { Proposal } from '../../../memory/inbox/proposal.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import type { LearnedDraft } from '../../../memory/workspace/work-sources.ts';
import type { Transcript } from '../../history/transcript.ts';
import { isSaidIn, tellingWords } from '../same-words.ts';
import { learnFrom } from './learn-from.ts';
import { learntDraft } from './learnt-draft.ts';

/** What one session, or several one after the other, came to. */
export interface LearnReport {
  readonly sessions: number;
  /** With a dry run what would be proposed, else what is. */
  readonly drafts: readonly LearnedDraft[];
  readonly proposed: readonly Proposal[];
  /** Waiting, accepted, past or rejected before, or never saved here. */
  readonly known: number;
  /** Sentences: what was stated together with what looks like a secret. */
  readonly refused: readonly string[];
}

export const nothingLearnt: LearnReport = { sessions: 0, drafts: [], proposed: [], known: 0, refused: [] };

/** What journals hold in place of a secret: a statement about one says nothing without it. */
const MASKED = /\[redacted [^\]]{1,60}\]/;

export interface LearnOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly isDryRun: boolean;
}

/**
 * Proposes what a session left, once and on this machine only; whatever it is, a person accepts it or not. Adds to
 * `before`. Fails where nothing can be kept here.
 */
export async function learnSession(
  workspace: MemoryWorkspace,
  transcript: Transcript,
  { now, isDryRun }: LearnOptions,
  before: LearnReport = nothingLearnt,
): Promise<Result<LearnReport, MemoryProblem>> {
  const known = await knownTexts(workspace);
  const report = {
    ...before,
    sessions: before.sessions + 1,
    drafts: [...before.drafts],
    proposed: [...before.proposed],
    refused: [...before.refused],
  };
  for (const learnt of learnFrom(transcript)) {
    const draft = learntDraft(learnt, transcript, workspace.root, now);
    const isTold = report.drafts.some(({ subject }) => subject === draft.subject);
    if (isTold || (draft.kind !== 'milestone' && isSaidIn(known, learnt.title))) {
      report.known += 1;
      continue;
    }
    if (MASKED.test(`${draft.title}\n${draft.body}`)) {
      report.refused.push(refusal(transcript, learnt.number));
      continue;
    }
    if (isDryRun) {
      if (await workspace.sources.knows(draft)) report.known += 1;
      else report.drafts.push(draft);
      continue;
    }
    const done = await workspace.sources.learned(draft);
    if (done.ok && done.value !== undefined) {
      report.drafts.push(draft);
      report.proposed.push(done.value);
    } else if (done.ok) report.known += 1;
    else if (done.error.kind === 'secret') report.refused.push(refusal(transcript, learnt.number));
    else return failure(done.error);
  }
  return success(report);
}

async function knownTexts(workspace: MemoryWorkspace): Promise<readonly ReadonlySet<string>[]> {
  const [records, waiting] = await Promise.all([workspace.records(), workspace.proposals()]);
  return [...records, ...waiting.map(({ record }) => record)].map((one) => tellingWords(one.description));
}

function refusal({ tool, id }: Transcript, number: number): string {
  return `Entry ${number} of ${tool} session ${id} states something worth keeping, but its text looks like it holds a secret; record it by hand without the secret.`;
}
