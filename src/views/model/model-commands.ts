import * as vscode from 'vscode';
import type { CommandTable } from '../command/command-funnel.ts';
import { commandIds, settingIds } from '../contributions.ts';
import type { EngineName } from './engine-for.ts';
import type { ModelAccess } from './model-access.ts';
import { chooseModel, keep } from './model-picker.ts';
import type { ModelSearch } from './model-search.ts';

export function modelCommands(access: ModelAccess, search: ModelSearch): CommandTable {
  return {
    [commandIds.setApiKey]: () => askKey(access),
    [commandIds.chooseModel]: () => chooseModel(access, search),
  };
}

async function askKey(access: ModelAccess): Promise<void> {
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set API Key'),
    prompt: vscode.l10n.t(
      'For {0} only. Kept in the secret storage of this editor and handed to runs only. Leave it empty to forget the key.',
      access.address.baseUrl,
    ),
    placeHolder: 'sk-ant-…',
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) throw new vscode.CancellationError();
  await access.setKey(key.trim());
}

interface AccessItem extends vscode.QuickPickItem {
  readonly act: () => Promise<void>;
}

/** Makes sure that there is a way to a model; asks how when there is none. Throws when cancelled. */
export async function needModel(access: ModelAccess, engine?: EngineName): Promise<void> {
  while (!(await access.isReady(engine ?? access.engine))) {
    const picked = await vscode.window.showQuickPick(accessItems(access), {
      title: vscode.l10n.t('Run Agent'),
      placeHolder: vscode.l10n.t('A run needs a model. How should it reach one?'),
      ignoreFocusOut: true,
    });
    if (!picked) throw new vscode.CancellationError();
    await picked.act();
  }
}

function accessItems(access: ModelAccess): readonly AccessItem[] {
  return [
    {
      label: `$(key) ${vscode.l10n.t('Set API Key…')}`,
      detail: vscode.l10n.t(
        'A key for {0}, kept in the secret storage of this editor.',
        access.address.baseUrl,
      ),
      act: () => askKey(access),
    },
    {
      label: `$(terminal) ${vscode.l10n.t('Use the installed Claude Code')}`,
      detail: vscode.l10n.t('It logs in by itself, so a subscription serves. Varve asks and shows as ever.'),
      act: () => keep('claude', {}),
    },
    {
      label: `$(list-selection) ${vscode.l10n.t('Choose a model…')}`,
      detail: vscode.l10n.t('Of a server on this machine, or one that this editor brings.'),
      act: async () => {
        await vscode.commands.executeCommand(commandIds.chooseModel);
      },
    },
    {
      label: `$(server) ${vscode.l10n.t('Use a local server or gateway…')}`,
      detail: vscode.l10n.t(
        'Any server that speaks the Messages API: Ollama, LM Studio, llama.cpp, a gateway.',
      ),
      act: askServer,
    },
    {
      label: `$(question) ${vscode.l10n.t('Help')}`,
      detail: vscode.l10n.t('What a run sends, where to, and what it costs.'),
      act: async () => {
        await vscode.commands.executeCommand(
          'workbench.action.openWalkthrough',
          'varve.varve#varve.firstSteps',
          false,
        );
        throw new vscode.CancellationError();
      },
    },
  ];
}

async function askServer(): Promise<void> {
  const url = await vscode.window.showInputBox({
    title: vscode.l10n.t('Model server'),
    prompt: vscode.l10n.t('Address of a server that speaks the Messages API'),
    placeHolder: 'http://127.0.0.1:11434',
    ignoreFocusOut: true,
    validateInput: (text) =>
      isHttp(text) ? undefined : vscode.l10n.t('An address begins with http:// or https://'),
  });
  if (url === undefined) throw new vscode.CancellationError();
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Model server'),
    prompt: vscode.l10n.t('Name of the model there; leave it empty for the default'),
    ignoreFocusOut: true,
  });
  if (name === undefined) throw new vscode.CancellationError();
  const settings = vscode.workspace.getConfiguration();
  await settings.update(settingIds.modelBaseUrl, url.trim(), vscode.ConfigurationTarget.Global);
  if (name.trim() !== '')
    await settings.update(settingIds.modelName, name.trim(), vscode.ConfigurationTarget.Global);
}

function isHttp(text: string): boolean {
  return URL.canParse(text.trim()) && /^https?:$/.test(new URL(text.trim()).protocol);
}
