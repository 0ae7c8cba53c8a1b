import type { ModelEvent } from '../model/model.ts';
import { parseObject } from './event-lines.ts';
import type { RunCommand } from './run-channel.ts';

/** The command a line of the channel holds; undefined for anything that is none. */
export function parseRunCommand(line: string): RunCommand | undefined {
  const value = parseObject(line);
  if (!value) return undefined;
  const { type, id, text, prompt, decision, message, unsaved } = value;
  switch (type) {
    case 'start':
      return typeof prompt === 'string' ? { type, prompt } : undefined;
    case 'stop':
      return { type };
    case 'question-answer':
      if (typeof id !== 'string') return undefined;
      return { type, id, ...(typeof text === 'string' && { text }) };
    case 'model-event':
      // The engine is this very program, and the model behind it speaks through its own port.
      if (typeof id !== 'string' || typeof value['event'] !== 'object' || value['event'] === null)
        return undefined;
      return { type, id, event: value['event'] as ModelEvent };
    case 'steer':
      return typeof text === 'string' ? { type, text } : undefined;
    case 'detach':
      return typeof value['on'] === 'boolean' ? { type, on: value['on'] } : undefined;
    case 'unsaved-answer':
      return typeof id === 'string' && typeof unsaved === 'boolean' ? { type, id, unsaved } : undefined;
    case 'approval-answer': {
      if (typeof id !== 'string' || !isDecision(decision)) return undefined;
      return { type, id, decision, ...(typeof message === 'string' && { message }) };
    }
    default:
      return undefined;
  }
}

function isDecision(value: unknown): value is 'once' | 'session' | 'always' | 'deny' {
  return value === 'once' || value === 'session' || value === 'always' || value === 'deny';
}
