import * as vscode from 'vscode';
import type { SetUpOptions } from '../../memory/workspace/memory-workspace.ts';

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** The three questions of set-up, with a way back. Nothing is written. Throws when cancelled. */
export async function askSetUpOptions(folderName: string): Promise<SetUpOptions> {
  let place: SetUpOptions['place'] = 'repository';
  let readers: readonly Reader[] = ['claudeRules', 'agentsPointer'];
  let capture: SetUpOptions['capture'] = 'proposed';
  for (let step = 1; step <= 3; ) {
    const title = vscode.l10n.t('Set Up Memory in {0} ({1}/{2})', folderName, step, 3);
    const answer = await askStep(step, title, { place, readers, capture });
    if (answer === 'back') {
      step -= 1;
      continue;
    }
    ({ place, readers, capture } = answer);
    step += 1;
  }
  return {
    place,
    claudeRules: readers.includes('claudeRules'),
    agentsPointer: readers.includes('agentsPointer'),
    capture,
  };
}

type Reader = 'claudeRules' | 'agentsPointer';

interface Answers {
  readonly place: SetUpOptions['place'];
  readonly readers: readonly Reader[];
  readonly capture: SetUpOptions['capture'];
}

async function askStep(step: number, title: string, answers: Answers): Promise<Answers | 'back'> {
  if (step === 1) {
    const place = await pickOne(
      title,
      vscode.l10n.t('Where should the memory of this project live?'),
      placeChoices(),
      answers.place,
      false,
    );
    return place === 'back' ? 'back' : { ...answers, place };
  }
  if (step === 2) {
    const readers = await pickMany(
      title,
      vscode.l10n.t('Who should read what you accept?'),
      readerChoices(),
      answers.readers,
    );
    return readers === 'back' ? 'back' : { ...answers, readers };
  }
  const placeHolder = vscode.l10n.t('What should happen to decisions and milestones in your own commits?');
  const capture = await pickOne(title, placeHolder, captureChoices(), answers.capture, true);
  return capture === 'back' ? 'back' : { ...answers, capture };
}

function placeChoices(): readonly Choice<SetUpOptions['place']>[] {
  return [
    {
      value: 'repository',
      label: `$(repo) ${vscode.l10n.t('This repository')}`,
      detail: vscode.l10n.t('Plain files in .varve/, shared with everybody who clones it.'),
    },
    {
      value: 'private',
      label: `$(device-desktop) ${vscode.l10n.t('Private to this machine')}`,
      detail: vscode.l10n.t('Outside the repository; git status stays clean.'),
    },
  ];
}

function readerChoices(): readonly Choice<Reader>[] {
  return [
    {
      value: 'claudeRules',
      label: vscode.l10n.t('Claude Code and VS Code'),
      detail: vscode.l10n.t('By .claude/rules/varve.md, generated from what you accepted.'),
    },
    {
      value: 'agentsPointer',
      label: vscode.l10n.t('Other agents'),
      detail: vscode.l10n.t('By a short pointer in AGENTS.md; your own text around it stays as it is.'),
    },
  ];
}

function captureChoices(): readonly Choice<SetUpOptions['capture']>[] {
  return [
    {
      value: 'proposed',
      label: `$(inbox) ${vscode.l10n.t('Save as proposed')}`,
      detail: vscode.l10n.t('They wait in the Inbox; agents read them once you accept.'),
    },
    {
      value: 'accepted',
      label: `$(check) ${vscode.l10n.t('Accept at once')}`,
      detail: vscode.l10n.t('Only from your own commits; everything else still waits for you.'),
    },
    {
      value: 'never',
      label: `$(circle-slash) ${vscode.l10n.t('Never')}`,
      detail: vscode.l10n.t('Only what you record yourself.'),
    },
  ];
}

async function pickOne<T>(
  title: string,
  placeHolder: string,
  items: readonly Choice<T>[],
  active: T,
  canGoBack: boolean,
): Promise<T | 'back'> {
  const picked = await pick(title, placeHolder, items, (value) => value === active, {
    many: false,
    canGoBack,
  });
  if (picked === 'back') return 'back';
  const [first] = picked;
  if (!first) throw new vscode.CancellationError();
  return first.value;
}

async function pickMany<T>(
  title: string,
  placeHolder: string,
  items: readonly Choice<T>[],
  active: readonly T[],
): Promise<readonly T[] | 'back'> {
  const picked = await pick(title, placeHolder, items, (value) => active.includes(value), {
    many: true,
    canGoBack: true,
  });
  return picked === 'back' ? 'back' : picked.map(({ value }) => value);
}

function pick<T>(
  title: string,
  placeHolder: string,
  items: readonly Choice<T>[],
  isActive: (value: T) => boolean,
  how: { readonly many: boolean; readonly canGoBack: boolean },
): Promise<readonly Choice<T>[] | 'back'> {
  return new Promise((resolve, reject) => {
    const box = vscode.window.createQuickPick<Choice<T>>();
    Object.assign(box, {
      title,
      placeholder: placeHolder,
      canSelectMany: how.many,
      ignoreFocusOut: true,
      items,
    });
    const active = items.filter(({ value }) => isActive(value));
    if (how.many) box.selectedItems = active;
    else box.activeItems = active;
    if (how.canGoBack) box.buttons = [vscode.QuickInputButtons.Back];
    box.onDidTriggerButton(() => {
      resolve('back');
      box.hide();
    });
    box.onDidAccept(() => {
      resolve([...box.selectedItems]);
      box.hide();
    });
    box.onDidHide(() => {
      // After an answer this comes too late to matter.
      reject(new vscode.CancellationError());
      box.dispose();
    });
    box.show();
  });
}
