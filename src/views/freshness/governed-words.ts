import * as vscode from 'vscode';
import type { GoverningRecord } from './governed-code.ts';

/** "Governed by decision “Fees are whole cents” since 2026-11-22. The code changed since." */
export function governedWords({ kind, title, since, state, reason }: GoverningRecord): string {
  const named =
    since === ''
      ? vscode.l10n.t('Governed by {0} “{1}”.', kind, title)
      : vscode.l10n.t('Governed by {0} “{1}” since {2}.', kind, title, since);
  return state === 'fresh' || state === 'unknown' ? named : `${named} ${reason}`;
}
