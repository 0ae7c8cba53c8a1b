import type { ArchiveSettings, KeepAnswer } from '../../../memory/project/archive-settings.ts';
import type { HistoryReader, MachinePlaces, SessionFile, ToolRetention } from '../history-reader.ts';
import type { SessionTool } from '../transcript.ts';
import type { ArchiveSurroundings } from './archive.ts';
import { pack } from './piece-store.ts';
import { sessionsAtRisk } from './sessions-at-risk.ts';

/** What a person is asked, once, before a tool's sessions are kept; and what there is to say of them afterwards. */
export interface KeepQuestion {
  readonly tool: SessionTool;
  readonly name: string;
  /** Absent: nobody answered yet. */
  readonly answer?: KeepAnswer;
  /** Those of subagents not counted: they are parts of others. */
  readonly sessions: number;
  /** Bytes of all their files. */
  readonly bytes: number;
  /** Bytes that they would take in the archive, by what a sample of them takes. */
  readonly storedBytes: number;
  /** How many are kept as they are now. */
  readonly kept: number;
  /** How many the tool deletes within a week that are not kept as they are now. */
  readonly soon: number;
  readonly retention?: ToolRetention;
}

/** Sessions whose files are all measured; what the others have besides their own file is taken to be alike. */
const MEASURED = 500;
const SAMPLES = 6;
const SAMPLE_BYTES = 512 * 1024;
const SOON_DAYS = 7;

/** One question a tool that has sessions here; ours need none. Reads names, sizes and a sample. */
export async function keepQuestions(
  around: Pick<ArchiveSurroundings, 'files' | 'directory' | 'clock'>,
  machine: MachinePlaces,
  readers: readonly HistoryReader[],
  { tools }: Pick<ArchiveSettings, 'tools'>,
): Promise<readonly KeepQuestion[]> {
  const questions: KeepQuestion[] = [];
  for (const reader of readers) {
    if (reader.tool === 'varve') continue;
    const { sessions, kept, atRisk } = await sessionsAtRisk(around, machine, reader, SOON_DAYS);
    if (sessions.length === 0) continue;
    const bytes = await measure(machine, reader, sessions);
    const retention = await reader.retention(machine);
    const answer = tools[reader.tool];
    questions.push({
      tool: reader.tool,
      name: reader.name,
      ...(answer !== undefined && { answer }),
      sessions: sessions.length,
      bytes,
      storedBytes: Math.round(bytes * (await packedShare(machine, sessions))),
      kept,
      soon: atRisk,
      ...(retention !== undefined && { retention }),
    });
  }
  return questions;
}

/** Bytes of all parts of all sessions. Files that several name count once. */
async function measure(
  { files, ...machine }: MachinePlaces,
  reader: HistoryReader,
  sessions: readonly SessionFile[],
): Promise<number> {
  const seen = new Set<string>();
  const byFile = [...new Map(sessions.map((session) => [session.path, session])).values()];
  let [own, all] = [0, 0];
  for (const session of byFile.slice(0, MEASURED)) {
    own += session.size;
    const parts = await reader.parts({ files, ...machine }, session).catch(() => [session.path]);
    for (const path of parts) {
      if (seen.has(path)) continue;
      seen.add(path);
      all += (await files.linkStatus(path).catch(() => undefined))?.size ?? 0;
    }
  }
  const rest = byFile.slice(MEASURED).reduce((sum, { size }) => sum + size, 0);
  return Math.round(all + rest * (own > 0 ? Math.max(all / own, 1) : 1));
}

/** What the beginnings of some sessions come to when they are packed, of 1. */
async function packedShare({ files }: MachinePlaces, sessions: readonly SessionFile[]): Promise<number> {
  const step = Math.max(1, Math.floor(sessions.length / SAMPLES));
  const sample = sessions.filter((_, at) => at % step === 0).slice(0, SAMPLES);
  let [before, after] = [0, 0];
  for (const { path } of sample) {
    if ((await files.linkStatus(path).catch(() => undefined))?.kind !== 'file') continue;
    const bytes = await files.readPart(path, 0, SAMPLE_BYTES).catch(() => new Uint8Array());
    before += bytes.byteLength;
    after += bytes.byteLength === 0 ? 0 : (await pack(bytes)).byteLength;
  }
  return before === 0 ? 1 : after / before;
}
