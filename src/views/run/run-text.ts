import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../../agent/engine/run-channel.ts';
import { withoutFrame } from '../../agent/resume/brief/framed-brief.ts';
import type { TodoItem } from '../../agent/tools/tool.ts';
import { diffCounts, outcomeWords } from '../runs/run-words.ts';
import { costWords, duration, joined, tokenWords, usedTokens } from '../words.ts';
import { bold, dim, green, harmless, red, yellow } from './terminal-text.ts';
import { answerWords } from './waiting-text.ts';

/** What one event adds to a run's terminal. `fresh`: it begins on a line of its own. */
export interface RunText {
  readonly text: string;
  readonly fresh: boolean;
}

const nothing: RunText = { text: '', fresh: false };

export function runText(event: RunEvent, folder: string): RunText {
  switch (event.type) {
    case 'text-delta':
      return { text: harmless(event.text), fresh: false };
    case 'tool-output':
      return { text: dim(harmless(event.text)), fresh: false };
    case 'run-start':
      return line(dim([startWords(event), ...sandboxWords(event)].join('\n')));
    case 'message-user':
      return line(`\n${userText(event.text)}\n`);
    case 'tool-start':
      return line(dim(`• ${harmless(event.summary)}`));
    case 'tool-end':
      return toolEnd(event, folder);
    case 'approval-answer':
      return line(dim(`  ${answerWords(event.decision)}`));
    case 'retry-wait':
      return line(
        yellow(
          `${harmless(event.message)} ${vscode.l10n.t('Trying again in {0}.', duration(event.delayMs))}`,
        ),
      );
    case 'notice':
      return line(yellow(harmless(event.text)));
    case 'question-answer':
      return line(dim(`  ${answered(event.text)}`));
    case 'todo-update':
      return line(todoText(event.items));
    case 'checkpoint-create':
      return line(dim(`  ${vscode.l10n.t('checkpoint {0}', event.checkpoint)}`));
    case 'compaction-end':
      return line(dim(compactionWords(event.tokensBefore)));
    case 'subagent-event':
      return subagentText(event, folder);
    case 'run-end':
      return line(`${runEnd(event)}\n${dim(vscode.l10n.t('Type to go on with this session.'))}`);
    // What waits is shown when it is its turn to be answered: see the terminal.
    case 'approval-ask':
    case 'question-ask':
    case 'message-assistant':
    case 'usage-update':
    case 'unsaved-ask':
    case 'heartbeat':
    case 'model-ask':
    case 'model-stop':
      return nothing;
  }
}

function line(text: string): RunText {
  return { text: `${text}\n`, fresh: true };
}

/** A brief was looked over before it was sent; the transcript has all of it. */
function userText(text: string): string {
  const said = withoutFrame(text);
  const rest = said === text ? '' : `\n${dim(vscode.l10n.t('with the brief of an earlier session'))}`;
  return `${bold(`› ${harmless(said.trim())}`)}${rest}`;
}

type Of<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>;

function startWords(event: Of<'run-start'>): string {
  const memory = vscode.l10n.t(
    '{0} of memory from {1} files',
    tokenWords(event.memory.tokens),
    event.memory.files.length,
  );
  return joined(
    harmless(event.model),
    event.engine && harmless(event.engine),
    memory,
    modeWords(event.permissionMode),
    event.resumed && vscode.l10n.t('continued'),
  );
}

/** Said where it is known: commands in a sandbox, or why not. */
function sandboxWords({ sandbox }: Of<'run-start'>): readonly string[] {
  if (!sandbox) return [];
  const reason = harmless(sandbox.reason);
  return [
    sandbox.on
      ? vscode.l10n.t('Commands run in a sandbox. {0}', reason).trim()
      : vscode.l10n.t('Commands run without a sandbox. {0}', reason).trim(),
  ];
}

function answered(text: string | undefined): string {
  return text === undefined
    ? vscode.l10n.t('No answer')
    : vscode.l10n.t('Answered: {0}', harmless(text).replaceAll('\n', ' '));
}

const TODO_LINES = 20;
const todoMarks: Record<TodoItem['state'], string> = { done: '[x]', active: '[>]', pending: '[ ]' };

function todoText(items: readonly TodoItem[]): string {
  const lines = items.slice(0, TODO_LINES).map(({ text, state }) => {
    const words = `  ${todoMarks[state]} ${harmless(text).replaceAll('\n', ' ')}`;
    return state === 'active' ? words : dim(words);
  });
  const left = items.length - lines.length;
  const more = left > 0 ? [dim(`  ${vscode.l10n.t('… {0} more', left)}`)] : [];
  return [...lines, ...more].join('\n');
}

function compactionWords(tokensBefore: number): string {
  return vscode.l10n.t(
    'The conversation had grown to {0}: it goes on with a summary. All of it stays in the session.',
    tokenWords(tokensBefore),
  );
}

/** Under its agent's name, indented. Several may speak at a time: their text comes whole, not as it streams. */
function subagentText({ agent, event }: Of<'subagent-event'>, folder: string): RunText {
  const said = partText(event, folder);
  const silent = ['text-delta', 'tool-output', 'message-user', 'checkpoint-create', 'run-start'];
  if (silent.includes(event.type) || said.text.trim() === '') return nothing;
  const name = dim(`${harmless(agent).replaceAll('\n', ' ')} │ `);
  const lines = said.text.trim().split('\n');
  return line(lines.map((one) => `  ${name}${one}`).join('\n'));
}

function partText(event: RunEvent, folder: string): RunText {
  if (event.type === 'message-assistant') return line(saidIn(event));
  return event.type === 'run-end' ? line(runEnd(event)) : runText(event, folder);
}

function saidIn({ content }: Of<'message-assistant'>): string {
  return harmless(content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'));
}

function modeWords(mode: Of<'run-start'>['permissionMode']): string {
  switch (mode) {
    case 'default':
      return vscode.l10n.t('asks before it writes or runs a command');
    case 'acceptEdits':
      return vscode.l10n.t('edits without asking');
    case 'plan':
      return vscode.l10n.t('only reads and plans');
    case 'dontAsk':
      return vscode.l10n.t('denies what is not allowed');
    case 'bypassPermissions':
      return vscode.l10n.t('asks nothing');
  }
}

function toolEnd(event: Of<'tool-end'>, folder: string): RunText {
  if (!event.ok) {
    const [first = ''] = harmless(event.text).trim().split('\n');
    return line(red(`  ${vscode.l10n.t('Failed: {0}', first)}`));
  }
  if (!event.change) return nothing;
  const path = relative(folder, event.change.path) || event.change.path;
  return line(`  ${harmless(path)} ${diffCounts(event.change.diff)}`);
}

function runEnd(event: Of<'run-end'>): string {
  const turns = event.turns === 1 ? vscode.l10n.t('1 turn') : vscode.l10n.t('{0} turns', event.turns);
  const outcome = outcomeWords(event.outcome);
  const numbers = joined(
    turns,
    usedTokens(event.usage),
    costWords(event.costUsd),
    duration(event.durationMs),
  );
  const head = event.outcome === 'success' ? green(outcome) : yellow(outcome);
  // A successful run's message is its last text, which has streamed already.
  const message = event.outcome === 'success' || event.message === '' ? '' : `${harmless(event.message)}\n`;
  return `\n${message}${bold(head)} ${dim(`· ${numbers}`)}`;
}
