import * as vscode from 'vscode';
import type { ClaudeProgram } from '../../agent/engine/claude/claude-program.ts';
import type { LocalServer } from '../../agent/model/local-servers.ts';
import type { ListedModel } from '../../agent/model/model-list.ts';
import type { Result } from '../../base/result.ts';
import { settingIds } from '../contributions.ts';
import { type EditorModel, listEditorModels } from './editor-models.ts';
import type { EngineName } from './engine-for.ts';
import type { ModelAccess } from './model-access.ts';
import type { ModelSearch, SearchProblem } from './model-search.ts';

interface ModelItem extends vscode.QuickPickItem {
  readonly act?: () => Promise<void>;
}

/** What was found, each kind with what it was found by. */
interface FoundModels {
  readonly host: string;
  readonly server: Result<readonly ListedModel[], SearchProblem>;
  readonly local: readonly LocalServer[];
  readonly editor: readonly EditorModel[];
  readonly claude: Result<ClaudeProgram, SearchProblem>;
}

/** Asks which model runs shall use and keeps the answer in the user's settings. Throws when cancelled. */
export async function chooseModel(access: ModelAccess, search: ModelSearch): Promise<void> {
  const picked = await vscode.window.showQuickPick<ModelItem>(
    lookAround(access, search).then((found) => modelItems(found, access)),
    {
      title: vscode.l10n.t('Choose Model'),
      placeHolder: vscode.l10n.t('Which model shall runs use?'),
      matchOnDescription: true,
      matchOnDetail: true,
      ignoreFocusOut: true,
    },
  );
  if (!picked?.act) throw new vscode.CancellationError();
  await picked.act();
}

async function lookAround(access: ModelAccess, search: ModelSearch): Promise<FoundModels> {
  const environment = await access.childEnvironment();
  const [server, local, editor, claude] = await Promise.all([
    search.list(environment),
    search.local(),
    listEditorModels(),
    search.claude(access.userEnvironment()),
  ]);
  return { host: hostOf(access.address.baseUrl), server, local, editor, claude };
}

function modelItems(found: FoundModels, access: ModelAccess): readonly ModelItem[] {
  const current = access.engine === 'claude' ? '' : access.modelName;
  return [
    ...serverItems(found, current),
    ...found.local
      .filter(({ baseUrl }) => baseUrl !== access.address.baseUrl)
      .flatMap((server) => localItems(server)),
    ...editorItems(found.editor, current),
    ...claudeItems(found.claude, access.engine === 'claude'),
    separator(vscode.l10n.t('Another')),
    {
      label: `$(edit) ${vscode.l10n.t('Type the name of a model…')}`,
      description: found.host,
      alwaysShow: true,
      act: () => typeName(access),
    },
  ];
}

function serverItems({ host, server }: FoundModels, current: string): readonly ModelItem[] {
  if (!server.ok) return [separator(host), note(server.error.message)];
  return [
    separator(host),
    ...server.value.map(({ id, title }) => ({
      label: `${id === current ? '$(check)' : '$(blank)'} ${title}`,
      ...(title !== id && { description: id }),
      act: () => keep('varve', { name: id }),
    })),
  ];
}

function localItems({ name, baseUrl, models, messages, remark }: LocalServer): readonly ModelItem[] {
  const head = separator(`${name} · ${baseUrl}`);
  if (messages === 'no') return [head, note(remark)];
  if (models.length === 0) return [head, note(vscode.l10n.t('{0} has no model yet.', name))];
  return [
    head,
    ...models.map(({ id, title }) => ({
      label: `$(server) ${title}`,
      ...(messages === 'unknown' && { detail: remark }),
      act: () => keep('varve', { name: id, baseUrl }),
    })),
  ];
}

function editorItems(models: readonly EditorModel[], current: string): readonly ModelItem[] {
  if (models.length === 0) return [];
  return [
    separator(vscode.l10n.t('Models of this editor')),
    ...models.map(({ name, title, vendor }) => ({
      label: `${name === current ? '$(check)' : '$(blank)'} ${title}`,
      description: vendor,
      detail: vscode.l10n.t('Tokens and cost are not told by the editor.'),
      act: () => keep('varve', { name }),
    })),
  ];
}

function claudeItems(claude: FoundModels['claude'], isCurrent: boolean): readonly ModelItem[] {
  if (!claude.ok) return [];
  return [
    separator(vscode.l10n.t('Installed')),
    {
      label: `${isCurrent ? '$(check)' : '$(terminal)'} ${vscode.l10n.t('Claude Code {0}', claude.value.version)}`,
      description: claude.value.path,
      detail: vscode.l10n.t('Carries runs out itself, with its own login and its own default model.'),
      act: () => keep('claude', {}),
    },
  ];
}

async function typeName(access: ModelAccess): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Choose Model'),
    prompt: vscode.l10n.t('Name of the model; leave it empty for the default'),
    value: access.modelName,
    ignoreFocusOut: true,
  });
  if (name === undefined) throw new vscode.CancellationError();
  await keep('varve', { name: name.trim() });
}

/** In the user's settings, which no repository can set. The address goes first: a name belongs to a server. */
export async function keep(
  engine: EngineName,
  model: { readonly name?: string; readonly baseUrl?: string },
): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const set = (id: string, value: string | undefined): Thenable<void> =>
    settings.update(id, value, vscode.ConfigurationTarget.Global);
  if (model.baseUrl !== undefined && model.baseUrl !== settings.get(settingIds.modelBaseUrl))
    await set(settingIds.modelBaseUrl, model.baseUrl);
  if (model.name !== undefined) await set(settingIds.modelName, model.name || undefined);
  await set(settingIds.engine, engine === 'varve' ? undefined : engine);
}

function separator(label: string): ModelItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Something to read: choosing it changes nothing. */
function note(text: string): ModelItem {
  return { label: `$(info) ${text}` };
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
