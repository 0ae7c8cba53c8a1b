import type { ApprovalRequest, Verdict } from '../guard/guard.ts';
import type { ToolPlan } from '../tools/tool.ts';
import { type Outcome, stoppedOutcome } from './call-result.ts';
import type { ToolCall } from './history.ts';
import { isInterrupted, type LeftOpen, leftOpen } from './left-open.ts';
import type { LoopConfig } from './loop-config.ts';
import type { Tally } from './tally.ts';

/** The guard's word, or a person's. Undefined: it may go on. */
export async function permit(
  { config, tally }: { readonly config: LoopConfig; readonly tally: Tally },
  call: ToolCall,
  plan: ToolPlan,
): Promise<Outcome | LeftOpen | undefined> {
  const verdict = await config.guard.decide(plan.permission);
  if (verdict.decision === 'allow') return undefined;
  const refusal = verdict.decision === 'deny' ? verdict.reason : await askPerson(config, call, plan, verdict);
  if (refusal === undefined) return undefined;
  if (isInterrupted(config)) return leftOpen;
  if (config.signal.aborted) return stoppedOutcome;
  tally.denials.push({ tool: call.name, id: call.id, input: call.input });
  const text = `This was not permitted and nothing was done. ${refusal} Do not try to reach the same by another way; go on without it or say what you need.`;
  return { ok: false, text, denial: { reason: refusal } };
}

/** Undefined for yes, else why not. */
async function askPerson(
  config: LoopConfig,
  call: ToolCall,
  plan: ToolPlan,
  verdict: Verdict,
): Promise<string | undefined> {
  const request: ApprovalRequest = {
    id: call.id,
    tool: call.name,
    summary: plan.summary,
    detail: plan.detail,
    reason: verdict.reason,
    ...('path' in plan.permission ? { path: plan.permission.path } : {}),
    ...(verdict.offeredRule === undefined ? {} : { offeredRule: verdict.offeredRule }),
  };
  await config.emit({ type: 'approval-ask', request });
  const { decision, message } = await answerOrStop(config, request);
  // Nobody answered: the question is asked again when the session goes on.
  if (isInterrupted(config)) return verdict.reason;
  const rule = decision === 'session' || decision === 'always' ? verdict.offeredRule : undefined;
  await config.emit({
    type: 'approval-answer',
    id: call.id,
    decision,
    ...(message === undefined ? {} : { message }),
    ...(rule === undefined ? {} : { rule }),
  });
  if (rule !== undefined) config.guard.remember(rule);
  if (decision !== 'deny') return undefined;
  return message === undefined || message === ''
    ? `${verdict.reason} The answer was no.`
    : `The answer was no: ${message}`;
}

/** A question that a stop overtakes is answered with no. */
async function answerOrStop(
  config: LoopConfig,
  request: ApprovalRequest,
): ReturnType<LoopConfig['approver']['ask']> {
  const { signal } = config;
  const no = { decision: 'deny' } as const;
  if (signal.aborted) return no;
  let onAbort = () => {};
  const stopped = new Promise<typeof no>((resolve) => {
    onAbort = () => resolve(no);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([config.approver.ask(request, signal).catch(() => no), stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
