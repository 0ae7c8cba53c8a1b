import type { Candidate, ChangeSet } from './change-set.ts';
import { decisionDocument } from './rules/decision-document.ts';
import { dependencyAdded } from './rules/dependency-added.ts';
import { mentions } from './rules/dependency-changes.ts';
import { dependencyRemoved } from './rules/dependency-removed.ts';
import { dependencyReplaced } from './rules/dependency-replaced.ts';
import { statedDecision } from './rules/stated-decision.ts';
import { versionTag } from './rules/version-tag.ts';

type CaptureRule = (changeSet: ChangeSet) => readonly Candidate[];

/** In the order of their evidence: what a manifest shows is surer than what a sentence says. */
const dependencyRules: readonly CaptureRule[] = [dependencyReplaced, dependencyAdded, dependencyRemoved];

/** A commit that would give more decisions than this gives its surest ones. */
const decisionsEach = 3;

/**
 * What a commit is proposed to be remembered for: a pure function of its facts, the same everywhere. One thing is
 * proposed once: where a dependency changed and a sentence says why, the dependency's candidate takes the reason.
 */
export function captureCandidates(changeSet: ChangeSet): readonly Candidate[] {
  const milestones = versionTag(changeSet);
  if (changeSet.tagsOnly === true) return milestones;
  const dependencies = dependencyRules.flatMap((rule) => rule(changeSet));
  const documents = decisionDocument(changeSet);
  const decisions = [...dependencies, ...documents];
  for (const stated of statedDecision(changeSet)) {
    const at = decisions.findIndex((known) => isSame(known, stated, dependencies.length === 1));
    const known = decisions[at];
    if (known === undefined) decisions.push(stated);
    else decisions[at] = withTelling(known, stated);
  }
  const surest = decisions.sort((a, b) => b.confidence - a.confidence).slice(0, decisionsEach);
  return [...surest, ...milestones];
}

function isSame(known: Candidate, stated: Candidate, isOnlyDependency: boolean): boolean {
  if (known.rule === stated.rule)
    return known.subject === stated.subject || overlap(known.title, stated.title) >= 0.5;
  // What the message or the document's own text says is said of the document.
  if (known.rule === 'decision-document')
    return stated.line === undefined || known.paths.includes(stated.line.path);
  const name = known.subject.slice(known.subject.indexOf(':') + 1);
  const fromMessage = stated.line === undefined;
  return (fromMessage && isOnlyDependency) || mentions(`${stated.title} ${stated.considered ?? ''}`, name);
}

/** Share of the shorter title's words that the other one has too. */
function overlap(a: string, b: string): number {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared / Math.max(1, Math.min(left.size, right.size));
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 2),
  );
}

/** The known candidate keeps what it is about; the stated one adds why, what was considered and where it says so. */
function withTelling(known: Candidate, stated: Candidate): Candidate {
  if (known.rule === 'decision-document' && known.why !== undefined) return known;
  const why = stated.why ?? known.why;
  const considered = known.considered ?? stated.considered;
  const line = known.line ?? stated.line;
  return {
    ...known,
    confidence: Math.max(known.confidence, why === undefined ? 0 : stated.confidence),
    paths: [...new Set([...known.paths, ...(stated.line === undefined ? [] : stated.paths)])],
    ...(why === undefined ? {} : { why }),
    ...(considered === undefined ? {} : { considered }),
    ...(line === undefined ? {} : { line }),
  };
}
