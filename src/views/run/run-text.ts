import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { ApprovalDecision, ApprovalRequest } from '../../agent/guard/guard.ts';
import { diffCounts, outcomeWords } from '../runs/run-rows.ts';
import { costWords, duration, joined, shortNumber, tokenWords } from '../words.ts';
import { bold, diffText, dim, green, harmless, red, yellow } from './terminal-text.ts';

/** What one event adds to a run's terminal. `fresh`: it begins on a line of its own. */
export interface RunText {
  readonly text: string;
  readonly fresh: boolean;
}

const DIFF_LINES = 24;
const nothing: RunText = { text: '', fresh: false };

export function runText(event: RunEvent, folder: string): RunText {
  switch (event.type) {
    case 'text-delta':
      return { text: harmless(event.text), fresh: false };
    case 'tool-output':
      return { text: dim(harmless(event.text)), fresh: false };
    case 'run-start':
      return line(dim(startWords(event)));
    case 'message-user':
      return line(`\n${bold(`› ${harmless(event.text)}`)}\n`);
    case 'tool-start':
      return line(dim(`• ${harmless(event.summary)}`));
    case 'tool-end':
      return toolEnd(event, folder);
    case 'approval-ask':
      return line(question(event.request));
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
    case 'run-end':
      return line(runEnd(event));
    case 'message-assistant':
    case 'usage-update':
    case 'unsaved-ask':
    case 'heartbeat':
    case 'question-ask':
    case 'question-answer':
    case 'todo-update':
    case 'checkpoint-create':
    case 'compaction-end':
    case 'subagent-event':
    case 'model-ask':
    case 'model-stop':
      return nothing;
  }
}

function line(text: string): RunText {
  return { text: `${text}\n`, fresh: true };
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
    memory,
    modeWords(event.permissionMode),
    event.resumed && vscode.l10n.t('continued'),
  );
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

function question(request: ApprovalRequest): string {
  const more = (left: number): string => vscode.l10n.t('… {0} more lines, press v for the whole', left);
  const keys = [
    vscode.l10n.t('y once'),
    vscode.l10n.t('s for this session'),
    request.offeredRule && vscode.l10n.t('a always ({0})', harmless(request.offeredRule)),
    vscode.l10n.t('d deny'),
    vscode.l10n.t('v view'),
  ];
  return [
    '',
    yellow(bold(vscode.l10n.t('Allow? {0}', harmless(request.summary)))),
    diffText(request.detail, DIFF_LINES, more),
    dim(`  ${harmless(request.reason)}`),
    `  ${keys.filter(Boolean).join(' · ')}`,
  ].join('\n');
}

export function answerWords(decision: ApprovalDecision): string {
  switch (decision) {
    case 'once':
      return vscode.l10n.t('Allowed once');
    case 'session':
      return vscode.l10n.t('Allowed for this session');
    case 'always':
      return vscode.l10n.t('Always allowed');
    case 'deny':
      return vscode.l10n.t('Denied');
  }
}

function runEnd(event: Of<'run-end'>): string {
  const tokens =
    event.usage.inputTokens +
    event.usage.outputTokens +
    event.usage.cacheReadTokens +
    event.usage.cacheWriteTokens;
  const turns = event.turns === 1 ? vscode.l10n.t('1 turn') : vscode.l10n.t('{0} turns', event.turns);
  const outcome = outcomeWords(event.outcome);
  const numbers = joined(
    turns,
    vscode.l10n.t('{0} tokens', shortNumber(tokens)),
    costWords(event.costUsd),
    duration(event.durationMs),
  );
  const head = event.outcome === 'success' ? green(outcome) : yellow(outcome);
  // A successful run's message is its last text, which has streamed already.
  const message = event.outcome === 'success' || event.message === '' ? '' : `${harmless(event.message)}\n`;
  return `\n${message}${bold(head)} ${dim(`· ${numbers}`)}\n${dim(vscode.l10n.t('Type to go on with this session.'))}`;
}
