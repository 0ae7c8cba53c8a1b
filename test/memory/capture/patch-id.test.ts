import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGit } from '../../../src/base/git-process.ts';
import { patchIdOf } from '../../../src/memory/capture/git/patch-id.ts';
import { readChangeSets } from '../../../src/memory/capture/read-change-sets.ts';
import { readPatchIds } from '../../../src/memory/capture/read-patch-ids.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { type ImportedChange, type ImportedCommit, importCommits } from './fast-import.ts';
import { unwrap } from './temporary-repository.ts';

const lineEnds = fc.constantFrom('\n', '\r\n', '\n\n', ' \t\n', '\f\n', '\v\n');
const line = fc.oneof(
  fc.constantFrom(
    '--- a/x',
    '+++ b/x',
    '-- ',
    'diff --git a/x b/x',
    '@@ -1 +1 @@',
    `commit ${'a'.repeat(40)}`,
    `From ${'a'.repeat(40)}`,
    '\\ No newline at end of file',
    'Binary files a/x and b/x differ',
    'index 000..111 100644',
    '',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const text = fc
  .tuple(fc.array(fc.tuple(line, lineEnds), { maxLength: 12 }), fc.constantFrom('', 'no end'))
  .map(([lines, last]) => lines.map(([words, end]) => words + end).join('') + last);
const binary = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from([0, ...bytes]));
// Git looks for a NUL in the first 8,000 bytes only.
const lateNul = text.map((words) => `${'long line\n'.repeat(900)}a\0b c\n${words}`);
const path = fc.constantFrom('a', 'b', 'dir/c', 'dir/d', 'e f', 'é', 'tab\there', 'package.json');
const blob = fc.oneof({ weight: 6, arbitrary: text }, binary, lateNul);
const file = fc.record({
  path,
  content: blob,
  mode: fc.constantFrom('100644', '100644', '100755', '120000'),
});
const submodule = fc.record({
  path: fc.constant('module'),
  content: fc.constantFrom('1'.repeat(40), '2'.repeat(40)),
  mode: fc.constant('160000'),
});
const history = fc.array(
  fc.array(fc.oneof({ weight: 12, arbitrary: file }, submodule), { minLength: 1, maxLength: 4 }),
  { minLength: 30, maxLength: 30 },
);

interface Put {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: string;
}

/** With removals and renames of what is there, which the generator does not know. */
function commitsOf(changes: readonly (readonly Put[])[]): ImportedCommit[] {
  const there = new Set<string>();
  return changes.map((own, index) => {
    const done: ImportedChange[] = own.map((change) => ({ ...change, path: quoted(change.path) }));
    for (const change of own) there.add(change.path);
    const [oldest] = there;
    const moved = `moved${index}`;
    if (index % 4 === 3 && oldest !== undefined && !own.some((change) => change.path === oldest)) {
      done.push(index % 8 === 3 ? { remove: quoted(oldest) } : { from: quoted(oldest), to: moved });
      there.delete(oldest);
      if (index % 8 !== 3) there.add(moved);
    }
    return { message: `Commit ${index}`, changes: done };
  });
}

const quoted = (name: string): string => (/[\s"]/.test(name) ? JSON.stringify(name) : name);

/** The ids that git itself gives to the patches as we ask for them. */
function byGit(directory: string): ReadonlyMap<string, string> {
  const run = (args: readonly string[], input?: Uint8Array) =>
    execFileSync('git', ['-c', 'core.quotePath=false', ...args], {
      cwd: directory,
      ...(input === undefined ? {} : { input }),
    });
  const diff = ['-p', '-U0', '-M50%', '--root', '--full-index', '--no-indent-heuristic'];
  const patches = run(['log', ...diff, '--format=commit %H']);
  const printed = run(['patch-id', '--stable'], patches).toString().trim().split('\n');
  return new Map(printed.map((pair) => pair.split(' ')).map(([id = '', commit = '']) => [commit, id]));
}

const header = (name: string, more = ''): string => `diff --git a/${name} b/${name}\n${more}`;
const index = `index ${'1'.repeat(40)}..${'2'.repeat(40)} 100644\n`;
const added = (name: string, words: string): string =>
  `${header(name)}${index}--- a/${name}\n+++ b/${name}\n@@ -0,0 +1 @@ what\n+${words}\n`;
const binaryFile = (name: string): string =>
  `${header(name)}${index}Binary files a/${name} and b/${name} differ\n`;
const modeOnly = header('m', 'old mode 100644\nnew mode 100755\n');

/** What is odd about patch ids, one by one. */
const oddPatches: readonly string[] = [
  ...['\t', '\v', '\f', '\r', ' ', '\u00a0', '\u0085', '\0'].map((blank) => added('x', `a${blank}b`)),
  added('x', 'a\\ No newline at end of file'),
  `${added('x', 'a')}\\ No newline at end of file\n${added('y', 'b')}`,
  `${added('y', 'b')}${added('x', 'a')}`,
  `${binaryFile('x')}${added('y', 'a')}${binaryFile('z')}`,
  `${binaryFile('x')}${binaryFile('y')}`,
  `${modeOnly}${added('x', 'a')}${modeOnly}`,
  `${header('x', 'similarity index 100%\nrename from x\nrename to y\n')}${added('z', 'a')}`,
  `${added('x', '-- a/x')}@@ -7,2 +8,0 @@\n--- b\n-+++ c\n`,
  `${added('x', 'a')}behind the patch\n${added('y', 'b')}`,
];

describe('the id of a patch', () => {
  test.each(['sha1', 'sha256'])(
    'is the one that git patch-id --stable prints (%s)',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(history, async (changes) => {
          const directory = await temporaryDirectory();
          execFileSync('git', ['init', '-q', '-b', 'main', `--object-format=${format}`], { cwd: directory });
          const commits = commitsOf(
            format === 'sha1' ? changes : changes.map((own) => own.filter((one) => one.path !== 'module')),
          );
          importCommits(directory, commits);
          const git = createGit({ directory, environment: process.env });
          const sets = unwrap(await readChangeSets(git));
          expect(sets).toHaveLength(commits.length);
          const expected = byGit(directory);
          const ours = new Map(
            sets.flatMap((set) => (set.patchId === '' ? [] : [[set.commit, set.patchId]])),
          );
          expect(ours).toEqual(expected);
          const asked = unwrap(
            await readPatchIds(
              git,
              sets.map((set) => set.commit),
            ),
          );
          expect([...asked.values()]).toEqual(sets.map((set) => set.patchId));
        }),
        { numRuns: 2, endOnFailure: true },
      );
    },
    120_000,
  );

  test('is that of git for each oddity', () => {
    const names = oddPatches.map((_, number) => `${number}`.padStart(40, 'c'));
    const mail = oddPatches.map((patch, number) => `commit ${names[number]}\n${patch}`).join('');
    const printed = execFileSync('git', ['patch-id', '--stable'], { input: mail, encoding: 'utf8' });
    const byName = new Map(printed.split('\n').map((pair) => pair.split(' ').reverse() as [string, string]));
    expect(oddPatches.map((patch) => patchIdOf(Buffer.from(patch), 40))).toEqual(
      names.map((name) => byName.get(name)),
    );
  });

  test('is none where nothing changed, and never throws on text that is no patch', () => {
    expect(patchIdOf(Buffer.from(''), 40)).toBe('');
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const words = `diff --git a/x b/x\n${lines.join('\n')}`;
        expect(patchIdOf(Buffer.from(words), 40)).toMatch(/^[0-9a-f]{40}$/);
      }),
    );
  });
});
