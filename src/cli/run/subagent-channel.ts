import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { ApprovalRequest, Approver } from '../../agent/guard/guard.ts';
import type { Clock } from '../../base/clock.ts';

/**
 * What a subagent says, as events of the run that asked for it. Its questions for permission are left out: the run
 * asks them itself (`approverFor`), so that whoever answers for a run need not know of subagents.
 */
export function nestedEvents(
  say: (event: RunEvent) => void,
  id: string,
  agent: string,
): (event: RunEvent) => void {
  return (event) => {
    if (event.type === 'approval-ask' || event.type === 'approval-answer') return;
    say({ type: 'subagent-event', time: event.time, id, agent, event });
  };
}

interface Asking {
  readonly run: { readonly approver: Approver; readonly clock: Clock };
  readonly say: (event: RunEvent) => void;
  readonly callId: string;
  readonly agent: string;
}

/** Asks whoever is asked for the run, under an id of its own and with the subagent named. */
export function approverFor({ run, say, callId, agent }: Asking): Approver {
  return {
    ask: async (asked, signal) => {
      const id = `${callId}/${asked.id}`;
      const request: ApprovalRequest = { ...asked, id, summary: `[${agent}] ${asked.summary}` };
      say({ type: 'approval-ask', time: run.clock.now(), request });
      const answer = await run.approver.ask(request, signal);
      say({ type: 'approval-answer', time: run.clock.now(), id, decision: answer.decision });
      return answer;
    },
  };
}
