import type { ArchiveSettings } from '../../memory/project/archive-settings.ts';
import {
  type ArchiveSurroundings,
  type KeptSession,
  listKept,
  pieceStore,
} from '../history/archive/archive.ts';
import { archiveBytes } from '../history/archive/keep-all.ts';
import { sessionsAtRisk } from '../history/archive/sessions-at-risk.ts';
import type { HistoryReader, MachinePlaces } from '../history/history-reader.ts';
import type { Finding } from './finding.ts';
import { megabytes } from './sweep-when-due.ts';

const SUBJECT = 'Archive';
const NEARLY_FULL = 0.9;
const SAID = 5;
const SOON_DAYS = 7;

type Around = Pick<ArchiveSurroundings, 'files' | 'clock' | 'directory'>;

/** What is kept of other tools' sessions, whether it is whole, and what goes unless it is kept. Changes nothing; never rejects. */
export async function examineArchive(
  around: Around,
  machine: MachinePlaces,
  readers: readonly HistoryReader[],
  settings: ArchiveSettings,
): Promise<readonly Finding[]> {
  const { sessions, problems } = await listKept(around);
  const damaged = await damagedSessions(around, sessions);
  const findings: Finding[] = [
    await examineRoom(around, sessions, settings),
    ...problems.slice(0, SAID).map((text): Finding => ({ subject: SUBJECT, state: 'warning', text })),
  ];
  if (damaged.length > 0)
    findings.push({
      subject: SUBJECT,
      state: 'warning',
      text: `Pieces are missing of ${damaged.slice(0, SAID).join(', ')}${damaged.length > SAID ? ` and ${damaged.length - SAID} more` : ''}: they can be read in part.`,
      next: 'While the program still has them: varve sessions keep ID. Else put the archive back from a backup.',
    });
  for (const reader of readers) findings.push(...(await examineTool(around, machine, reader, settings)));
  return findings;
}

async function examineRoom(
  around: Around,
  sessions: readonly KeptSession[],
  { quotaMb, retentionDays }: ArchiveSettings,
): Promise<Finding> {
  const used = await archiveBytes(around);
  const quota = quotaMb * 1024 * 1024;
  const pinned = sessions.filter(({ manifest }) => manifest.pinned !== undefined).length;
  const long = retentionDays === undefined ? 'for good' : `for ${retentionDays} days after their last change`;
  const what =
    sessions.length === 0
      ? 'no session of another program is kept'
      : `${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'} of other programs, ${pinned} pinned, kept ${long}; ${megabytes(used)} of ${megabytes(quota)}`;
  if (used < quota * NEARLY_FULL) return { subject: SUBJECT, state: 'good', text: what };
  const next = 'Raise archive.quotaMb in config.json, or take some away: varve purge --kept TOOL.';
  return { subject: SUBJECT, state: 'warning', text: `${what}. When it is full nothing more is kept.`, next };
}

async function examineTool(
  around: Around,
  machine: MachinePlaces,
  reader: HistoryReader,
  { tools }: ArchiveSettings,
): Promise<readonly Finding[]> {
  const answer = tools[reader.tool];
  if (reader.tool === 'varve' || answer?.keep === false) return [];
  const { atRisk } = await sessionsAtRisk(around, machine, reader, SOON_DAYS);
  if (atRisk === 0) return [];
  const text = `${reader.name} deletes ${atRisk} ${atRisk === 1 ? 'session' : 'sessions'} within a week that ${atRisk === 1 ? 'is' : 'are'} not kept.`;
  const next =
    answer === undefined
      ? 'What keeping them takes, and how to say yes or no: varve sessions keep'
      : 'Once a day they are kept by themselves; at once: varve sessions keep --all';
  return [{ subject: SUBJECT, state: 'notice', text, next }];
}

/** By the names and sizes of their pieces alone. */
async function damagedSessions(around: Around, sessions: readonly KeptSession[]): Promise<readonly string[]> {
  const store = pieceStore(around);
  const damaged: string[] = [];
  for (const { manifest } of sessions) {
    const pieces = manifest.versions.flatMap(({ parts }) => parts.flatMap((part) => part.pieces));
    for (const { hash, stored } of pieces) {
      const status = await around.files.status(store.pathOf(hash)).catch(() => undefined);
      if (status?.size === stored) continue;
      damaged.push(manifest.id);
      break;
    }
  }
  return damaged;
}
