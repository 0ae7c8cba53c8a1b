import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HistoryReader, MachinePlaces } from '../../../src/agent/history/history-reader.ts';
import type { CallEntry, Transcript, TranscriptEntry } from '../../../src/agent/history/transcript.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

/** The home directory that was recorded of a tool. */
export function recordedHome(tool: string): string {
  return fileURLToPath(new URL(`../../fixtures/histories/${tool}`, import.meta.url));
}

export function machineAt(
  homeDirectory: string,
  environment: Readonly<Record<string, string>> = {},
  platform: NodeJS.Platform = 'linux',
): MachinePlaces {
  return { files: nodeFiles, homeDirectory, environment, platform };
}

/** A home directory of its own for one test, with these files in it. */
export async function homeWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const home = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return home;
}

/** Every session of the machine, newest first. */
export async function readAll(reader: HistoryReader, machine: MachinePlaces): Promise<readonly Transcript[]> {
  const { sessions, problems } = await reader.find(machine, 1000);
  if (problems.length > 0) throw new Error(problems.join(' '));
  const transcripts: Transcript[] = [];
  for (const session of sessions) {
    const read = await reader.read(machine, session);
    if (!read.ok) throw new Error(read.error.message);
    transcripts.push(read.value);
  }
  return transcripts;
}

/** The session whose first prompt begins so. */
export function startingWith(transcripts: readonly Transcript[], prompt: string): Transcript {
  const found = transcripts.find(({ entries }) => {
    const first = entries.find(({ kind }) => kind === 'prompt');
    return first?.kind === 'prompt' && first.text.startsWith(prompt);
  });
  if (!found) throw new Error(`No session starts with "${prompt}".`);
  return found;
}

/** Entries in short: what was said, and what calls did. */
export function told(entries: readonly TranscriptEntry[]): readonly string[] {
  return entries.map((entry) => {
    switch (entry.kind) {
      case 'call':
        return toldCall(entry);
      case 'plan':
        return `plan: ${entry.steps.map(({ text, state }) => `${state} ${text}`).join('; ')}`;
      case 'compaction':
        return `compaction: ${firstLine(entry.summary)}`;
      case 'notice':
        return `${entry.what}: ${firstLine(entry.text)}`;
      default:
        return `${entry.kind}: ${firstLine(entry.text)}`;
    }
  });
}

function toldCall({ name, act, summary, reads, writes, result }: CallEntry): string {
  const paths = [...reads.map((path) => `<${path}`), ...writes.map((path) => `>${path}`)];
  const end = result === undefined ? '...' : result.ok ? 'ok' : `failed${result.exitCode ?? ''}`;
  return [name, act, firstLine(summary), ...paths, end].join(' | ');
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
