import type { Disposable } from '../../base/disposable.ts';
import type { Model, ModelEvent, ModelRequest } from './model.ts';
import { stoppedFailure } from './model-failure.ts';

/** Models that only the editor can reach are named `editor:VENDOR/ID`. */
const PREFIX = 'editor:';

export interface EditorModelName {
  readonly vendor: string;
  readonly id: string;
}

export function editorModelName({ vendor, id }: EditorModelName): string {
  return `${PREFIX}${vendor}/${id}`;
}

export function parseEditorModel(name: string | undefined): EditorModelName | undefined {
  const [, vendor, id] = /^editor:([^/]+)\/(.+)$/.exec(name ?? '') ?? [];
  return vendor === undefined || id === undefined ? undefined : { vendor, id };
}

/** Port: hands a request to the editor. Events end with `message-end` or `failure`; disposing stops the request. */
export interface EditorModels {
  ask(request: ModelRequest, onEvent: (event: ModelEvent) => void): Disposable;
}

/**
 * A model behind the editor for names of the editor's, else the one that is given. Without an editor a request for
 * such a name fails with a sentence.
 */
export function withEditorModels(model: Model, editor: EditorModels | undefined): Model {
  return {
    name: model.name,
    send: (request, signal) => {
      if (parseEditorModel(request.model) === undefined) return model.send(request, signal);
      return editor === undefined ? withoutEditor(request.model) : sendOver(editor, request, signal);
    },
  };
}

async function* withoutEditor(name: string): AsyncGenerator<ModelEvent> {
  const message = `The model ${name} lives in the editor, and this run has none. Choose another with --model.`;
  yield { type: 'failure', problem: { kind: 'invalid', message } };
}

async function* sendOver(
  editor: EditorModels,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const heard: ModelEvent[] = [];
  let wake: () => void = () => {};
  const hear = (event: ModelEvent): void => {
    heard.push(event);
    wake();
  };
  const stop = (): void => hear({ type: 'failure', problem: stoppedFailure().problem });
  if (signal.aborted) {
    yield { type: 'failure', problem: stoppedFailure().problem };
    return;
  }
  signal.addEventListener('abort', stop, { once: true });
  const asked = editor.ask(request, hear);
  try {
    for (;;) {
      const event = heard.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (heard.length > 0) resolve();
        });
        continue;
      }
      yield event;
      if (event.type === 'message-end' || event.type === 'failure') return;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    asked.dispose();
  }
}
