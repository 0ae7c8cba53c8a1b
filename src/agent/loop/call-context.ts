import { createMaskedStream } from '../guard/secret-mask.ts';
import type { ToolContext } from '../tools/tool.ts';
import type { LoopConfig } from './loop-config.ts';

/** What a tool is given for one call. */
export interface CallContext {
  readonly context: ToolContext;
  /** Resolves when all live output was handed on; rejects when it could not be. */
  readonly flushed: () => Promise<void>;
}

/** Live output comes masked, in order, as events of the loop. */
export function callContext(config: LoopConfig, id: string): CallContext {
  // Chunks come from callbacks: each waits for the one before, and the result waits for them all.
  let handedOn = Promise.resolve();
  const masked = config.redact === undefined ? unmasked : createMaskedStream(config.redact);
  const handOn = (text: string): void => {
    if (text === '') return;
    handedOn = handedOn.then(() => config.emit({ type: 'tool-output', id, text }));
    // Looked at by `flushed`; until then it must not count as unhandled.
    handedOn.catch(() => {});
  };
  const context: ToolContext = {
    root: config.root,
    signal: config.signal,
    callId: id,
    onOutput: (text) => handOn(masked.add(text)),
    tell: (fact) => config.emit({ id, ...fact }),
    onProcess: ({ pid, startTime, background = false }) =>
      config.emit({ type: 'process-start', id, pid, startTime, ...(background && { background }) }),
    mayRead: async (path) =>
      (await config.guard.decide({ tool: 'read', effect: 'read', path })).decision === 'allow',
  };
  const flushed = () => {
    handOn(masked.end());
    return handedOn;
  };
  return { context, flushed };
}

const unmasked = { add: asItIs, end: () => '' };

function asItIs(text: string): string {
  return text;
}
