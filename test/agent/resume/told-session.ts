import type {
  CallAct,
  CallResult,
  Transcript,
  TranscriptEntry,
} from '../../../src/agent/history/transcript.ts';
import type { BriefMaterial } from '../../../src/agent/resume/brief/brief-material.ts';

export const began = Date.UTC(2026, 8, 21, 14, 0);

/** An entry before it has its place: the teller counts. */
export type Told = (id: string, time: number) => TranscriptEntry;

export const asks =
  (text: string): Told =>
  (id, time) => ({ id, time, kind: 'prompt', text });
export const answers =
  (text: string): Told =>
  (id, time) => ({ id, time, kind: 'answer', text });
export const plans =
  (...steps: readonly (readonly [text: string, state: 'open' | 'active' | 'done'])[]): Told =>
  (id, time) => ({ id, time, kind: 'plan', steps: steps.map(([text, state]) => ({ text, state })) });
export const sumsUp =
  (summary: string): Told =>
  (id, time) => ({ id, time, kind: 'compaction', summary });
export const notices =
  (what: 'error' | 'stopped' | 'question' | 'other', text: string): Told =>
  (id, time) => ({ id, time, kind: 'notice', what, text });

/** A command with what came of it; `undefined`: nothing yet. */
export function runs(command: string, result?: Partial<CallResult>): Told {
  const whole = result && { ok: (result.exitCode ?? 0) === 0, text: '', ...result };
  return call('Bash', 'execute', { command, summary: command, ...(whole && { result: whole }) });
}

export function writes(path: string, result: Partial<CallResult> = {}): Told {
  return call('Write', 'write', {
    summary: path,
    writes: [path],
    result: { ok: true, text: 'done', ...result },
  });
}

export function reads(path: string): Told {
  return call('Read', 'read', { summary: path, reads: [path], result: { ok: true, text: 'text' } });
}

export function call(
  name: string,
  act: CallAct,
  rest: {
    readonly summary: string;
    readonly command?: string;
    readonly writes?: readonly string[];
    readonly reads?: readonly string[];
    readonly result?: CallResult;
  },
): Told {
  return (id, time) => ({ id, time, kind: 'call', name, act, reads: [], writes: [], ...rest });
}

/** A session of Claude Code in /repo that came to its end, one minute an entry. */
export function toldSession(told: readonly Told[], rest: Partial<Transcript> = {}): Transcript {
  const entries = told.map((one, index) => one(`e${index + 1}`, began + index * 60_000));
  return {
    tool: 'claude-code',
    id: '0d3f6c1e-1111-4222-8333-444455556666',
    title: '',
    cwd: '/repo',
    branch: 'main',
    created: began,
    modified: began + told.length * 60_000,
    state: 'done',
    entries,
    branches: [],
    turns: told.length,
    costUsd: null,
    problems: [],
    ...rest,
  };
}

export function materialOf(transcript: Transcript, rest: Partial<BriefMaterial> = {}): BriefMaterial {
  return {
    transcript,
    root: '/repo',
    records: [],
    git: { branch: 'main', commits: [], status: [], statusCount: 0 },
    changedFiles: [],
    ...rest,
  };
}
