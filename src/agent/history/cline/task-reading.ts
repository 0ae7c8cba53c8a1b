import type { CallPlace } from '../call-shape.ts';
import { EntryBudget } from '../entry-budget.ts';
import {
  entryText,
  fieldOf,
  type LooseObject,
  listField,
  numberField,
  objectField,
  parseLoose,
  summaryText,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { CallEntry, PlanEntry, TranscriptEntry, TranscriptState } from '../transcript.ts';
import { callOfMessage } from './task-call.ts';

interface Said {
  readonly id: string;
  readonly time?: number;
}

/**
 * What the extension shows of one task, message by message (`ui_messages.json`). Source: `ClineMessage` in
 * src/shared/ExtensionMessage.ts of cline/cline; made by hand in the tests.
 */
export class TaskReading {
  readonly #budget = new EntryBudget();
  readonly #held: TranscriptEntry[][] = [];
  readonly #place: CallPlace;
  #count = 0;
  #open: TranscriptEntry[] | undefined;
  #state: TranscriptState = 'done';
  firstTime: number | undefined;
  lastTime: number | undefined;
  model: string | undefined;
  turns = 0;
  readonly counted = { input: 0, output: 0, cost: 0 };

  constructor(place: CallPlace) {
    this.#place = place;
  }

  get entries(): readonly TranscriptEntry[] {
    return this.#held.flat();
  }

  get state(): TranscriptState {
    return this.#state;
  }

  get problem(): string | undefined {
    return this.#budget.problem;
  }

  add(message: LooseObject): void {
    this.#count += 1;
    const time = timeOf(fieldOf(message, 'ts'));
    if (time !== undefined) {
      this.firstTime ??= time;
      this.lastTime = time;
    }
    this.model = textField(objectField(message, 'modelInfo'), 'modelId') ?? this.model;
    const isAsk = textField(message, 'type') === 'ask';
    const kind = textField(message, isAsk ? 'ask' : 'say') ?? '';
    const text = textField(message, 'text') ?? '';
    const said = { id: `#${this.#count}`, ...(time !== undefined && { time }) };
    this.#state = stateAfter(kind, isAsk, text) ?? this.#state;
    const summary = summaryIn(kind, text);
    const call = callOfMessage(kind, text, said, this.#place);
    if (summary !== undefined) this.#addSaid([{ ...said, kind: 'compaction', summary: entryText(summary) }]);
    else if (call) this.#addCall(call, isAsk);
    else if (kind === 'command_output' || kind === 'mcp_server_response') this.#addOutput(text);
    else if (kind === 'diff_error') this.#closeCall(false, text);
    else if (!QUIET.has(kind)) this.#addSaid(entriesOf(kind, text, said, message));
    this.#countUsage(kind, text);
  }

  #addSaid(entries: readonly TranscriptEntry[]): void {
    if (entries.length === 0) return;
    this.#closeCall(true, '');
    this.#held.push(this.#budget.hold(entries));
  }

  /** What is asked about may not have been done yet: what comes next says that it was. */
  #addCall(call: CallEntry, isAsk: boolean): void {
    this.#closeCall(true, '');
    const held = this.#budget.hold([call]);
    this.#held.push(held);
    this.#open = held;
    if (!isAsk && call.act !== 'execute') this.#closeCall(true, '');
  }

  #addOutput(text: string): void {
    const held = this.#open;
    if (held)
      this.#budget.replace(held, 0, (call) => {
        if (call.kind !== 'call') return call;
        const before = call.result?.text ?? '';
        const all = before === '' ? text : `${before}\n${text}`;
        return { ...call, result: { ok: true, text: entryText(all) } };
      });
  }

  #closeCall(ok: boolean, text: string): void {
    const held = this.#open ?? (ok ? undefined : this.#held.at(-1));
    if (held)
      this.#budget.replace(held, 0, (call) =>
        call.kind === 'call' && (call.result === undefined || !ok)
          ? { ...call, result: { ok, text: entryText(text) } }
          : call,
      );
    this.#open = undefined;
  }

  #countUsage(kind: string, text: string): void {
    if (!COUNTED.has(kind)) return;
    const usage = parseLoose(text);
    const count = (name: string) => Math.max(0, numberField(usage, name) ?? 0);
    this.counted.input += count('tokensIn') + count('cacheWrites') + count('cacheReads');
    this.counted.output += count('tokensOut');
    this.counted.cost += count('cost');
    if (kind === 'api_req_started' && count('tokensOut') > 0) this.turns += 1;
  }
}

