import type { Result } from '../../../base/result.ts';
import type { CatalogueProblem, SessionCatalogue } from './catalogue.ts';
import { type CatalogueMessage, type CatalogueRequest, parseCatalogueRequest } from './catalogue-messages.ts';

export interface CatalogueServer {
  /** One line of what came in; what is no request is passed over. */
  take(line: string): void;
  /** Nobody asks any more: what goes on is stopped. Resolves when it has. */
  end(): Promise<void>;
}

/** A longer answer would be passed over by the asker, who would wait for ever. */
const MOST_UNITS = 8 * 1024 * 1024;

/** Answers requests as they come, several at once; `write` takes one line with its end. */
export function serveCatalogue(catalogue: SessionCatalogue, write: (line: string) => void): CatalogueServer {
  const send = (message: CatalogueMessage): void => {
    const line = `${JSON.stringify(message)}\n`;
    if (line.length <= MOST_UNITS || message.type !== 'answer') {
      write(line);
      return;
    }
    const problem = { kind: 'failed', message: 'The answer is too long. Ask for fewer sessions.' } as const;
    send({ type: 'problem', id: message.id, problem });
  };
  const running = new Map<number, { readonly stop: AbortController; readonly done: Promise<void> }>();
  const listening = [
    catalogue.onProgress((progress) => send({ type: 'progress', ...progress })),
    catalogue.onDidChange(() => send({ type: 'changed' })),
  ];
  return {
    take: (line) => {
      const request = parseCatalogueRequest(line);
      if (request === undefined) return;
      if (request.type === 'cancel') return running.get(request.id)?.stop.abort();
      const { id } = request;
      const stop = new AbortController();
      const done = perform(catalogue, request, stop.signal).then((result) => {
        running.delete(id);
        if (result.ok) send({ type: 'answer', id, value: result.value });
        else send({ type: 'problem', id, problem: result.error });
      });
      running.set(id, { stop, done });
    },
    end: async () => {
      for (const { dispose } of listening) dispose();
      for (const { stop } of running.values()) stop.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

function perform(
  catalogue: SessionCatalogue,
  request: Exclude<CatalogueRequest, { readonly type: 'cancel' }>,
  signal: AbortSignal,
): Promise<Result<unknown, CatalogueProblem>> {
  switch (request.type) {
    case 'list':
      return catalogue.list(request);
    case 'search':
      return catalogue.search(request, signal);
    case 'excerpts':
      return catalogue.excerpts(request, signal);
    case 'refresh':
      return catalogue.refresh(signal);
  }
}
