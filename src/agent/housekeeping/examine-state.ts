import { join } from 'node:path';
import { readIfThere } from '../../base/atomic-write.ts';
import { readLines } from '../../memory/ledger/ledger-line.ts';
import { verifyAudit } from '../guard/audit.ts';
import { pinnedIds } from '../history/archive/pins.ts';
import { listSessions } from '../session/session-list.ts';
import { listWorktrees } from '../subagents/worktree.ts';
import type { Finding } from './finding.ts';
import { bytesOf, listState, type StateListing } from './state-files.ts';
import type { StateSurroundings } from './state-references.ts';
import { DAY_MS, type RetentionLimits } from './sweep.ts';
import { megabytes } from './sweep-when-due.ts';

const ALL_SESSIONS = 100_000;
/** A session that goes within this time is told of. */
const SOON_MS = 7 * DAY_MS;
const NEARLY_FULL = 0.9;

/** One project's local state: its history, its sessions, its size beside the limits. Changes nothing; never rejects. */
export async function examineState(
  around: StateSurroundings,
  limits: RetentionLimits,
): Promise<readonly Finding[]> {
  const listing = await listState(around.files, around.stateDirectory);
  return [
    await examineLedger(around),
    await examineAudit(around),
    ...(await examineSessions(around, limits)),
    examineSize(listing, limits),
    ...(await examineWorktrees(around)),
  ];
}

async function examineLedger({ files, stateDirectory }: StateSurroundings): Promise<Finding> {
  const subject = 'Ledger';
  try {
    const bytes = await readIfThere(files, join(stateDirectory, 'ledger.jsonl'));
    if (bytes === null) return { subject, state: 'good', text: 'empty' };
    const { lines, problems } = readLines(bytes);
    const [first] = problems;
    if (first === undefined) return { subject, state: 'good', text: `${lines.length} lines, chain whole` };
    return {
      subject,
      state: 'error',
      text: `Line ${first.line}: ${first.message} ${problems.length} in all; what was written before cannot be proven.`,
      next: 'Look at varve memory log. Put ledger.jsonl back from a backup if you have one.',
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { subject, state: 'error', text: `It cannot be read: ${why}` };
  }
}

async function examineAudit({ files, stateDirectory }: StateSurroundings): Promise<Finding> {
  const subject = 'Audit';
  const { lines, problems } = await verifyAudit(files, stateDirectory);
  if (problems.length === 0) return { subject, state: 'good', text: `${lines.length} lines, chains whole` };
  const text = `${problems[0]} ${problems.length} in all.`;
  return { subject, state: 'error', text, next: 'Look at varve permissions --audit.' };
}

async function examineWorktrees({ files, stateDirectory }: StateSurroundings): Promise<readonly Finding[]> {
  const left = await listWorktrees({ files, directory: join(stateDirectory, 'worktrees') });
  if (left.length === 0) return [];
  const text = `Subagents left work in ${left.join(', ')}.`;
  const next = 'Take what you need, then: git worktree remove --force PATH';
  return [{ subject: 'Worktrees', state: 'notice', text, next }];
}

async function examineSessions(
  { files, owner, stateDirectory, clock }: StateSurroundings,
  { retentionDays }: RetentionLimits,
): Promise<readonly Finding[]> {
  const directory = join(stateDirectory, 'sessions');
  const rows = await listSessions({ files, owner, directory, limit: ALL_SESSIONS });
  const subject = 'Sessions';
  const damaged = rows.filter(({ problem }) => problem !== undefined);
  const open = rows.filter(({ state }) => state === 'interrupted').length;
  const leaves = clock.now() - retentionDays * DAY_MS + SOON_MS;
  const pinned = await pinnedIds(files, directory);
  const soon = rows.filter(({ id, modified }) => modified < leaves && !pinned.has(id)).length;
  const stay = pinned.size === 0 ? '' : `, ${pinned.size} pinned`;
  const kept = `kept for ${retentionDays} days after they were last active`;
  const soonGone = soon === 0 ? '' : ` ${soon} of them will be deleted within a week.`;
  const findings: Finding[] = [
    {
      subject,
      state: soon === 0 ? 'good' : 'notice',
      text: `${rows.length}, ${open} of them interrupted${stay}; ${kept}.${soonGone}`,
      ...(soon > 0 && {
        next: 'To keep one for good: varve sessions pin ID. All of them longer: retentionDays in config.json.',
      }),
    },
  ];
  for (const { id, problem = '' } of damaged.slice(0, 10))
    findings.push({ subject, state: 'warning', text: `${id}: ${problem}` });
  return findings;
}

function examineSize({ files, complete }: StateListing, { quotaBytes }: RetentionLimits): Finding {
  const subject = 'Size';
  const used = bytesOf(files);
  const areas = (['objects', 'sessions', 'archive', 'cache', 'other'] as const)
    .map((area) => ({ area, bytes: bytesOf(files.filter((file) => file.area === area)) }))
    .filter(({ bytes }) => bytes > 0)
    .map(({ area, bytes }) => `${area} ${megabytes(bytes)}`);
  const parts = areas.length === 0 ? '' : ` (${areas.join(', ')})`;
  const text = `${megabytes(used)} of ${megabytes(quotaBytes)}${parts}${complete ? '' : '; not all of it could be listed'}`;
  if (used < quotaBytes * NEARLY_FULL) return { subject, state: complete ? 'good' : 'warning', text };
  return {
    subject,
    state: 'warning',
    text: `${text}. The oldest ended sessions are deleted to make room.`,
    next: 'Raise stateQuotaMb in config.json, or choose yourself: varve purge.',
  };
}
