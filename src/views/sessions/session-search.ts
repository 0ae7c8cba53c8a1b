import * as vscode from 'vscode';
import { toolNames } from '../../agent/history/transcript.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Questions } from '../search/questions.ts';
import { ago, joined, oneLine } from '../words.ts';
import type { HistoryAnswer, HistoryHit } from './session-history.ts';
import { sessionTitle } from './shown-session.ts';

export interface SessionSearchOptions {
  readonly ask: (query: string, signal: AbortSignal) => Promise<HistoryAnswer>;
  readonly now: () => number;
  /** At the entry that answers; the list stays open where it is shown beside. */
  readonly onOpen: (hit: HistoryHit, entry: string | undefined, beside: boolean) => Promise<void>;
  readonly onResume: (hit: HistoryHit) => Promise<void>;
}

interface SessionItem extends vscode.QuickPickItem {
  readonly hit?: HistoryHit;
  readonly entry?: string;
}

/** *Search Sessions…*: answers while one types. Resolves when it is closed; rejects where a hit cannot be opened. */
export function searchSessions(options: SessionSearchOptions): Promise<void> {
  const owned = new DisposableStore();
  const pick = owned.add(vscode.window.createQuickPick<SessionItem>());
  const toSide = button('split-horizontal', vscode.l10n.t('Open to the Side'));
  const resume = button('debug-continue', vscode.l10n.t('Resume'));
  pick.title = vscode.l10n.t('Search Sessions');
  pick.placeholder = vscode.l10n.t(
    'Words of a prompt, an answer, a command or a file; also tool:codex, branch:main, file:src/a.ts, since:7d',
  );
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.buttons = [resume, toSide];
  // By rank; see the search of memory.
  if ('sortByLabel' in pick) Object.assign(pick, { sortByLabel: false });
  const closed = new Promise<void>((resolve, reject) => {
    const answer = async (query: string, signal: AbortSignal): Promise<readonly SessionItem[]> =>
      itemsOf(await options.ask(query, signal), options.now(), [resume, toSide]);
    const questions = owned.add(new Questions(pick, answer, reject));
    const act = (item: SessionItem | undefined, chosen?: vscode.QuickInputButton): void => {
      if (item?.hit === undefined) return;
      const beside = chosen === toSide;
      const done =
        chosen === resume ? options.onResume(item.hit) : options.onOpen(item.hit, item.entry, beside);
      done.then(() => (beside ? undefined : pick.hide()), reject);
    };
    owned.add(pick.onDidChangeValue((value) => questions.ask(value)));
    owned.add(pick.onDidAccept(() => act(pick.activeItems[0])));
    owned.add(pick.onDidTriggerItemButton(({ item, button: chosen }) => act(item, chosen)));
    owned.add(pick.onDidTriggerButton((chosen) => act(pick.activeItems[0], chosen)));
    owned.add(pick.onDidHide(() => resolve()));
    pick.show();
  });
  return closed.finally(() => owned.dispose());
}

function button(icon: string, tooltip: string): vscode.QuickInputButton {
  return { iconPath: new vscode.ThemeIcon(icon), tooltip };
}

/** VS Code filters what it shows by what was typed; what answers by its text alone has to pass all the same. */
export function itemsOf(
  { hits, notes }: HistoryAnswer,
  now: number,
  buttons: readonly vscode.QuickInputButton[],
): readonly SessionItem[] {
  const told = notes.map((label): SessionItem => ({ label: `$(info) ${label}`, alwaysShow: true }));
  const found = hits.flatMap((hit) => {
    const { row, entries } = hit;
    const where = joined(toolNames[row.tool], ago(row.modified, now), row.branch);
    const head = { description: where, hit, buttons, alwaysShow: true };
    const label = inert(sessionTitle(row));
    const [first, ...more] = entries;
    if (first === undefined) return [{ label, ...head }];
    return [
      { label, ...head, detail: inert(first.snippet), entry: first.entry },
      ...more.map(
        ({ snippet, entry }): SessionItem => ({
          label: `$(blank) ${inert(snippet)}`,
          hit,
          entry,
          alwaysShow: true,
        }),
      ),
    ];
  });
  const nothing: SessionItem = { label: vscode.l10n.t('Nothing was found.'), alwaysShow: true };
  return [...told, ...(found.length === 0 ? [nothing] : found)];
}

/** An icon written as `$(name)` in somebody's text stays text. */
function inert(text: string): string {
  return oneLine(text, 160).replaceAll('$(', '$\u200b(');
}
