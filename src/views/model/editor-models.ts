import * as vscode from 'vscode';
import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { Run, RunEngine } from '../../agent/engine/run-engine.ts';
import { editorModelName, parseEditorModel } from '../../agent/model/editor-model.ts';
import type { ModelEvent, ModelRequest } from '../../agent/model/model.ts';
import {
  type EditorParts,
  editorAnswer,
  editorFailure,
  editorMessages,
  editorTools,
} from './editor-messages.ts';
import { createUsageCounter, type UsageCounter } from './editor-usage.ts';

export interface EditorModel {
  /** As `varve.model.name` has it. */
  readonly name: string;
  readonly title: string;
  readonly vendor: string;
}

/** The editor's models; none where it has no such thing. */
export async function listEditorModels(): Promise<readonly EditorModel[]> {
  if (typeof vscode.lm?.selectChatModels !== 'function') return [];
  try {
    const models = await vscode.lm.selectChatModels({});
    return models.map((model) => ({
      name: editorModelName(model),
      title: model.name || model.id,
      vendor: model.vendor,
    }));
  } catch {
    return [];
  }
}

/** The engine, with requests for the editor's models answered here while its runs go on. */
export function answeringEditorModels(engine: RunEngine): RunEngine {
  return {
    name: engine.name,
    start: (task) => {
      const run = engine.start(task);
      answerRequests(run);
      return run;
    },
  };
}

function answerRequests(run: Run): void {
  const open = new Map<string, vscode.CancellationTokenSource>();
  const counter = createUsageCounter(parts);
  const hear = (event: RunEvent): void => {
    if (event.type === 'model-stop') open.get(event.id)?.cancel();
    if (event.type !== 'model-ask') return;
    const { id, request } = event;
    const stop = new vscode.CancellationTokenSource();
    open.set(id, stop);
    void answer(request, counter, stop.token, (said) =>
      run.send({ type: 'model-event', id, event: said }),
    ).finally(() => {
      open.delete(id);
      stop.dispose();
    });
  };
  const heard = run.onEvent(hear);
  void run.ended.then(() => {
    heard.dispose();
    for (const stop of open.values()) stop.cancel();
  });
}

/** Never rejects: what goes wrong is said as a failure. */
async function answer(
  request: ModelRequest,
  counter: UsageCounter,
  token: vscode.CancellationToken,
  say: (event: ModelEvent) => void,
): Promise<void> {
  try {
    const named = parseEditorModel(request.model);
    const [model] = named ? await vscode.lm.selectChatModels({ vendor: named.vendor, id: named.id }) : [];
    if (!model) {
      say(editorFailure('NotFound', ''));
      return;
    }
    const tools = editorTools(request);
    const options = {
      justification: vscode.l10n.t('Carries out the run that you started.'),
      ...(tools.length > 0 && { tools }),
    };
    const response = await model.sendRequest(editorMessages(request, parts), options, token);
    const usageOf = counter.begin(request, (said) => model.countTokens(said, token));
    for await (const event of editorAnswer(request.model, response.stream, usageOf)) say(event);
  } catch (error) {
    const code = error instanceof vscode.LanguageModelError ? error.code : undefined;
    say(editorFailure(code, error instanceof Error ? error.message : String(error)));
  }
}

const parts: EditorParts = {
  text: (value) => new vscode.LanguageModelTextPart(value),
  call: (id, name, input) => new vscode.LanguageModelToolCallPart(id, name, input),
  result: (id, content) => new vscode.LanguageModelToolResultPart(id, [...content]),
  user: (content) => vscode.LanguageModelChatMessage.User([...content]),
  assistant: (content) => vscode.LanguageModelChatMessage.Assistant([...content]),
};
