import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/cli/kept-code.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { makeCliPlace } from './cli-place.ts';

interface Program {
  readonly answer: (question: string) => string;
  readonly late: () => Promise<{ readonly name: string }>;
  readonly made: () => number;
}

const main = `"use strict";
const { shout } = require("./words.cjs");
const { join } = require("node:path");
let made = 0;
exports.answer = (question) => { made += 1; return shout(join(question, "b")); };
exports.late = () => Promise.resolve().then(() => require("./late.cjs"));
exports.made = () => made;
`;

let chunks: string;
let kept: string;

beforeEach(async () => {
  const place = await mkdtemp(join(tmpdir(), 'varve-kept-'));
  [chunks, kept] = [join(place, 'chunks'), join(place, 'home/cache/compile/v1')];
  await mkdir(chunks);
  await writeFile(join(chunks, 'main.cjs'), main);
  await writeFile(join(chunks, 'words.cjs'), 'exports.shout = (text) => text.toUpperCase();');
  await writeFile(join(chunks, 'late.cjs'), 'exports.name = require("./words.cjs").shout("late");');
  return () => rm(place, { recursive: true, force: true });
});

const load = () => loadProgram<Program>(join(chunks, 'main.cjs'), kept);

describe('a program loaded from chunks', () => {
  it('works, keeps what was compiled of each chunk, and works from that', async () => {
    const first = load();
    expect(first.exports.answer('a')).toBe('A/B');
    first.keep();
    expect((await readdir(kept)).sort()).toEqual(['main.cjs.v8', 'words.cjs.v8']);
    expect((await stat(kept)).mode & 0o777).toBe(0o700);
    const before = await stat(join(kept, 'main.cjs.v8'));
    const second = load();
    expect(second.exports.answer('a')).toBe('A/B');
    // Each load is a program of its own.
    expect([first.exports.made(), second.exports.made()]).toEqual([1, 1]);
    second.keep();
    expect((await stat(join(kept, 'main.cjs.v8'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('keeps what comes later with the next call, and makes each chunk once', async () => {
    const { exports, keep } = load();
    keep();
    expect(await exports.late()).toEqual({ name: 'LATE' });
    expect(await exports.late()).toBe(await exports.late());
    keep();
    expect(await readdir(kept)).toContain('late.cjs.v8');
  });

  it('never takes what was kept of another text, is damaged, or was made by something else', async () => {
    const first = load();
    expect(first.exports.answer('a')).toBe('A/B');
    first.keep();
    const path = join(kept, 'words.cjs.v8');
    const whole = await readFile(path);
    // The same length: V8 alone would take the old code.
    await writeFile(join(chunks, 'words.cjs'), 'exports.shout = (text) => text.toLowerCase();');
    expect(load().exports.answer('A')).toBe('a/b');
    await writeFile(join(chunks, 'words.cjs'), 'exports.shout = (text) => text.toUpperCase();');
    // As a power cut leaves it: V8 alone would end the process.
    const torn = Buffer.concat([whole.subarray(0, 200)], whole.length);
    const cases = [torn, whole.subarray(0, 60), Buffer.alloc(0), Buffer.alloc(whole.length)];
    for (const [index, damaged] of cases.entries()) {
      await writeFile(path, damaged);
      // From another place: what V8 has compiled in this process it would not read again.
      const copy = `${chunks}-${index}`;
      await cp(chunks, copy, { recursive: true });
      const program = loadProgram<Program>(join(copy, 'main.cjs'), kept);
      expect(program.exports.answer('a')).toBe('A/B');
      program.keep();
      // The sum of the text is what it was; the code may hold more by now.
      expect((await readFile(path)).subarray(0, 20)).toEqual(whole.subarray(0, 20));
    }
  });

  it('goes on where nothing can be kept, and lets go of what is old', async () => {
    await mkdir(kept, { recursive: true });
    const old = join(kept, 'chunk-OF-ANOTHER-VERSION.cjs.v8');
    await writeFile(old, 'x');
    await utimes(old, 0, 0);
    load().keep();
    expect(await readdir(kept)).not.toContain('chunk-OF-ANOTHER-VERSION.cjs.v8');
    await rm(kept, { recursive: true });
    await writeFile(kept, 'a file where the directory should be');
    const { exports, keep } = load();
    keep();
    expect(exports.answer('a')).toBe('A/B');
  });

  it('says what is missing as Node does', () => {
    expect(() => loadProgram(join(chunks, 'gone.cjs'), kept)).toThrow('ENOENT');
  });
});

describe('the bundled command', () => {
  let cli: BuiltCli;
  beforeAll(async () => {
    cli = await buildCli();
  });
  afterAll(() => cli.dispose());

  it('keeps what a run compiled in a home that is there, and runs from it', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(() => ({ content: [{ type: 'text', text: 'Hello.' }] }));
    const run = async (): Promise<readonly string[]> => {
      const done = await place.run(['-p', 'Say hello.']);
      expect(done).toMatchObject({ code: 0, stdout: 'Hello.\n', stderr: '' });
      const compiled = join(place.varveHome, 'cache/compile');
      const [version] = await readdir(compiled).catch(() => []);
      return version === undefined ? [] : (await readdir(join(compiled, version))).sort();
    };
    // The first makes the home, the second keeps, the third runs from it.
    expect(await run()).toEqual([]);
    const names = await run();
    expect(names).toContain('program.cjs.v8');
    expect(names.length).toBeGreaterThan(10);
    expect(await run()).toEqual(names);
  });
});
