import { join, sep } from 'node:path';
import type { Files } from '../../../base/files.ts';
import type { Guard, PermissionKey } from '../../guard/guard.ts';
import type { RunCommand } from '../run-channel.ts';
import { type ClaudeAsk, claudeAsk } from './claude-asks.ts';
import type { ClaudeChanges } from './claude-changes.ts';
import { answeredQuestions, hookAnswer, questionsOf, refusal, successResponse } from './claude-control.ts';
import type { TimelessEvent } from './claude-reading.ts';
import { changedPath } from './claude-words.ts';
import { type Loose, objectOf, textOf } from './loose-json.ts';

type Answer = Extract<RunCommand, { type: 'approval-answer' | 'unsaved-answer' | 'question-answer' }>;

export interface PartnerOptions {
  readonly files: Files;
  readonly cwd: string;
  /** Says *ask* for what steers agents or tools, *allow* for all else. */
  readonly guard: Guard;
  readonly configDirectory: string;
  readonly changes: ClaudeChanges;
  readonly say: (event: TimelessEvent) => void;
  readonly write: (line: object) => void;
  readonly keepRule: (rule: string) => Promise<void>;
}

/** Whoever answers Claude Code's questions: its permission asks, its own questions to the person, our hook. */
export interface ClaudePartner {
  /** A `control_request`. */
  ask(message: Loose): void;
  /** Claude Code does not wait for the answer any more. */
  cancel(id: string): void;
  answer(command: Answer): void;
  /** Nobody is there any more. */
  end(): void;
}

export function createClaudePartner(options: PartnerOptions): ClaudePartner {
  return new Partner(options);
}

class Partner implements ClaudePartner {
  readonly #options: PartnerOptions;
  readonly #approvals = new Map<string, ClaudeAsk>();
  readonly #questions = new Map<string, (text: string | undefined) => void>();
  readonly #unsaved = new Map<string, (unsaved: boolean) => void>();
  /** Calls that our hook had asked for, with why. */
  readonly #alwaysAsked = new Map<string, string>();
  readonly #cancelled = new Set<string>();

  constructor(options: PartnerOptions) {
    this.#options = options;
  }

  ask(message: Loose): void {
    const id = textOf(message['request_id']);
    const asked = objectOf(message['request']);
    const answering = this.#respond(id, asked).catch((error: unknown) => refusal(id, String(error)));
    void answering.then((line) => line && this.#options.write(line));
  }

  cancel(id: string): void {
    this.#cancelled.add(id);
    if (this.#approvals.delete(id)) {
      this.#options.say({ type: 'approval-answer', id, decision: 'deny' });
    }
    this.#questions.get(id)?.(undefined);
  }

  answer(command: Answer): void {
    switch (command.type) {
      case 'approval-answer':
        this.#decide(command);
        return;
      case 'question-answer':
        this.#questions.get(command.id)?.(command.text);
        return;
      case 'unsaved-answer':
        this.#unsaved.get(command.id)?.(command.unsaved);
        this.#unsaved.delete(command.id);
        return;
    }
  }

  end(): void {
    for (const id of this.#approvals.keys()) this.cancel(id);
    for (const answer of this.#questions.values()) answer(undefined);
    for (const answer of this.#unsaved.values()) answer(true);
  }

  /** The answer; undefined where a person gives it later. */
  async #respond(id: string, asked: Loose): Promise<object | undefined> {
    switch (asked['subtype']) {
      case 'hook_callback':
        return successResponse(id, await this.#beforeTool(id, objectOf(asked['input'])));
      case 'can_use_tool':
        return textOf(asked['tool_name']) === 'AskUserQuestion'
          ? successResponse(id, await this.#askPerson(id, objectOf(asked['input'])))
          : this.#askApproval(id, asked);
      default:
        return refusal(id, 'This host does not do that.');
    }
  }

  async #askApproval(id: string, asked: Loose): Promise<object | undefined> {
    const call = textOf(asked['tool_use_id']);
    const ask = await claudeAsk(this.#options, id, asked, this.#alwaysAsked.get(call));
    const { path } = ask.request;
    // Where hooks are off this is the only place to see it.
    if (path !== undefined && (await this.#isUnsaved(`${id}-file`, path))) {
      return successResponse(id, { behavior: 'deny', message: unsavedMessage(path) });
    }
    if (this.#cancelled.has(id)) return undefined;
    this.#approvals.set(id, ask);
    this.#options.say({ type: 'approval-ask', request: ask.request });
    return undefined;
  }

  #decide({ id, decision, message }: Extract<Answer, { type: 'approval-answer' }>): void {
    const ask = this.#approvals.get(id);
    if (!ask) return;
    this.#approvals.delete(id);
    this.#options.say({ type: 'approval-answer', id, decision });
    this.#options.write(successResponse(id, ask.answer(decision, message)));
    const { offeredRule } = ask.request;
    if (decision === 'always' && offeredRule !== undefined) void this.#options.keepRule(offeredRule);
  }

  async #askPerson(id: string, input: Loose): Promise<object> {
    const answers: Record<string, string> = {};
    for (const { text, options } of questionsOf(input)) {
      if (this.#cancelled.has(id)) break;
      const said = await new Promise<string | undefined>((resolve) => {
        this.#questions.set(id, resolve);
        this.#options.say({ type: 'question-ask', id, question: text, options });
      });
      this.#questions.delete(id);
      this.#options.say({ type: 'question-answer', id, ...(said !== undefined && { text: said }) });
      if (said === undefined) return { behavior: 'deny', message: 'Nobody answered. Decide yourself.' };
      answers[text] = said;
    }
    return answeredQuestions(input, answers);
  }

  /** Before a tool writes or runs something, in every mode. */
  async #beforeTool(id: string, { tool_name, tool_input, tool_use_id }: Loose): Promise<object> {
    const [tool, input, call] = [textOf(tool_name), objectOf(tool_input), textOf(tool_use_id)];
    const path = changedPath(tool, input);
    if (path !== undefined) {
      if (await this.#isUnsaved(id, path)) return hookAnswer('deny', unsavedMessage(path));
      await this.#options.changes.before(call, path);
    }
    const key = this.#keyOf(path, input);
    if (key === undefined) return hookAnswer(undefined, '');
    const { decision, reason } = await this.#options.guard.decide(key);
    if (decision !== 'ask') return hookAnswer(undefined, '');
    this.#alwaysAsked.set(call, reason);
    return hookAnswer('ask', reason);
  }

  #keyOf(path: string | undefined, input: Loose): PermissionKey | undefined {
    if (path !== undefined) {
      // Its own notes are Claude Code's business; Varve shows what it wrote there.
      return isAutoMemory(this.#options.configDirectory, path)
        ? undefined
        : { tool: 'edit', effect: 'write', path };
    }
    const command = textOf(input['command']);
    return command === '' ? undefined : { tool: 'run_command', effect: 'execute', command };
  }

  #isUnsaved(id: string, path: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#unsaved.set(id, resolve);
      this.#options.say({ type: 'unsaved-ask', id, path });
    });
  }
}

function unsavedMessage(path: string): string {
  return `${path} is open in the editor with unsaved edits and was not changed. Ask the person to save or close it.`;
}

/** `projects/<slug>/memory/` below Claude Code's configuration (2.1.330). */
function isAutoMemory(configDirectory: string, path: string): boolean {
  const start = join(configDirectory, 'projects') + sep;
  if (!path.startsWith(start) || path.split(/[\\/]/).includes('..')) return false;
  return path.slice(start.length).split(sep)[1] === 'memory';
}
