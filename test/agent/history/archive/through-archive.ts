import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createArchivedSessions } from '../../../../src/agent/history/archive/archived-sessions.ts';
import { keepAll } from '../../../../src/agent/history/archive/keep-all.ts';
import type { HistoryReader, MachinePlaces } from '../../../../src/agent/history/history-reader.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import { temporaryDirectory } from '../../../fakes/temporary-directory.ts';
import { readTree } from '../../../fakes/tree.ts';

export interface ArchivedCase {
  readonly reader: HistoryReader;
  /** A home directory made by the program itself; it is copied before anything is asked. */
  readonly home: string;
  readonly environment?: (home: string) => Record<string, string>;
  /** Files, from the home, that say something of all sessions: they stay when the sessions go. */
  readonly shared?: readonly string[];
}

/** Registers a test: what a reader tells of sessions is the same when the program has deleted them and the archive has them. */
export function throughArchive(name: string, { reader, home, environment, shared = [] }: ArchivedCase): void {
  it(`${name}: sessions are found and read in the archive as they were`, async () => {
    const root = await temporaryDirectory();
    const copy = join(root, 'home');
    await cp(home, copy, { recursive: true, preserveTimestamps: true });
    const machine: MachinePlaces = {
      files: nodeFiles,
      homeDirectory: copy,
      environment: environment?.(copy) ?? {},
      platform: 'linux',
    };
    const owner = await currentOwner();
    const around = { files: nodeFiles, clock: systemClock, owner, directory: join(root, 'archive') };
    const { sessions } = await reader.find(machine, 1_000);
    expect(sessions.length).toBeGreaterThan(0);
    const before = [];
    for (const session of sessions) before.push(await reader.read(machine, session));
    const tree = await readTree(copy);
    const limits = { quotaBytes: 1e9, retentionDays: undefined };
    expect(await keepAll({ around, machine, readers: [reader], limits })).toMatchObject({ problems: [] });
    expect(await readTree(copy)).toEqual(tree);
    await rm(copy, { recursive: true });
    for (const path of shared) await cp(join(home, path), join(copy, path), { recursive: true });
    const archived = createArchivedSessions(around, machine, [reader]);
    const found = await archived.find();
    expect(found.problems).toEqual([]);
    expect(found.sessions).toEqual(expect.arrayContaining([...sessions]));
    const after = [];
    for (const session of sessions) after.push(await archived.read(session));
    expect(after).toEqual(before);
  });
}
