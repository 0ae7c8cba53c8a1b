import { join } from 'node:path';
import { sha256 } from '../../base/hash.ts';
import { createUlid, ulidFrom } from '../../base/ids.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { firstSecretLine } from '../../base/secrets.ts';
import type { Anchor } from '../freshness/anchor.ts';
import { isInnerPath, sourceText } from '../freshness/source-text.ts';
import { anchorsAt } from '../freshness/take-anchors.ts';
import { renderEvidence } from '../record/evidence-file.ts';
import type { Evidence, MemoryRecord } from '../record/record.ts';
import { renderRecord } from '../record/record-file.ts';
import { recordName } from '../record/record-name.ts';
import { plainScalar, safeBody } from '../record/safe-text.ts';
import type { MemoryProblem, RecordDraft } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { ledgerProblem } from './problems.ts';

/** A record that a person or a run wants kept becomes a proposal on this machine. Answers its id. */
export async function draftProposal(
  open: OpenProject,
  draft: RecordDraft,
): Promise<Result<string, MemoryProblem>> {
  const secret = secretIn(draft);
  if (secret !== undefined) return failure(secret);
  const ledger = await open.ledger();
  if (!ledger.ok) return ledger;
  const prepared = await open.prepare();
  if (!prepared.ok) return prepared;
  const { record, evidence } = recordOf(open, draft, await anchorsOf(open, draft));
  const files = [
    [join(open.places.machineInbox, `${record.name}.md`), renderRecord(record)],
    [join(open.places.machineInbox, `${record.id}.json`), renderEvidence(evidence)],
  ] as const;
  const changes = files.map(([path, text]) => ({
    path,
    before: null,
    after: new TextEncoder().encode(text),
  }));
  const operation = {
    action: 'propose',
    subject: [record.id],
    who: draft.by ?? draft.source,
    worktree: open.project.worktree,
  } as const;
  const done = await ledger.value.transact(operation, changes);
  return done.ok ? success(record.id) : failure(ledgerProblem(done.error));
}

/** The refusal of a draft that holds what looks like a secret: where it stands, never what it is. */
function secretIn({
  title,
  body,
  reason = '',
  source,
  paths = [],
  evidence = [],
}: RecordDraft): MemoryProblem | undefined {
  const parts = [
    ['The title', title],
    ['of the text', body],
    ['The reason', reason],
    ['The source', source],
    ['The evidence', JSON.stringify([paths, evidence])],
  ] as const;
  for (const [name, text] of parts) {
    const secret = firstSecretLine(text);
    if (secret === undefined) continue;
    const place = name === 'of the text' ? `Line ${secret.line} ${name}` : name;
    const message = `${place} holds what looks like a secret (${secret.kind}). Take it out, then record it again.`;
    return { kind: 'secret', message };
  }
  return undefined;
}

/** Lines that evidence names stand for the declaration around them; a file without lines is meant as a place only. */
async function anchorsOf(open: OpenProject, draft: RecordDraft): Promise<readonly Anchor[]> {
  const { project, surroundings } = open;
  const found = (draft.paths ?? []).map(async (path): Promise<readonly Anchor[]> => {
    const named = (draft.evidence ?? []).flatMap((item) =>
      'text' in item && item.path === path ? [item] : [],
    );
    const lines = named.flatMap(({ line, text }) => (line === undefined ? [] : linesFrom(line - 1, text)));
    if (lines.length === 0 || !isInnerPath(path)) return [{ path }];
    const bytes = await surroundings.files.readFile(join(project.root, path)).catch(() => undefined);
    const text = bytes === undefined ? undefined : sourceText(bytes);
    return text === undefined ? [{ path }] : anchorsAt(open.codeReader(), text, path, lines);
  });
  return (await Promise.all(found)).flat();
}

function linesFrom(first: number, text: string): readonly number[] {
  return text.split('\n').map((_line, index) => first + index);
}

/** Of a draft that has an identity of its own. */
export function draftId({ identity }: RecordDraft): string | undefined {
  return identity && ulidFrom(identity.time, Buffer.from(sha256(identity.key), 'hex'));
}

function recordOf(
  open: OpenProject,
  draft: RecordDraft,
  anchors: readonly Anchor[],
): { readonly record: MemoryRecord; readonly evidence: Evidence } {
  const { clock, random } = open.surroundings;
  const now = draft.identity?.time ?? clock.now();
  const id = draftId(draft) ?? createUlid(now, random(10));
  const record: MemoryRecord = {
    id,
    kind: draft.kind,
    status: 'proposed',
    name: recordName(draft.kind, draft.title, id),
    description: plainScalar(draft.title),
    modified: new Date(now).toISOString(),
    body: safeBody(draft.body),
  };
  const evidence: Evidence = {
    version: 1,
    id,
    source: draft.source,
    ...(draft.rule === undefined ? {} : { rule: draft.rule }),
    ...(draft.reason === undefined ? {} : { reason: draft.reason }),
    ...(draft.confidence === undefined ? {} : { confidence: draft.confidence }),
    ...(draft.subject === undefined ? {} : { subject: draft.subject }),
    supersedes: draft.supersedes ?? [],
    requirements: [],
    anchors,
    evidence: draft.evidence ?? [],
  };
  return { record, evidence };
}
