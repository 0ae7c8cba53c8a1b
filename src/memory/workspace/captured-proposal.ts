import type { JoinedCandidate } from '../capture/join/joined-candidate.ts';
import { type ProposedRecord, titleOf } from '../capture/proposed-record.ts';
import type { RecordKind } from '../project/record-kind.ts';
import type { Evidence, Standing } from '../record/record.ts';

/** What capture proposes, as other programs read it; the page of the format says what each key means. */
export interface CapturedProposal {
  readonly id: string;
  readonly kind: RecordKind;
  readonly title: string;
  readonly why?: string;
  readonly status?: Standing;
  readonly supersedes?: readonly string[];
  readonly evidence: {
    readonly commit: string;
    readonly tag?: string;
    readonly paths: readonly string[];
    readonly lines?: readonly { readonly path: string; readonly line: number; readonly text: string }[];
  };
  readonly anchors: Evidence['anchors'];
  readonly confidence: number;
  readonly rule: string;
}

export function capturedProposal(joined: JoinedCandidate, { evidence }: ProposedRecord): CapturedProposal {
  const { candidate, id, shown, paths, supersedes, supersedesPartly } = joined;
  const older = [...supersedes, ...supersedesPartly];
  const { why, standing, tag, line } = candidate;
  return {
    id,
    kind: candidate.kind,
    title: titleOf(candidate),
    ...(why === undefined ? {} : { why }),
    ...(standing === undefined ? {} : { status: standing }),
    ...(older.length === 0 ? {} : { supersedes: older }),
    evidence: {
      commit: shown.commit,
      ...(tag === undefined ? {} : { tag }),
      paths,
      ...(line === undefined ? {} : { lines: [line] }),
    },
    anchors: evidence.anchors,
    confidence: evidence.confidence ?? candidate.confidence,
    rule: candidate.rule,
  };
}
