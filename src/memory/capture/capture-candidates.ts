import type { Candidate, ChangeSet } from './change-set.ts';
import { documentPath } from './document/document-place.ts';
import { changelogSection } from './rules/changelog-section.ts';
import { decisionDocument } from './rules/decision-document.ts';
import { mentions } from './rules/dependency-changes.ts';
import { versionTag } from './rules/version-tag.ts';
import { captureRules } from './rules.ts';

/** A commit that would give more decisions than this gives its surest ones; its documents count by themselves. */
const decisionsEach = 3;

/**
 * What a commit is proposed to be remembered for: a pure function of its facts, the same everywhere. One thing is
 * proposed once: where a dependency changed and a sentence says why, the dependency's candidate takes the reason; what
 * a decision document says, or the message that brought it, is said by the document.
 */
export function captureCandidates(changeSet: ChangeSet): readonly Candidate[] {
  const tags = versionTag(changeSet);
  if (changeSet.tagsOnly === true) return tags;
  const documents = decisionDocument(changeSet);
  const decisions: Candidate[] = [];
  const others = captureRules
    .flatMap((rule) => rule(changeSet))
    .filter((one) => !isInDocument(one, documents));
  const dependencies = others.filter(isOfDependency).length;
  for (const candidate of others) {
    const at = decisions.findIndex((known) => isSame(known, candidate, dependencies === 1));
    const known = decisions[at];
    if (known === undefined) decisions.push(candidate);
    else decisions[at] = withTelling(known, candidate);
  }
  const surest = decisions.sort((a, b) => b.confidence - a.confidence).slice(0, decisionsEach);
  return [...documents, ...surest, ...changelogSection(changeSet), ...tags];
}

/** What the document's own text says, or the message of the commit that brought or changed it. */
function isInDocument(candidate: Candidate, documents: readonly Candidate[]): boolean {
  if (candidate.line !== undefined)
    return (
      documentPath(candidate.line.path)?.place === 'decisions' ||
      documents.some(({ paths }) => paths.includes(candidate.line?.path ?? ''))
    );
  return documents.length > 0 && !isOfDependency(candidate);
}

function isOfDependency({ rule }: Candidate): boolean {
  return rule.startsWith('dependency-');
}

function isSame(known: Candidate, other: Candidate, isOnlyDependency: boolean): boolean {
  if (known.rule === other.rule)
    return known.subject === other.subject || overlap(known.title, other.title) >= 0.5;
  if (!isOfDependency(known) || isOfDependency(other)) return overlap(known.title, other.title) >= 0.5;
  const name = known.subject.slice(known.subject.indexOf(':') + 1).replace(/(?<=.)@\d+$/, '');
  const fromMessage = other.line === undefined;
  return (fromMessage && isOnlyDependency) || mentions(`${other.title} ${other.considered ?? ''}`, name);
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
