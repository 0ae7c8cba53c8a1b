import { failure, type Result, success } from '../../base/result.ts';
import { findSecrets } from '../../base/secrets.ts';
import { renderEvidence } from '../record/evidence-file.ts';
import type { Evidence, MemoryRecord, Standing } from '../record/record.ts';
import { renderRecord } from '../record/record-file.ts';
import { recordName } from '../record/record-name.ts';
import { plainScalar, safeBody, safeLine, shorten, showHidden } from '../record/safe-text.ts';
import type { Candidate, ChangeSet } from './change-set.ts';
import type { JoinedCandidate } from './join/joined-candidate.ts';
import { captureId, patchOf } from './join/patch-of.ts';

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
  return proposedFrom(alone(candidate, changeSet));
}

/** A candidate that nothing else was joined with. */
function alone(candidate: Candidate, changeSet: ChangeSet): JoinedCandidate {
  const commit =
    candidate.tag === undefined
      ? { patch: patchOf(changeSet), subject: safeLine(changeSet.subject) }
      : { tag: candidate.tag, object: patchOf(changeSet) };
  const line =
    candidate.line === undefined
      ? []
      : [{ path: candidate.line.path, text: shorten(candidate.line.text, 600) }];
  return {
    id: captureId(candidate, changeSet),
    candidate,
    changeSets: [changeSet],
    shown: changeSet,
    evidence: [commit, ...line],
    modified: changeSet.authorDate,
    supersedes: [],
    supersedesPartly: [],
    paths: candidate.paths,
  };
}

/** The same for what several commits told of; `known` is the evidence of the proposal it goes on with. */
export function proposedFrom(
  joined: JoinedCandidate,
  known?: Evidence,
): Result<ProposedRecord, RefusedCandidate> {
  const { candidate, id } = joined;
  const title = titleOf(candidate);
  const why = candidate.why === undefined ? undefined : shorten(candidate.why, 600);
  const record: MemoryRecord = {
    id,
    kind: candidate.kind,
    status: 'proposed',
    name: recordName(candidate.kind, title, id),
    description: plainScalar(descriptionOf(title, candidate, why)),
    modified: new Date(joined.modified).toISOString(),
    body: bodyOf(title, candidate, why),
  };
  const evidence = evidenceOf(joined, known);
  const text = renderRecord(record);
  const evidenceText = renderEvidence(evidence);
  const secret = findSecrets(`${text}\n${evidenceText}`)[0];
  if (secret === undefined) return success({ record, evidence, text, evidenceText });
  const place = `Commit ${joined.shown.commit.slice(0, 10)}${lineWords(candidate)}`;
  const message = `${place} states something worth keeping, but its text looks like it holds a secret (${secret.kind}); record it by hand without the secret.`;
  return failure({ kind: 'secret', message });
}

/** `, docs/why.md:12,` where that is the line that holds it; the message of the commit else. */
function lineWords({ line }: Candidate): string {
  if (line === undefined || findSecrets(line.text).length === 0) return '';
  return `, ${showHidden(line.path)}:${line.line},`;
}

/** As a record says it: one line of a bounded length, without its stop. */
export function titleOf(candidate: Candidate): string {
  return shorten(candidate.title, 110).replace(/\.$/, '');
}

/** What is over, or was never taken, must not read as if it stood: agents recall by this line. */
const past: readonly (Standing | undefined)[] = ['superseded', 'deprecated', 'rejected'];

function descriptionOf(title: string, { standing, outcome }: Candidate, why: string | undefined): string {
  const head = past.includes(standing) ? `${title} (${standing})` : title;
  const more = why ?? (outcome === undefined ? undefined : shorten(outcome, 200));
  return more === undefined ? head : `${head}; ${continued(more)}`;
}

/** As the second half of a sentence: no final stop, no capital where the first word is no name. */
export function continued(sentence: string): string {
  const small =
    /^(?:The|It|Its|This|That|These|Those|A|An|We|They|There|Our|To|So|Due|In|Otherwise|Because)\b/;
  return sentence.replace(/\.$/, '').replace(small, (word) => word.toLowerCase());
}

function bodyOf(title: string, candidate: Candidate, why: string | undefined): string {
  const { outcome, considered, standing } = candidate;
  const parts = [`${title}.`];
  if (past.includes(standing)) parts.push(`The document says that this decision is ${standing}.`);
  else if (standing === 'proposed') parts.push('The document says that this is proposed, not decided.');
  if (outcome !== undefined) parts.push(shorten(outcome, 400));
  if (why !== undefined) parts.push(`**Why:** ${why}`);
  if (considered !== undefined) parts.push(`**Considered:** ${shorten(considered, 200)}`);
  return safeBody(parts.join('\n\n'));
}

function evidenceOf(joined: JoinedCandidate, known: Evidence | undefined): Evidence {
  const { candidate, id, changeSets, shown } = joined;
  const { author } = changeSets[0] ?? shown;
  return {
    version: 1,
    id,
    source:
      known?.source ?? `commit:${showHidden(`${author.name} <${author.mail}>`).replace(/\s+/g, ' ').trim()}`,
    rule: candidate.rule,
    reason: safeLine(candidate.reason),
    confidence: Math.round(candidate.confidence * 100) / 100,
    subject: candidate.subject,
    ...(candidate.standing === undefined ? {} : { standing: candidate.standing }),
    supersedes: joined.supersedes,
    requirements: known?.requirements ?? [],
    anchors:
      joined.continues?.withText === false && known !== undefined
        ? known.anchors
        : candidate.paths.map((path) => ({ path })),
    evidence: joined.evidence,
  };
}
