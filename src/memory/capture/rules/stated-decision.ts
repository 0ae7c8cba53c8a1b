import type { Candidate, ChangeSet } from '../change-set.ts';
import { commentsOf } from '../comments.ts';
import { commitNature } from '../commit-nature.ts';
import { firstReason, plainBody, plainSubject, sentencesOf } from '../sentences.ts';
import { type StatedDecision, statedIn } from './decision-words.ts';

const rule = 'stated-decision';

/** Above this a commit brings code from elsewhere; its comments are not this commit's decisions. */
const bulkFiles = 100;
const fromComments = 2;

/** Decisions that the commit message, or a comment or document line the commit added, states in words. */
export function statedDecision(changeSet: ChangeSet): readonly Candidate[] {
  const nature = commitNature(changeSet);
  if (nature === 'bot' || nature === 'unfinished') return [];
  const message = inMessage(changeSet, nature !== 'ordinary');
  const comments = nature === 'ordinary' && changeSet.files.length <= bulkFiles ? inComments(changeSet) : [];
  return message === undefined ? comments : [message, ...comments];
}

/** The clearest statement of the message; a message has one decision, however often it says so. */
function inMessage(changeSet: ChangeSet, onlyExplicit: boolean): Candidate | undefined {
  const subject = plainSubject(changeSet.subject);
  const body = sentencesOf(plainBody(changeSet.body));
  const why = firstReason(body);
  // A repair says what was wrong; how it was repaired is decided only where it says so.
  const repairs = /^(?:fix|bugfix|hotfix|test|style)(?:\(|!|:|\b)/i.test(changeSet.subject);
  const stated = onlyExplicit ? undefined : statedIn(subject, why);
  const own = repairs && stated?.explicit !== true ? undefined : stated;
  const rest = body
    .map((sentence) => statedIn(sentence, undefined))
    .filter((found) => found !== undefined)
    .filter((found) => found.explicit || (!onlyExplicit && !repairs && found.why !== undefined));
  const best = rest.find((found) => found.explicit) ?? own ?? rest[0];
  if (best === undefined) return undefined;
  const told = best.why === undefined && why !== undefined ? { ...best, why } : best;
  const source = best === own ? 'The subject of the commit' : 'The message of the commit';
  const reason = `${source} states ${told.why === undefined ? 'a decision' : 'a decision and its reason'}.`;
  return candidateOf(told, reason, changedPaths(changeSet));
}

function inComments(changeSet: ChangeSet): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const comment of commentsOf(changeSet.files)) {
    if (found.some((candidate) => candidate.line?.path === comment.path)) continue;
    for (const sentence of sentencesOf(comment.text)) {
      const stated = statedIn(sentence, undefined);
      // Comments and documents describe much that was never chosen; a reason and what was not taken make a decision.
      if (stated?.why === undefined) continue;
      if (!stated.explicit && stated.considered === undefined) continue;
      const place = comment.isDocument ? 'A document line' : 'A comment';
      const candidate = candidateOf(
        stated,
        `${place} added in ${comment.path} states a decision and its reason.`,
        [comment.path],
      );
      const line = { path: comment.path, line: comment.line, text: sentence };
      found.push({
        ...candidate,
        line,
        confidence: candidate.confidence - (comment.isDocument ? 0.15 : 0.05),
      });
      break;
    }
    if (found.length === fromComments) break;
  }
  return found;
}

function candidateOf(stated: StatedDecision, reason: string, paths: readonly string[]): Candidate {
  const { title, why, considered, explicit } = stated;
  return {
    rule,
    kind: stated.lasting ? 'convention' : 'decision',
    subject: subjectOfText('stated', title),
    title,
    reason,
    confidence: (explicit ? 0.75 : 0.65) + (why === undefined ? 0 : 0.15),
    paths,
    ...(why === undefined ? {} : { why }),
    ...(considered === undefined ? {} : { considered }),
  };
}

/** What is said in words is the same for repeats where the words are: `stated:use polling`. */
export function subjectOfText(prefix: string, title: string): string {
  return `${prefix}:${title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()}`;
}

/** What the decision is about, as far as the commit shows: its files, lock files and Varve's own left out. */
export function changedPaths(changeSet: ChangeSet): readonly string[] {
  return changeSet.files
    .filter(
      (file) =>
        file.status !== 'deleted' &&
        !/(?:^|\/)(?:package-lock\.json|[^/]*\.lock|go\.sum)$|^\.varve\//.test(file.path),
    )
    .map((file) => file.path)
    .slice(0, 5);
}
