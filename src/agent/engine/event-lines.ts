import type { RunEvent } from './run-channel.ts';

const eventTypes: Readonly<Record<RunEvent['type'], true>> = {
  'run-start': true,
  'message-user': true,
  'text-delta': true,
  'message-assistant': true,
  'tool-start': true,
  'tool-output': true,
  'tool-end': true,
  'approval-ask': true,
  'approval-answer': true,
  'unsaved-ask': true,
  'usage-update': true,
  'retry-wait': true,
  notice: true,
  'question-ask': true,
  'question-answer': true,
  'todo-update': true,
  'checkpoint-create': true,
  'compaction-end': true,
  'subagent-event': true,
  'model-ask': true,
  'model-stop': true,
  heartbeat: true,
  'run-end': true,
};

/** The event a line holds; undefined for anything else, e.g. of a newer child or a warning of Node's. */
export function parseRunEvent(line: string): RunEvent | undefined {
  const value = parseObject(line);
  if (!value || typeof value['time'] !== 'number' || typeof value['type'] !== 'string') return undefined;
  // The child is this very program: its types are trusted once the name is known.
  return Object.hasOwn(eventTypes, value['type']) ? (value as unknown as RunEvent) : undefined;
}

export function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
