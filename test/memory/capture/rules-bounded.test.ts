import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChangedFile, ChangeSet } from '../../../src/memory/capture/change-set.ts';
import { candidatesOf } from './rule-cases.ts';

const paths = [
  'package.json',
  'tsconfig.json',
  'LICENSE',
  'Dockerfile',
  'main.tf',
  'pom.xml',
  'Cargo.toml',
  'VERSION',
  '.nvmrc',
  'api/openapi.yaml',
  'a.proto',
  's.graphql',
  'db/migrations/1.sql',
  'src/a.ts',
  'docs/a.md',
  'TODO.md',
  '.travis.yml',
  '.github/workflows/ci.yml',
  'src/legacy/a.ts',
  'CHANGELOG.md',
  'x/__init__.py',
  '\u0000',
  'a/\u{1F600}/package.json',
];
const pieces = [
  'We decided to use ',
  'because ',
  'instead of ',
  'tried ',
  'but ',
  'Revert "',
  '"',
  'This reverts commit 0123456.',
  '\n',
  '\n\n',
  '- [x] a\n',
  '- [ ] b\n',
  '# h\n',
  '{',
  '}',
  '"version": "1.0.0"',
  '"exports": {"./a": 1}',
  'CREATE TABLE a (',
  'FROM node:20\n',
  'BREAKING CHANGE: ',
  'feat!: ',
  'feature flag ',
  '// ',
  "Merge branch 'feature/a'",
  '<a>',
  'message A {',
  '/users:',
  ' ',
  '.',
  ',',
  'a',
  '1.2.0',
  '> ',
  '```\n',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const lines = (from: string): ChangedFile['added'] =>
  from.split('\n').map((line, at) => ({ line: at + 1, text: line }));
const file = fc
  .record({
    path: fc.constantFrom(...paths),
    status: fc.constantFrom('added' as const, 'changed' as const, 'deleted' as const, 'renamed' as const),
    before: text,
    after: text,
  })
  .map(({ path, status, before, after }): ChangedFile => {
    const whole = {
      ...(status === 'added' ? {} : { before }),
      ...(status === 'deleted' ? {} : { after }),
    };
    return { path, status, binary: false, added: lines(after), removed: lines(before), whole };
  });

function changeSet(subject: string, body: string, files: readonly ChangedFile[], parents = 1): ChangeSet {
  const person = { name: 'Ada', mail: 'ada@example.org' };
  return {
    commit: 'c'.repeat(40),
    parents: Array.from({ length: parents }, (_, at) => String(at).repeat(40)),
    patchId: 'p'.repeat(40),
    tree: 't'.repeat(40),
    author: person,
    committer: person,
    authorDate: 0,
    subject,
    body,
    tags: [],
    files,
  };
}

test('whatever a commit holds, rules answer, the same each time, and only with what can be kept', () => {
  fc.assert(
    fc.property(text, text, fc.array(file, { maxLength: 6 }), fc.nat(3), (subject, body, files, parents) => {
      const set = changeSet(subject, body, files, parents);
      const found = candidatesOf(set);
      expect(candidatesOf(set)).toEqual(found);
      for (const { subject: about, title, confidence, rule } of found) {
        expect(about.length).toBeGreaterThan(2);
        expect(title.trim()).not.toBe('');
        expect(confidence).toBeGreaterThan(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(rule).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      }
    }),
    { numRuns: 1_500 },
  );
});

test('a message and files of one thing over and over come to an end', () => {
  for (const piece of [
    ...pieces,
    'a ',
    'we ',
    'as it ',
    ', ',
    '((',
    '"a" ',
    'use x instead of y ',
    '\\',
    '--',
    '#',
    'x.y/',
  ]) {
    const long = piece.repeat(Math.ceil((16 * 1024) / piece.length));
    const files = paths.map(
      (path): ChangedFile => ({
        path,
        status: 'changed',
        binary: false,
        added: lines(long),
        removed: [],
        whole: { before: '', after: long },
      }),
    );
    candidatesOf(changeSet(long.slice(0, 4_000), long, files));
    candidatesOf(changeSet(`Revert "${long.slice(0, 4_000)}`, long, files));
  }
}, 240_000);
