import { countingEvents } from '../../session/event-line.ts';
import type { JournalEvent } from '../../session/journal-event.ts';
import type { JournalReading } from '../../session/journal-reading.ts';
import { activityOf } from '../../session/session-list.ts';
import { foldSession } from '../../session/session-state.ts';
import type { SessionFile } from '../history-reader.ts';
import type { Transcript } from '../transcript.ts';
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
    ...(header.parent !== undefined && {
      lineage:
        header.agent === undefined
          ? { how: 'fork', from: header.parent }
          : { how: 'subagent', from: header.parent, agent: header.agent },
    }),
    problems,
  };
}

function stateOf(events: readonly JournalEvent[], running: boolean): Transcript['state'] {
  if (!running) return activityOf(events);
  const asked = events.findLast(({ type }) => type === 'approval-ask' || type === 'approval-answer');
  return asked?.type === 'approval-ask' ? 'waiting' : 'running';
}
