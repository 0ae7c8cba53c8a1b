import * as vscode from 'vscode';
import { commandIds, itemWords } from '../contributions.ts';
import { type FolderSession, sessionTitle } from '../sessions/shown-session.ts';
import type { Row } from '../tree/row.ts';
import { costWords, duration, joined, oneLine, usedTokens } from '../words.ts';

/** Runs of other processes, newest first: what their journals say, and when they last said something. */
export function followerRows(sessions: readonly FolderSession[], now: number): readonly Row[] {
  return sessions
    .toSorted((a, b) => b.session.created - a.session.created)
    .map(({ folder, name, session }) => {
      const label = oneLine(sessionTitle(session), 60);
      const description = joined(
        vscode.l10n.t('goes on without this window'),
        session.turns === 1 ? vscode.l10n.t('1 turn') : vscode.l10n.t('{0} turns', session.turns),
        usedTokens(session.usage),
        costWords(session.costUsd),
        vscode.l10n.t('last word {0} ago', duration(now - session.modified)),
        name,
      );
      return {
        id: `follower:${session.id}`,
        label,
        description,
        icon: 'broadcast',
        context: itemWords.follower,
        tooltip: [
          label,
          description,
          session.model,
          vscode.l10n.t(
            'Nobody can answer it here: what would ask is denied. Stop leaves a session to resume.',
          ),
        ]
          .filter(Boolean)
          .join('\n'),
        spoken: [vscode.l10n.t('Run'), label, description].join(', '),
        open: { kind: 'command', command: commandIds.openTranscript },
        subject: { kind: 'session', folder, id: session.id },
      } satisfies Row;
    });
}