/** Nothing of the conversation. */
const QUIET = new Set([
  'reasoning',
  'api_req_finished',
  'checkpoint_created',
  'resume_task',
  'resume_completed_task',
  'info',
  'hook_status',
  'hook_output_stream',
  'shell_integration_warning',
  'shell_integration_warning_with_suggestion',
  'subagent',
  'load_mcp_documentation',
  'conditional_rules_applied',
]);

/** Messages that say in JSON what requests took, also of those that were deleted with a part of the conversation. */
const COUNTED = new Set(['api_req_started', 'deleted_api_reqs', 'subagent_usage']);

function entriesOf(kind: string, text: string, said: Said, message: LooseObject): readonly TranscriptEntry[] {
  switch (kind) {
    case 'task':
    case 'user_feedback': {
      const pictures = listField(message, 'images').length;
      if (text.trim() === '' && pictures === 0) return [];
      return [{ ...said, kind: 'prompt', text: entryText(text), ...(pictures > 0 && { pictures }) }];
    }
    case 'text':
    case 'completion_result':
    case 'plan_mode_respond':
    case 'act_mode_respond': {
      const answer = (textField(parseLoose(text), 'response') ?? text).replace(/HAS_CHANGES$/, '');
      const model = textField(objectField(message, 'modelInfo'), 'modelId');
      if (answer.trim() === '') return [];
      return [{ ...said, kind: 'answer', text: entryText(answer), ...(model !== undefined && { model }) }];
    }
    case 'task_progress':
      return planOf(text, said);
    case 'followup':
      return question(text, said);
    case 'api_req_started':
      return endOfRequest(text, said);
    case 'error':
    case 'api_req_failed':
    case 'mistake_limit_reached':
    case 'clineignore_error':
    case 'command_permission_denied':
      return [notice(said, 'error', text)];
    default:
      return [];
  }
}

/** One of the answers that were offered stands in the question itself. */
function question(text: string, said: Said): readonly TranscriptEntry[] {
  const asked = parseLoose(text);
  const selected = textField(asked, 'selected');
  const open = notice(said, 'question', textField(asked, 'question') ?? text);
  if (selected === undefined) return [open];
  return [open, { ...said, id: `${said.id}/answer`, kind: 'prompt', text: entryText(selected) }];
}

function notice(said: Said, what: 'question' | 'error' | 'stopped', text: string): TranscriptEntry {
  return { ...said, kind: 'notice', what, text: entryText(text) };
}

function endOfRequest(text: string, said: Said): readonly TranscriptEntry[] {
  const info = parseLoose(text);
  const reason = textField(info, 'cancelReason');
  if (reason === undefined) return [];
  const what = reason === 'user_cancelled' ? 'stopped' : 'error';
  return [notice(said, what, textField(info, 'streamingFailedMessage') ?? '')];
}

/** A list in Markdown, with boxes that are ticked. */
function planOf(text: string, said: Said): readonly PlanEntry[] {
  const steps = text.split('\n').flatMap((line) => {
    const box = /^\s*[-*] \[([ xX])\] (.+)$/.exec(line);
    return box ? [{ text: summaryText(box[2] ?? ''), state: box[1] === ' ' ? 'open' : 'done' } as const] : [];
  });
  return steps.length === 0 ? [] : [{ ...said, kind: 'plan', steps }];
}

/** The summary that the conversation went on with, where the message is one. */
function summaryIn(kind: string, text: string): string | undefined {
  if (kind === 'condense' || kind === 'summarize_task') return text;
  const shown = kind === 'tool' ? parseLoose(text) : undefined;
  return textField(shown, 'tool') === 'summarizeTask' ? (textField(shown, 'content') ?? '') : undefined;
}

/** What a task is in when this was the last message; undefined where it says nothing of that. */
function stateAfter(kind: string, isAsk: boolean, text: string): TranscriptState | undefined {
  if (kind === 'completion_result' || kind === 'resume_completed_task') return 'done';
  if (kind === 'resume_task') return 'interrupted';
  if (kind === 'api_req_failed' || kind === 'mistake_limit_reached') return 'failed';
  if (isAsk) return kind === 'command_output' ? 'interrupted' : 'waiting';
  const reason = kind === 'api_req_started' ? textField(parseLoose(text), 'cancelReason') : undefined;
  if (reason !== undefined) return reason === 'user_cancelled' ? 'stopped' : 'failed';
  return kind === 'task_progress' || kind === 'checkpoint_created' ? undefined : 'interrupted';
}
