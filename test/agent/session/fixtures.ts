import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createMask } from '../../../src/agent/guard/secret-mask.ts';
import type { JournalEventBody } from '../../../src/agent/session/journal-event.ts';
import type { SessionSurroundings } from '../../../src/agent/session/session.ts';
import { NO_TOTALS } from '../../../src/agent/session/session-state.ts';
import type { Files } from '../../../src/base/files.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';

/** Knows no value, only forms. */
export const mask = createMask([]);

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-session-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function surroundingsIn(
  directory: string,
  files: Files = nodeFiles,
): Promise<SessionSurroundings> {
  let now = 1_790_000_000_000;
  return { files, clock: { now: () => (now += 1000) }, owner: await currentOwner(), directory, mask };
}

export const place = { project: 'demo-12345678', cwd: '/repo', worktree: '/repo' };
export const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 2, cacheWriteTokens: 1 };

export const runStart: JournalEventBody = {
  type: 'run-start',
  model: 'loopback-model',
  permissionMode: 'default',
  branch: 'main',
  memory: { files: [], tokens: 0 },
  systemHash: 'h',
  pid: 1,
};

export function prompt(text: string): JournalEventBody {
  return { type: 'message-user', text };
}

export function calls(...uses: readonly { readonly id: string; readonly name: string }[]): JournalEventBody {
  return {
    type: 'message-assistant',
    content: uses.map(({ id, name }) => ({ type: 'tool_use', id, name, input: {} })),
    stopReason: 'tool_use',
    model: 'loopback-model',
    usage,
    costUsd: 0.01,
  };
}

export function says(text: string): JournalEventBody {
  return {
    type: 'message-assistant',
    content: [{ type: 'text', text }],
    stopReason: 'end_turn',
    model: 'loopback-model',
    usage,
    costUsd: 0.01,
  };
}

export function intent(
  id: string,
  effect: 'read' | 'write' | 'execute',
  write?: { readonly path: string; readonly before: string | null; readonly after: string | null },
): JournalEventBody {
  return {
    type: 'tool-intent',
    id,
    key: id,
    name: effect,
    summary: `${effect} ${id}`,
    effect,
    ...(write && { write }),
  };
}

export function result(id: string, ok = true): JournalEventBody {
  return { type: 'tool-result', id, name: 'x', ok, text: `result of ${id}` };
}

export const runEnd: JournalEventBody = {
  type: 'run-end',
  outcome: 'success',
  message: 'done',
  totals: NO_TOTALS,
};
