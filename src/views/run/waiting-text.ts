import * as vscode from 'vscode';
import type { ApprovalDecision, ApprovalRequest } from '../../agent/guard/guard.ts';
import type { RunQuestion, Waiting } from '../runs/run-state.ts';
import { bold, diffText, dim, harmless, yellow } from './terminal-text.ts';

const DIFF_LINES = 24;

/** What waits for an answer, with the keys that answer it, as the terminal shows it. */
export function waitingText(waiting: Waiting): string {
  const whose = waiting.agent === undefined ? '' : `${dim(harmless(waiting.agent))} `;
  return waiting.kind === 'approval'
    ? approvalText(waiting.request, whose)
    : questionText(waiting.question, whose);
}

function approvalText(request: ApprovalRequest, whose: string): string {
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
    `${whose}${yellow(bold(vscode.l10n.t('Allow? {0}', harmless(request.summary))))}`,
    diffText(request.detail, DIFF_LINES, more),
    dim(`  ${harmless(request.reason)}`),
    `  ${keys.filter(Boolean).join(' · ')}`,
  ].join('\n');
}

/** A number and Enter choose an option; anything else typed is an answer in words. */
function questionText({ question, options }: RunQuestion, whose: string): string {
  const how =
    options.length > 0
      ? vscode.l10n.t('Type a number or an answer and press Enter · Esc: no answer')
      : vscode.l10n.t('Type an answer and press Enter · Esc: no answer');
  return [
    '',
    `${whose}${yellow(bold(harmless(question)))}`,
    ...options.map((option, index) => `  ${index + 1}  ${harmless(option).replaceAll('\n', ' ')}`),
    `  ${dim(how)}`,
  ].join('\n');
}

/** The answer that was typed: the option of that number, else the words. */
export function typedAnswer(text: string, options: readonly string[]): string {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return options[number - 1] ?? text;
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
