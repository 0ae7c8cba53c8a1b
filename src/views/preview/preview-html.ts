import * as vscode from 'vscode';
import type { FilePreview, ImportPreview } from '../../memory/workspace/file-preview.ts';
import { shortNumber, tokenWords } from '../words.ts';

/** The line above a memory file: whether it loads, why and at what cost. */
export function budgetHtml(preview: FilePreview): string {
  const { state, reason, tokens, lines, cutOff } = preview;
  const parts = [
    strong(stateWords(preview)),
    escapeHtml(sentence(reason)),
    ...(state === 'skipped' ? [] : [escapeHtml(vscode.l10n.t('About {0}.', tokenWords(tokens)))]),
    ...(lines === undefined
      ? []
      : [escapeHtml(vscode.l10n.t('{0} of {1} lines.', lines.count, lines.limit)), meter(lines)]),
    ...(cutOff === undefined ? [] : [strong(vscode.l10n.t('Cut off: {0}.', cutOff))]),
  ];
  const label = escapeHtml(vscode.l10n.t('What agents read of this file'));
  return `<div class="varve-budget varve-${state}" role="note" aria-label="${label}">${parts.join(' ')}</div>\n`;
}

/** The line before the first block that does not load any more. */
export function cutHtml({ cutOff = '' }: FilePreview, element: 'li' | 'div'): string {
  const words = vscode.l10n.t('Cut off here: {0}. No agent reads what follows.', cutOff);
  return `<${element} class="varve-cut">${escapeHtml(words)}</${element}>\n`;
}

/** The frame of an import. `body` is HTML already, and inert. */
export function importHtml(imported: ImportPreview, body: string): string {
  const { name, state, reason, tokens, isShortened } = imported;
  const label = escapeHtml(vscode.l10n.t('Imported: {0}', name));
  const cost = state === 'loaded' || state === 'on-demand' ? ` ${escapeHtml(tokenWords(tokens))}.` : '';
  const why = reason === '' || state === 'loaded' ? '' : ` ${escapeHtml(sentence(reason))}`;
  const head = `<p class="varve-import-head"><code>${escapeHtml(name)}</code> ${strong(importWords(state))}${cost}${why}</p>`;
  const more = isShortened
    ? `<p class="varve-import-more">${escapeHtml(vscode.l10n.t('The rest is not shown here.'))}</p>`
    : '';
  const content = body.trim() === '' ? '' : `<div class="varve-import-body">${body}</div>`;
  return `<section class="varve-import varve-${state}" aria-label="${label}">${head}${content}${more}</section>\n`;
}

function stateWords({ state, trigger }: FilePreview): string {
  if (state === 'skipped') return vscode.l10n.t('Does not load.');
  if (state === 'on-demand') return vscode.l10n.t('Loads on demand.');
  return trigger === 'start'
    ? vscode.l10n.t('Loads at every start.')
    : vscode.l10n.t('Loads with what is read.');
}

function importWords(state: ImportPreview['state']): string {
  switch (state) {
    case 'loaded':
      return vscode.l10n.t('Loaded.');
    case 'on-demand':
      return vscode.l10n.t('Loads on demand.');
    case 'skipped':
      return vscode.l10n.t('Not loaded from here.');
    case 'missing':
      return vscode.l10n.t('Missing.');
  }
}

function meter({ count, limit }: { readonly count: number; readonly limit: number }): string {
  const share = `${shortNumber(count)}/${shortNumber(limit)}`;
  return `<meter class="varve-meter" min="0" max="${limit}" value="${Math.min(count, limit)}" aria-hidden="true">${share}</meter>`;
}

function sentence(reason: string): string {
  const text = /^[a-z]+[ ,]/.test(reason) ? reason.charAt(0).toUpperCase() + reason.slice(1) : reason;
  return `${text}.`;
}

function strong(words: string): string {
  return `<strong>${escapeHtml(words)}</strong>`;
}

/** Text as text, within an element or a quoted attribute; what cannot be seen is shown as U+FFFD. */
function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
