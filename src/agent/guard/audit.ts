import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere } from '../../base/atomic-write.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { readSealedLine, sealLine } from '../../base/sealed-line.ts';
import type { ApprovalDecision, Approver, Guard, PermissionKey } from './guard.ts';
import type { Mask } from './secret-mask.ts';

const maxSubject = 1_000;

/** One run's part of `audit.jsonl`. */
export interface Audit {
  /** Takes one fact; lines are written in order, one write after another. Never rejects. */
  note(fact: AuditFact): void;
  /** Waits for what was noted; a sentence where some of it could not be written. */
  flush(): Promise<string | undefined>;
}

export type AuditFact =
  | {
      readonly type: 'decision';
      readonly tool: string;
      readonly effect: PermissionKey['effect'];
      /** The path, the command or the target. */
      readonly subject: string;
      readonly decision: 'allow' | 'ask' | 'deny';
      readonly rule?: string;
      readonly reason: string;
    }
  | {
      readonly type: 'answer';
      readonly id: string;
      readonly tool: string;
      readonly decision: ApprovalDecision | 'none';
      /** The rule that the answer added. */
      readonly rule?: string;
    };

export interface AuditPlace {
  readonly files: Files;
  readonly clock: Clock;
  /** The project's state directory. */
  readonly directory: string;
  readonly session: string;
  readonly mask: Mask;
}

/**
 * Begins a strand of this run in `audit.jsonl`. Each line names the hash of the one before it in its strand, the first
 * one of a strand the last line of the file as it found it, so runs of several processes may write at once without a
 * lock, and what is changed or taken out of the middle shows. Lines are not flushed one by one.
 */
export function openAudit({ files, clock, directory, session, mask }: AuditPlace): Audit {
  const path = auditPath(directory);
  const strand = randomBytes(8).toString('hex');
  let seq = 0;
  let previous = '';
  let problem: string | undefined;
  const write = async (body: object): Promise<void> => {
    const time = new Date(clock.now()).toISOString();
    const line = sealLine({ version: 1, strand, seq, time, ...body, previous });
    await files.append(path, Buffer.from(line.text), 0o600, 'unsynced');
    seq += 1;
    previous = line.hash;
  };
  const begin = async (): Promise<void> => {
    await files.makeDirectory(directory, 0o700);
    const { last, isTorn } = await endOf(files, path);
    if (isTorn) await files.append(path, Buffer.from('\n'), 0o600, 'unsynced');
    await write({ type: 'begin', session, after: last });
  };
  let queue: Promise<void> | undefined;
  const failed = (error: unknown): void => {
    problem ??= `${path} could not be written: ${error instanceof Error ? error.message : 'unknown reason'}`;
  };
  return {
    note: (fact) => {
      queue = (queue ?? begin()).then(() => write(masked(fact, mask))).catch(failed);
    },
    flush: async () => {
      await queue;
      return problem;
    },
  };
}

/** A rule may be the command itself, and a reason may quote either. */
function masked(fact: AuditFact, mask: Mask): AuditFact {
  const rule = fact.rule === undefined ? {} : { rule: mask(fact.rule) };
  if (fact.type === 'answer') return { ...fact, ...rule };
  const subject = mask(fact.subject).slice(0, maxSubject);
  return { ...fact, ...rule, subject, reason: mask(fact.reason) };
}

/** A guard whose decisions are noted, but for reads that it lets pass. */
export function auditedGuard(guard: Guard, audit: Audit): Guard {
  return {
    mode: guard.mode,
    remember: (rule) => guard.remember(rule),
    decide: async (key) => {
      const verdict = await guard.decide(key);
      if (verdict.decision === 'allow' && key.effect === 'read') return verdict;
      const { decision, rule, reason } = verdict;
      const { tool, effect } = key;
      audit.note({
        type: 'decision',
        tool,
        effect,
        subject: subjectOf(key),
        decision,
        reason,
        ...(rule !== undefined && { rule }),
      });
      return verdict;
    },
  };
}

/** An approver whose answers are noted; `none` for a question that was never answered. */
export function auditedApprover(approver: Approver, audit: Audit): Approver {
  return {
    ask: async (request, signal) => {
      const { id, tool, offeredRule } = request;
      try {
        const answer = await approver.ask(request, signal);
        const isKept = answer.decision === 'session' || answer.decision === 'always';
        const rule = isKept && offeredRule !== undefined ? { rule: offeredRule } : {};
        audit.note({ type: 'answer', id, tool, decision: answer.decision, ...rule });
        return answer;
      } catch (error) {
        audit.note({ type: 'answer', id, tool, decision: 'none' });
        throw error;
      }
    },
  };
}

function subjectOf(key: PermissionKey): string {
  if ('path' in key) return key.path;
  return 'command' in key ? key.command : key.target;
}

/** What is known of an audit log. */
export interface AuditCheck {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Sentences about lines that were damaged, changed or taken out. The end of a file that was cut off cannot be seen. */
  readonly problems: readonly string[];
}

/** Reads the audit log of a project and proves its chains. Never throws; a file that is not there is an empty log. */
export async function verifyAudit(files: Files, directory: string): Promise<AuditCheck> {
  const path = auditPath(directory);
  const bytes = await readIfThere(files, path).catch(() => undefined);
  if (bytes === undefined) return { lines: [], problems: [`${path} cannot be read.`] };
  const lines: Readonly<Record<string, unknown>>[] = [];
  const problems: string[] = [];
  const strands = new Map<unknown, { readonly seq: number; readonly hash: unknown }>();
  const hashes = new Set<unknown>(['']);
  const texts = Buffer.from(bytes ?? [])
    .toString('utf8')
    .split('\n');
  for (const [index, text] of texts.entries()) {
    if (text.trim() === '') continue;
    const value = readSealedLine(text);
    const complain = (message: string) => problems.push(`Line ${index + 1} ${message}`);
    if (!isLine(value)) {
      // A last line without its end is one that a crash, or a process still at it, left.
      if (index < texts.length - 1) complain('is damaged or was changed afterwards.');
      continue;
    }
    const before = strands.get(value['strand']);
    if (value['type'] === 'begin') {
      if (!hashes.has(value['after'])) complain('follows a line that is not there any more.');
    } else if (before?.hash !== value['previous'] || before?.seq !== Number(value['seq']) - 1) {
      complain('does not follow the one before it.');
    }
    strands.set(value['strand'], { seq: Number(value['seq']), hash: value['hash'] });
    hashes.add(value['hash']);
    lines.push(value);
  }
  return { lines, problems };
}

function isLine(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && 'strand' in value && 'seq' in value;
}

function auditPath(directory: string): string {
  return join(directory, 'audit.jsonl');
}

/** The hash of the last whole line, and whether the file ends in the middle of one. Reads its last part only. */
async function endOf(
  files: Files,
  path: string,
): Promise<{ readonly last: string; readonly isTorn: boolean }> {
  const size = (await files.status(path))?.size ?? 0;
  if (size === 0) return { last: '', isTorn: false };
  const from = Math.max(0, size - 65_536);
  const text = Buffer.from(await files.readPart(path, from, size - from)).toString('utf8');
  for (const line of text.split('\n').reverse()) {
    const value = readSealedLine(line);
    if (isLine(value) && typeof value['hash'] === 'string')
      return { last: value['hash'], isTorn: !text.endsWith('\n') };
  }
  return { last: '', isTorn: !text.endsWith('\n') };
}
