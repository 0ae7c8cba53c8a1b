import { countingEvents } from '../../session/event-line.ts';
import type { JournalEvent, JournalHeader } from '../../session/journal-event.ts';
import type { JournalReading } from '../../session/journal-reading.ts';
import { foldSession } from '../../session/session-fold.ts';
import { activityOf } from '../../session/session-list.ts';
import type { SessionFile } from '../history-reader.ts';
import { isSessionTool, type Transcript, type TranscriptLineage } from '../transcript.ts';
import { entriesOf } from './varve-entries.ts';

/** Pure. `running`: a living process holds the session. */
export function transcriptOf(reading: JournalReading, file: SessionFile, running: boolean): Transcript {
  const { header, events, problems } = reading;
  const counting = countingEvents(events);
  const { totals, model, branch } = foldSession(header, events);
  return {
    tool: 'varve',
    id: header.session,
    title: '',
    cwd: header.cwd,
    ...(branch !== undefined && { branch }),
    ...(model !== undefined && { model }),
    created: header.created,
    modified: Math.max(file.modified, header.created),
    state: stateOf(events, running),
    entries: entriesOf(counting),
    branches: [],
    turns: totals.turns,
    usage: {
      inputTokens: totals.usage.inputTokens + totals.usage.cacheReadTokens + totals.usage.cacheWriteTokens,
      outputTokens: totals.usage.outputTokens,
    },
    costUsd: totals.costUsd,
    ...lineageOf(header),
    problems,
  };
}

function lineageOf({ parent, agent, from }: JournalHeader): { readonly lineage?: TranscriptLineage } {
  if (parent !== undefined) {
    return {
      lineage: agent === undefined ? { how: 'fork', from: parent } : { how: 'subagent', from: parent, agent },
    };
  }
  if (from === undefined || !isSessionTool(from.tool)) return {};
  const { tool, id } = from;
  return { lineage: { how: 'continuation', from: id, ...(tool !== 'varve' && { tool }) } };
}

function stateOf(events: readonly JournalEvent[], running: boolean): Transcript['state'] {
  if (!running) return activityOf(events);
  const asked = events.findLast(({ type }) => type === 'approval-ask' || type === 'approval-answer');
  return asked?.type === 'approval-ask' ? 'waiting' : 'running';
}
