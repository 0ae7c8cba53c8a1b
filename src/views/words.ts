import * as vscode from 'vscode';
import type { Usage } from '../agent/model/model.ts';
import { tokensOf } from '../agent/model/usage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, short: "now", "5 min", "2 h", "3 d", then the date. */
export function ago(time: number, now: number): string {
  const past = now - time;
  if (past < MINUTE) return vscode.l10n.t('now');
  if (past < HOUR) return vscode.l10n.t('{0} min ago', Math.floor(past / MINUTE));
  if (past < DAY) return vscode.l10n.t('{0} h ago', Math.floor(past / HOUR));
  if (past < 30 * DAY) return vscode.l10n.t('{0} d ago', Math.floor(past / DAY));
  return new Date(time).toLocaleDateString(vscode.env.language);
}

/** "950 tokens", "3.1k tokens". */
export function tokenWords(tokens: number): string {
  return tokens === 1 ? vscode.l10n.t('1 token') : vscode.l10n.t('{0} tokens', shortNumber(tokens));
}

/** "3.1k tokens", of a limit "3.1k of 200k tokens"; "about" where they were counted here, "unknown" where nobody did. */
export function usedTokens(usage: Usage, limit?: number): string {
  const tokens = tokensOf(usage);
  const used = limit === undefined ? shortNumber(tokens) : ofLimit(shortNumber(tokens), shortNumber(limit));
  if (usage.basis === 'counted') return vscode.l10n.t('about {0} tokens', used);
  if (usage.basis !== 'unknown') return vscode.l10n.t('{0} tokens', used);
  return tokens === 0 ? vscode.l10n.t('tokens unknown') : vscode.l10n.t('{0} tokens and more', used);
}

export function ofLimit(used: string, limit: string): string {
  return vscode.l10n.t('{0} of {1}', used, limit);
}

export function shortNumber(value: number): string {
  if (value < 1000) return String(value);
  if (value < 999_500) return `${trimZero((value / 1000).toFixed(value < 99_950 ? 1 : 0))}k`;
  return `${trimZero((value / 1_000_000).toFixed(1))}M`;
}

/** "4 s", "2:05 min", "1:03 h". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return vscode.l10n.t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return vscode.l10n.t('{0} min', `${minutes}:${two(seconds % 60)}`);
  return vscode.l10n.t('{0} h', `${Math.floor(minutes / 60)}:${two(minutes % 60)}`);
}

/** Dollars as the price list says; "cost unknown" where the model has no price here. */
export function costWords(costUsd: number | null): string {
  if (costUsd === null) return vscode.l10n.t('cost unknown');
  return costUsd > 0 && costUsd < 0.01 ? '< $0.01' : `$${costUsd.toFixed(2)}`;
}

/** "a · b", what is empty left out. */
export function joined(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter(Boolean).join(' · ');
}

/** One line of at most `limit` characters. */
export function oneLine(text: string, limit = 80): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}
