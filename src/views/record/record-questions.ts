import * as vscode from 'vscode';
import type { RecordKind } from '../../memory/project/record-kind.ts';
import { kindLabel } from '../inbox/inbox-rows.ts';
import { secretAt } from './selection-evidence.ts';

const MAX_TITLE = 200;

/** Kinds that a selection is remembered as; milestones have their own command. */
const kinds: readonly RecordKind[] = ['convention', 'gotcha', 'decision', 'preference', 'reference'];

/** As what a selection is kept. Throws when cancelled. */
export async function askKind(title: string): Promise<RecordKind> {
  const items = kinds.map((kind) => ({ label: kindLabel(kind), detail: kindWords(kind), value: kind }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('As what should this be remembered?'),
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.value;
}

/** One line that says it. Throws when cancelled. */
export function askTitle(title: string, prompt: string): Promise<string> {
  return ask(title, prompt, (text) => {
    if (text.trim() === '') return vscode.l10n.t('Say it in one line.');
    return text.length > MAX_TITLE
      ? vscode.l10n.t('Say it in one line of at most {0} characters.', MAX_TITLE)
      : undefined;
  });
}

/** Why it is so; empty where nothing is said. Throws when cancelled. */
export function askWhy(title: string): Promise<string> {
  return ask(title, vscode.l10n.t('Why? Leave it empty to go on without a reason.'), () => undefined);
}

async function ask(
  title: string,
  prompt: string,
  complain: (text: string) => string | undefined,
): Promise<string> {
  const answer = await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (text) => complain(text) ?? secretWords(text),
  });
  if (answer === undefined) throw new vscode.CancellationError();
  return answer.trim();
}

function secretWords(text: string): string | undefined {
  const secret = secretAt(text, 0);
  if (secret === undefined) return undefined;
  return vscode.l10n.t('This holds what looks like a secret ({0}). Take it out to go on.', secret.kind);
}

function kindWords(kind: RecordKind): string {
  switch (kind) {
    case 'convention':
      return vscode.l10n.t('How things are done here');
    case 'gotcha':
      return vscode.l10n.t('What surprises, and how to avoid it');
    case 'decision':
      return vscode.l10n.t('What was chosen, and why');
    case 'preference':
      return vscode.l10n.t('How you like to work');
    case 'reference':
      return vscode.l10n.t('Where something is found');
    case 'milestone':
      return vscode.l10n.t('What was reached');
  }
}
