// Three files go together: this one, reader-contract-files.ts and hostile-lines.ts.
import {
  chmod,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  FoundSessions,
  HistoryReader,
  MachinePlaces,
  SessionFile,
} from '../../../src/agent/history/history-reader.ts';
import type { Transcript, TranscriptEntry } from '../../../src/agent/history/transcript.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import { hostilePieces, withPieces } from './hostile-lines.ts';
import { failing, fenced, isInside } from './reader-contract-files.ts';

export interface ReaderCase {
  readonly reader: HistoryReader;
  /** A home directory made by the program itself; it is copied before anything is asked. */
  readonly home: string;
  /** Given the copy; empty unless told. */
  readonly environment?: (home: string) => Record<string, string>;
  /** `linux` unless told. */
  readonly platform?: NodeJS.Platform;
  /** Session files are lines that stand alone: what is inserted between them must cost no entry. */
  readonly isLines?: boolean;
  /** Files are named for less than the whole id of a session, which stands inside. */
  readonly isIdInside?: boolean;
}

const CUTS = 200;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What every reader holds to, whatever the tool. Registers a suite of its own. */
export function readerContract(name: string, given: ReaderCase): void {
  const { reader } = given;

  describe(`${name}, as every reader`, () => {
    it('reads every session it finds: sane, each entry with a name of its own that stays', async () => {
      const machine = await copied(given);
      for (const session of await found(given, machine)) {
        const transcript = await readable(given, machine, session);
        if (given.isIdInside !== true) expect(transcript.id).toBe(session.id);
        expectSane(session, transcript);
        const again = await readable(given, machine, session);
        expect(again.entries).toEqual(transcript.entries);
        expect(again.branches).toEqual(transcript.branches);
      }
    });

    it('changes nothing and opens nothing outside', async () => {
      const machine = await copied(given);
      const before = await readTree(machine.homeDirectory);
      const listed = await found(given, machine);
      for (const session of listed) {
        await reader.read(machine, session);
        await reader.parts(machine, session);
        await reader.retention(machine, machine.homeDirectory);
      }
      await reader.places(machine);
      expect(await readTree(machine.homeDirectory)).toEqual(before);
    });

    it('names parts that are there, its own file first, all inside the places of the tool', async () => {
      const machine = await copied(given);
      const places = await reader.places(machine);
      expect(places.length).toBeGreaterThan(0);
      for (const session of await found(given, machine)) {
        expect(places.some((place) => isInside(session.path, place))).toBe(true);
        const parts = await reader.parts(machine, session);
        expect(parts).toContain(session.path);
        expect(new Set(parts).size).toBe(parts.length);
        for (const part of parts) {
          const status = await nodeFiles.linkStatus(part);
          expect(status?.kind, part).toBe('file');
          // What belongs to a session may stand beside the sessions, never elsewhere.
          const inside = places.some((place) => isInside(part, place) || isInside(part, dirname(place)));
          expect(inside, part).toBe(true);
          expect(isInside(part, machine.homeDirectory), part).toBe(true);
        }
      }
    });

    it('finds newest first, no more than asked for, and nothing where nothing is', async () => {
      const machine = await copied(given);
      const all = await found(given, machine);
      for (const [index, { path }] of all.entries()) {
        const time = new Date(Date.UTC(2026, 0, 1) + ((index * 7) % 11) * 60_000 + index);
        await utimes(path, time, time);
      }
      const sorted = await found(given, machine);
      expect(sorted.map(({ path }) => path).sort()).toEqual(all.map(({ path }) => path).sort());
      const times = sorted.map(({ modified }) => modified);
      expect(times).toEqual([...times].sort((one, other) => other - one));
      for (const limit of [0, 1, 2, all.length]) {
        const { sessions } = await reader.find(machine, limit);
        expect(sessions.map(({ path }) => path)).toEqual(sorted.slice(0, limit).map(({ path }) => path));
      }
      await rm(machine.homeDirectory, { recursive: true });
      await mkdir(machine.homeDirectory);
      expect(await reader.find(machine, 10)).toEqual({ sessions: [], problems: [] });
      for (const session of all.slice(0, 1)) expectNothingOf(await reader.read(machine, session));
    });

    it('does not throw wherever a file is cut off', async () => {
      const machine = await copied(given);
      const sessions = await found(given, machine);
      const each = Math.ceil(CUTS / Math.max(sessions.length, 1));
      for (const session of sessions) {
        const whole = await readFile(session.path);
        const offsets = fc.sample(fc.nat({ max: whole.length }), { numRuns: each, seed: 20_261_122 });
        for (const offset of [...offsets].sort((one, other) => other - one)) {
          await truncate(session.path, offset);
          const read = await reader.read(machine, { ...session, size: offset });
          if (read.ok) expectNamed(read.value);
          await writeFile(session.path, whole);
        }
      }
    });

    it('does not throw whatever is put between the lines', async () => {
      const machine = await copied(given);
      for (const session of await found(given, machine)) {
        const before = await reader.read(machine, session);
        const content = await readFile(session.path);
        for (const piece of hostilePieces) {
          await writeFile(session.path, withPieces(content, piece));
          const read = await reader.read(machine, session);
          expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
          if (!given.isLines || !before.ok) continue;
          expect(read.ok).toBe(true);
          if (read.ok)
            expect(namesOf(read.value)).toEqual(expect.arrayContaining([...namesOf(before.value)]));
        }
        await writeFile(session.path, content);
      }
    });

    it('does not read a session file that became a link to a file elsewhere', async () => {
      const machine = await copied(given);
      const outside = await temporaryDirectory();
      for (const [index, session] of (await found(given, machine)).entries()) {
        const moved = join(outside, `${index}`);
        await cp(session.path, moved);
        await rm(session.path);
        await symlink(moved, session.path);
        const { sessions } = await reader.find(machine, 1000);
        expect(sessions.map(({ path }) => path)).not.toContain(session.path);
        expectNothingOf(await reader.read(machine, session));
        expect(await reader.parts(machine, session)).not.toContain(session.path);
      }
    });

    it('does not look into a directory that became a link to one elsewhere', async () => {
      const machine = await copied(given);
      const outside = await temporaryDirectory();
      const sessions = await found(given, machine);
      const places = await reader.places(machine);
      const inner = sessions.filter(({ path }) => !places.includes(dirname(path)));
      for (const [index, directory] of [...new Set(inner.map(({ path }) => dirname(path)))].entries()) {
        const moved = join(outside, `${index}`);
        await rename(directory, moved);
        await symlink(moved, directory);
        const now = (await reader.find(machine, 1000)).sessions.map(({ path }) => path);
        expect(now.filter((path) => isInside(path, directory))).toEqual([]);
        for (const session of sessions.filter(({ path }) => isInside(path, directory)))
          expectNothingOf(await reader.read(machine, session));
        await rm(directory);
        await rename(moved, directory);
      }
    });

    it('says which directory could not be read, and does not throw where files cannot', async () => {
      const machine = await copied(given);
      const sessions = await found(given, machine);
      const locked = {
        ...machine,
        files: failing(machine.files, ['readDirectory', 'readDirectoryUnsorted']),
      };
      const seen = await reader.find(locked, 1000);
      if (seen.sessions.length < sessions.length) expect(seen.problems).not.toEqual([]);
      const broken = { ...machine, files: failing(machine.files, Object.keys(nodeFiles)) };
      await reader.places(broken);
      expect((await reader.find(broken, 10)).problems).not.toEqual([]);
      await reader.retention(broken, machine.homeDirectory);
      for (const session of sessions) {
        await reader.read(broken, session);
        await reader.parts(broken, session);
        await chmod(session.path, 0o000);
        await reader.read(machine, session);
      }
    });

    it('gives ways to go on as a program with arguments or as a link', () => {
      const id = 'id; rm -rf "$HOME"';
      for (const way of reader.reopenings({ id, cwd: '/home/user/work' })) {
        if (way.kind === 'terminal')
          expect([way.cwd, way.command.includes(id)]).toEqual(['/home/user/work', false]);
        else expect([URL.canParse(way.uri), /[ ";]/.test(way.uri)]).toEqual([true, false]);
      }
    });
  });
}

async function copied({ home, environment, platform }: ReaderCase): Promise<MachinePlaces> {
  const directory = join(await temporaryDirectory(), 'home');
  await cp(home, directory, { recursive: true });
  return {
    files: fenced(nodeFiles, directory),
    homeDirectory: directory,
    environment: environment?.(directory) ?? {},
    platform: platform ?? 'linux',
  };
}

async function found({ reader }: ReaderCase, machine: MachinePlaces): Promise<FoundSessions['sessions']> {
  const { sessions, problems } = await reader.find(machine, 1000);
  expect(problems).toEqual([]);
  expect(sessions.length).toBeGreaterThan(0);
  return sessions;
}

async function readable(
  { reader }: ReaderCase,
  machine: MachinePlaces,
  file: SessionFile,
): Promise<Transcript> {
  const read = await reader.read(machine, file);
  if (!read.ok) throw new Error(`${file.path}: ${read.error.message}`);
  return read.value;
}

function expectSane(session: SessionFile, transcript: Transcript): void {
  expect(session.id).not.toBe('');
  expect(transcript.tool).toBe(session.tool);
  expect(transcript.id).not.toBe('');
  expect(transcript.cwd).toMatch(/^$|^[/\\]|^[A-Za-z]:[/\\]/);
  expect(transcript.created).toBeGreaterThan(Date.UTC(2024, 0, 1));
  expect(transcript.modified).toBeGreaterThanOrEqual(transcript.created);
  expect(transcript.modified).toBeLessThan(Date.now() + DAY_MS);
  expectNamed(transcript);
  for (const entry of allEntries(transcript))
    if (entry.kind === 'call')
      for (const path of [...entry.reads, ...entry.writes]) expect(path).toMatch(/^[/\\]|^[A-Za-z]:[/\\]/);
}

function expectNamed({ entries, branches }: Transcript): void {
  const main = new Set(entries.map(({ id }) => id));
  expect(main.size).toBe(entries.length);
  for (const branch of branches) {
    expect(new Set(branch.entries.map(({ id }) => id)).size).toBe(branch.entries.length);
    expect(main.has(branch.entries.at(-1)?.id ?? '')).toBe(false);
  }
}

function allEntries({ entries, branches }: Transcript): readonly TranscriptEntry[] {
  return [entries, ...branches.map((branch) => branch.entries)].flat();
}

function namesOf(transcript: Transcript): readonly string[] {
  return allEntries(transcript).map(({ id }) => id);
}

function expectNothingOf(read: Awaited<ReturnType<HistoryReader['read']>>): void {
  if (read.ok) expect([read.value.entries, read.value.branches]).toEqual([[], []]);
  else expect(read.error.message).not.toBe('');
}
