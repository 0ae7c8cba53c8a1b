import * as vscode from 'vscode';
import type { ApprovalDecision, ApprovalRequest } from '../../agent/guard/guard.ts';
import { joined, oneLine } from '../words.ts';
import type { RunQuestion, RunState, Waiting } from './run-state.ts';
import { runTitle } from './run-words.ts';

/** What an item of the list means. */
export type AnswerChoice =
  | { readonly kind: 'decision'; readonly decision: ApprovalDecision }
  | { readonly kind: 'option'; readonly option: string }
  /** Words of the person: an answer, or why it is denied. */
  | { readonly kind: 'words' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'show' };

export interface AnswerItem extends vscode.QuickPickItem {
  readonly choice: AnswerChoice;
}

export interface AnswerList {
  readonly title: string;
  readonly placeHolder: string;
  readonly items: readonly AnswerItem[];
}

/** One line among several that wait. */
export function waitingItem(run: RunState, waiting: Waiting): vscode.QuickPickItem {
  const asked =
    waiting.kind === 'approval'
      ? vscode.l10n.t('Allow? {0}', inert(waiting.request.summary))
      : inert(waiting.question.question);
  return {
    label: `$(${waiting.kind === 'approval' ? 'shield' : 'question'}) ${oneLine(asked)}`,
    description: joined(waiting.agent && inert(waiting.agent), inert(runTitle(run))),
  };
}

export function answerItems(run: RunState, waiting: Waiting): AnswerList {
  const title = joined(inert(runTitle(run)), waiting.agent && inert(waiting.agent));
  return waiting.kind === 'approval'
    ? { title, ...approvalList(waiting.request) }
    : { title, ...questionList(waiting.question) };
}

function approvalList(request: ApprovalRequest): Omit<AnswerList, 'title'> {
  const rule = request.offeredRule && inert(request.offeredRule);
  // A command is judged by all of its words; of a file the diff says more than any line of it.
  const detail = request.path === undefined ? oneLine(inert(request.detail), 300) : inert(request.reason);
  const show = request.path === undefined ? vscode.l10n.t('Show it whole') : vscode.l10n.t('Show diff');
  return {
    placeHolder: vscode.l10n.t('Allow? {0}', oneLine(request.summary, 160)),
    items: [
      {
        label: `$(check) ${vscode.l10n.t('Allow once')}`,
        detail,
        choice: { kind: 'decision', decision: 'once' },
      },
      ...(rule ? ruleItems(rule) : []),
      { label: `$(close) ${vscode.l10n.t('Deny')}`, choice: { kind: 'decision', decision: 'deny' } },
      { label: `$(comment) ${vscode.l10n.t('Deny and say why…')}`, choice: { kind: 'words' } },
      { label: `$(diff) ${show}`, choice: { kind: 'show' } },
    ],
  };
}

/** The rule that would be kept stands beside both. */
function ruleItems(rule: string): readonly AnswerItem[] {
  return [
    {
      label: `$(check-all) ${vscode.l10n.t('Allow for this session')}`,
      description: rule,
      choice: { kind: 'decision', decision: 'session' },
    },
    {
      label: `$(pass) ${vscode.l10n.t('Always allow')}`,
      description: rule,
      choice: { kind: 'decision', decision: 'always' },
    },
  ];
}

function questionList({ question, options }: RunQuestion): Omit<AnswerList, 'title'> {
  return {
    placeHolder: oneLine(question, 300),
    items: [
      ...options.map((option) => ({
        label: oneLine(inert(option), 200),
        choice: { kind: 'option', option } as const,
      })),
      { label: `$(comment) ${vscode.l10n.t('Another answer…')}`, choice: { kind: 'words' } },
      { label: `$(circle-slash) ${vscode.l10n.t('No answer')}`, choice: { kind: 'nobody' } },
    ],
  };
}

/** `$(name)` in a list is drawn as an icon: what a model says must not look like ours. */
function inert(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
