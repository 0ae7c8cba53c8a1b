import { sha256 } from '../../base/hash.ts';
import { ulidFrom } from '../../base/ids.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { findSecrets } from '../../base/secrets.ts';
import { renderEvidence } from '../record/evidence-file.ts';
import type { Evidence, EvidenceItem, MemoryRecord } from '../record/record.ts';
import { renderRecord } from '../record/record-file.ts';
import { recordName } from '../record/record-name.ts';
import { plainScalar, safeBody, safeLine, shorten, showHidden } from '../record/safe-text.ts';
import type { Candidate, ChangeSet } from './change-set.ts';

export interface ProposedRecord {
  readonly record: MemoryRecord;
  readonly evidence: Evidence;
  /** The bytes of `<name>.md`. */
  readonly text: string;
  /** The bytes of `<id>.json`. */
  readonly evidenceText: string;
}

/** Why a candidate is not proposed. The message never holds the secret. */
export interface RefusedCandidate {
  readonly kind: 'secret';
  readonly message: string;
}

/**
 * The candidate as a record with its evidence. The same capture on two machines, or after a rebase or cherry-pick,
 * gives the same id, name and bytes. A candidate whose text looks like it holds a secret is refused.
 */
export function toProposedRecord(
  candidate: Candidate,
  changeSet: ChangeSet,
): Result<ProposedRecord, RefusedCandidate> {
  const title = shorten(candidate.title, 110).replace(/\.$/, '');
  const why = candidate.why === undefined ? undefined : shorten(candidate.why, 600);
  const id = captureId(candidate, changeSet);
  const record: MemoryRecord = {
    id,
    kind: candidate.kind,
    status: 'proposed',
    name: recordName(candidate.kind, title, id),
    description: plainScalar(why === undefined ? title : `${title}; ${continued(why)}`),
    modified: new Date(changeSet.authorDate).toISOString(),
    body: bodyOf(title, why, candidate.considered),
  };
  const evidence = evidenceOf(id, candidate, changeSet);
  const text = renderRecord(record);
  const evidenceText = renderEvidence(evidence);
  const secret = findSecrets(`${text}\n${evidenceText}`)[0];
  if (secret === undefined) return success({ record, evidence, text, evidenceText });
  const message = `Commit ${changeSet.commit.slice(0, 10)} states something worth keeping, but its text looks like it holds a secret (${secret.kind}); record it by hand without the secret.`;
  return failure({ kind: 'secret', message });
}

/**
 * Time: the author date. Chance: hash of rule, subject and patch id (of the tree where a commit has no patch of its
 * own), so nothing in it depends on the clone, the committer or the branch.
 */
function captureId(candidate: Pick<Candidate, 'rule' | 'subject'>, changeSet: ChangeSet): string {
  const seed = sha256([candidate.rule, candidate.subject, patchOf(changeSet)].join('\0'));
  return ulidFrom(changeSet.authorDate, Buffer.from(seed, 'hex'));
}

function patchOf(changeSet: ChangeSet): string {
  return changeSet.patchId === '' ? `tree:${changeSet.tree}` : changeSet.patchId;
}

/** As the second half of a sentence: no final stop, no capital where the first word is no name. */
function continued(sentence: string): string {
  const small =
    /^(?:The|It|Its|This|That|These|Those|A|An|We|They|There|Our|To|So|Due|In|Otherwise|Because)\b/;
  return sentence.replace(/\.$/, '').replace(small, (word) => word.toLowerCase());
}

function bodyOf(title: string, why: string | undefined, considered: string | undefined): string {
  const parts = [`${title}.`];
  if (why !== undefined) parts.push(`**Why:** ${why}`);
  if (considered !== undefined) parts.push(`**Considered:** ${shorten(considered, 200)}`);
  return safeBody(parts.join('\n\n'));
}

function evidenceOf(id: string, candidate: Candidate, changeSet: ChangeSet): Evidence {
  const { author, subject } = changeSet;
  const items: EvidenceItem[] = [
    candidate.tag === undefined
      ? { patch: patchOf(changeSet), subject: safeLine(subject) }
      : { tag: candidate.tag, object: patchOf(changeSet) },
  ];
  if (candidate.line !== undefined) {
    items.push({ path: candidate.line.path, text: shorten(candidate.line.text, 600) });
  }
  return {
    version: 1,
    id,
    source: `commit:${showHidden(`${author.name} <${author.mail}>`).replace(/\s+/g, ' ').trim()}`,
    rule: candidate.rule,
    reason: safeLine(candidate.reason),
    confidence: Math.round(candidate.confidence * 100) / 100,
    subject: candidate.subject,
    ...(candidate.standing === undefined ? {} : { standing: candidate.standing }),
    supersedes: [],
    requirements: [],
    anchors: candidate.paths.map((path) => ({ path })),
    evidence: items,
  };
}
