import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createChildEngine } from '../../../src/agent/engine/child-engine.ts';
import type { RunEvent } from '../../../src/agent/engine/run-channel.ts';
import type { Run, RunTask } from '../../../src/agent/engine/run-engine.ts';
import type { JournalEvent } from '../../../src/agent/session/journal-event.ts';
import { readJournal } from '../../../src/agent/session/journal-reading.ts';
import { type CliPlace, until } from '../../cli/cli-place.ts';
import type { TaskStep } from './scripted-task.ts';

export const steps: readonly TaskStep[] = [
  { id: 'look', tool: 'read', input: { path: 'CLAUDE.md' } },
  { id: 'one', tool: 'run_command', input: { command: 'echo one >> log.txt; sleep 0.2' }, leaves: 'one' },
  { id: 'make', tool: 'write', input: { path: 'made.txt', content: 'first\n' } },
  { id: 'two', tool: 'run_command', input: { command: 'echo two >> log.txt; sleep 0.2' }, leaves: 'two' },
  { id: 'change', tool: 'edit', input: { path: 'made.txt', old_string: 'first', new_string: 'second' } },
];

export interface Watched {
  readonly run: Run;
  readonly events: RunEvent[];
}

export function start(
  place: CliPlace,
  given: Partial<RunTask>,
  answer: 'once' | 'always' | 'deny' | 'never' = 'once',
): Watched {
  const engine = createChildEngine({
    command: process.execPath,
    args: [place.cli],
    environment: place.environment,
    graceMs: 5_000,
  });
  const run = engine.start({
    prompt: '',
    cwd: place.repository,
    permissionMode: 'default',
    allowedTools: [],
    ...given,
  });
  const events: RunEvent[] = [];
  run.onEvent((event) => {
    events.push(event);
    if (event.type === 'unsaved-ask') run.send({ type: 'unsaved-answer', id: event.id, unsaved: false });
    if (event.type === 'approval-ask' && answer !== 'never') {
      run.send({ type: 'approval-answer', id: event.request.id, decision: answer });
    }
  });
  onTestFinished(() => run.stop());
  return { run, events };
}

export async function journal(
  place: CliPlace,
): Promise<{ readonly path: string; readonly events: readonly JournalEvent[] }> {
  const [project = ''] = await readdir(join(place.varveHome, 'projects'));
  const directory = join(place.varveHome, 'projects', project, 'sessions');
  const [name = ''] = (await readdir(directory)).filter((entry) => entry.endsWith('.jsonl'));
  const path = join(directory, name);
  const read = readJournal(await readFile(path));
  if (!read.ok) throw new Error(read.error.message);
  return { path, events: read.value.events };
}

export async function childPid(place: CliPlace): Promise<number> {
  const started = (await journal(place)).events.findLast((event) => event.type === 'run-start');
  if (started?.type !== 'run-start') throw new Error('No run was started.');
  return started.pid;
}

export const sessionOf = (events: readonly RunEvent[]): string | undefined =>
  events.flatMap((event) => (event.type === 'run-start' ? [event.session] : []))[0];

export const endOf = (events: readonly RunEvent[]) => events.find((event) => event.type === 'run-end');

export async function killWhen(
  place: CliPlace,
  watched: Watched,
  type: RunEvent['type'],
  nth: number,
): Promise<void> {
  await until(`${type} ${nth}`, () => watched.events.filter((event) => event.type === type)[nth - 1]);
  const pid = await childPid(place);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Behind the last event it may have come to its end by itself: no kill can come later.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
  await watched.run.ended;
}

/** Living processes whose command line holds the text; zombies do not count. */
export async function processesWith(text: string): Promise<readonly string[]> {
  const listing = await new Promise<string>((resolve) => {
    execFile('ps', ['-A', '-o', 'stat=,args='], (_error, stdout) => resolve(stdout));
  });
  return listing
    .split('\n')
    .filter((line) => line.includes(text) && !line.trimStart().startsWith('Z') && !line.includes('ps -A'));
}
