import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importCommits } from './fast-import.ts';
import { TemporaryRepository } from './temporary-repository.ts';

let repository: TemporaryRepository;

beforeEach(() => {
  repository = TemporaryRepository.make();
});

afterEach(() => {
  repository.remove();
});

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('what is large stays bounded', () => {
  test('a file of 300 MiB costs its commit the lines of all files, one of 20 MiB only its own', async () => {
    const text = (mebibytes: number): string => `yes line | head -c ${mebibytes * 1024 * 1024}`;
    const stage = (path: string, content: string): void => {
      const hashed = { cwd: repository.directory, encoding: 'utf8' } as const;
      const id = execFileSync('sh', ['-c', `${content} | git hash-object -w --stdin`], hashed).trim();
      repository.run('update-index', '--add', '--cacheinfo', `100644,${id},${path}`);
    };
    stage('huge', text(300));
    stage('package.json', 'echo {}');
    repository.run('commit', '-q', '-m', 'Huge');
    stage('large', text(20));
    stage('small', 'echo x');
    repository.run('commit', '-q', '-m', 'Large');
    const problems: string[] = [];
    const sets = await repository.changeSets({}, { onProblem: (message) => void problems.push(message) });
    expect(sets[0]?.files).toMatchObject([
      { path: 'huge', tooLarge: true, added: [] },
      { path: 'package.json', tooLarge: true, added: [], whole: { after: '{}\n' } },
    ]);
    expect(sets[1]?.files).toMatchObject([
      { path: 'large', binary: true, added: [] },
      { path: 'small', binary: false, added: [{ text: 'x' }] },
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('over limit');
  }, 180_000);

  test('100,000 files in one commit, moved in the next', async () => {
    const paths = Array.from({ length: 100_000 }, (_, number) => `old/part${number % 100}/file${number}`);
    importCommits(repository.directory, [
      { message: 'Add', changes: paths.map((path) => ({ path, content: `${path}\n` })) },
      {
        message: 'Move',
        changes: [
          { from: 'old', to: 'new' },
          { path: 'small', content: 'x\n' },
        ],
      },
      { message: 'After', changes: [{ path: 'small', content: 'y\n' }] },
    ]);
    const [add, move, after] = await repository.changeSets();
    expect(add?.files).toHaveLength(100_000);
    // Its patch is over the cap.
    expect(add?.files.every((file) => file.tooLarge && file.status === 'added')).toBe(true);
    expect(move?.files.filter((file) => file.status === 'renamed')).toHaveLength(100_000);
    expect(after?.files).toMatchObject([{ path: 'small', added: [{ text: 'y' }], removed: [{ text: 'x' }] }]);
  }, 180_000);

  test('a patch of very many short lines', async () => {
    repository.commit('Many', { many: '\n'.repeat(200_001), other: 'x\n' });
    repository.commit('Few', { many: '' });
    const sets = await repository.changeSets();
    expect(
      sets.map((set) => set.files.map((file) => [file.added.length, file.removed.length, file.tooLarge])),
    ).toEqual([
      [
        [0, 0, true],
        [0, 0, true],
      ],
      [[0, 0, true]],
    ]);
  });

  test('a message and an annotation of megabytes are cut', async () => {
    const long = 'w'.repeat(3 * 1024 * 1024);
    importCommits(repository.directory, [
      { message: `Long\n\n${long}`, changes: [] },
      { message: 'Next', changes: [{ path: 'a', content: 'x\n' }] },
    ]);
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', 'tag', '-a', '-F', '-', 'v1', 'main'], {
      cwd: repository.directory,
      input: long,
    });
    const [first, next] = await repository.changeSets();
    expect(first?.body.length).toBe(256 * 1024);
    expect(next).toMatchObject({ subject: 'Next', files: [{ path: 'a' }] });
    expect(next?.tags[0]?.annotation?.length).toBe(64 * 1024);
  });

  test('a merge of 30 parents', async () => {
    const root = { message: 'Root', changes: [{ path: 'root', content: 'x\n' }] };
    const sides = Array.from({ length: 30 }, (_, number) => ({
      message: `Side ${number}`,
      changes: [{ path: `side${number}`, content: 'x\n' }],
      parents: [1],
    }));
    const parents = sides.map((_, number) => number + 2);
    importCommits(repository.directory, [root, ...sides, { message: 'Octopus', changes: [], parents }]);
    const sets = await repository.changeSets();
    expect(sets).toHaveLength(32);
    expect(sets.at(-1)).toMatchObject({ subject: 'Octopus', files: [], patchId: '' });
    expect(sets.at(-1)?.parents).toHaveLength(30);
  });
});

describe('what is odd is read as it is', () => {
  test('modes, links, submodules, empty commits and paths that need quotes', async () => {
    const odd = [
      'line\nend',
      'tab\tstop',
      'quote"mark',
      'diff --git a b',
      ':colon',
      ' blank ',
      '\ndiff --git a/x b/x',
    ];
    importCommits(repository.directory, [
      {
        message: 'Paths',
        changes: odd.map((path) => ({ path: JSON.stringify(path), content: `${path.length}\n` })),
      },
      { message: 'Mode', changes: [{ path: JSON.stringify(':colon'), content: '6\n', mode: '100755' }] },
      { message: 'Link', changes: [{ path: 'link', content: '/etc/passwd', mode: '120000' }] },
      { message: 'Module', changes: [{ path: 'module', content: '1'.repeat(40), mode: '160000' }] },
      { message: 'Module on', changes: [{ path: 'module', content: '2'.repeat(40), mode: '160000' }] },
      { message: 'Nothing', changes: [] },
      { message: '', changes: [{ path: 'unnamed', content: 'x\n' }] },
    ]);
    const sets = await repository.changeSets();
    expect(sets.map((set) => set.subject)).toEqual([
      'Paths',
      'Mode',
      'Link',
      'Module',
      'Module on',
      'Nothing',
      '',
    ]);
    expect(sets[0]?.files.map((file) => [file.path, file.added[0]?.text])).toEqual(
      [...odd].sort().map((path) => [path, `${path.length}`]),
    );
    expect(sets[1]?.files).toMatchObject([{ path: ':colon', status: 'changed', added: [], removed: [] }]);
    expect(sets[2]?.files).toMatchObject([{ path: 'link', added: [{ text: '/etc/passwd' }] }]);
    expect(sets[4]?.files).toMatchObject([
      { path: 'module', added: [{ text: `Subproject commit ${'2'.repeat(40)}` }] },
    ]);
    expect(sets[5]).toMatchObject({ files: [], patchId: '' });
  });

  test('text that is not UTF-8: declared it is understood, undeclared it is marked', async () => {
    importCommits(repository.directory, [
      {
        message: latin('Caf\xe9 declared'),
        author: latin('Zo\xeb <zoe@example.org>'),
        encoding: 'ISO-8859-1',
        changes: [{ path: latin('caf\xe9.txt'), content: latin('caf\xe9\n') }],
      },
      {
        message: latin('Caf\xe9 undeclared\n\nBody \xe9'),
        author: latin('Zo\xeb <zoe@example.org>'),
        changes: [{ path: 'package.json', content: latin('"\xe9"\n') }],
      },
    ]);
    repository.run('config', 'i18n.logOutputEncoding', 'ISO-8859-1');
    const [declared, undeclared] = await repository.changeSets();
    expect(declared).toMatchObject({ subject: 'Café declared', author: { name: 'Zoë' } });
    expect(declared?.files).toMatchObject([{ path: 'caf\uFFFD.txt', added: [{ text: 'caf\uFFFD' }] }]);
    expect(undeclared).toMatchObject({ subject: 'Caf\uFFFD undeclared', body: 'Body \uFFFD' });
    expect(undeclared?.author.name).toBe('Zo\uFFFD');
    expect(undeclared?.files[0]?.whole?.after).toBe('"\uFFFD"\n');
  });

  test('a branch without commits beside one that has some, and a time beyond all calendars', async () => {
    importCommits(repository.directory, [{ message: 'First', changes: [] }]);
    const tree = repository.run('rev-parse', 'main^{tree}');
    const raw = `tree ${tree}\nauthor A <a@b> 99999999999999 +0000\ncommitter A <a@b> 99999999999999 +0000\n\nLate\n`;
    const late = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
      cwd: repository.directory,
      input: raw,
      encoding: 'utf8',
    }).trim();
    const [set] = await repository.changeSets({ until: late });
    expect(set?.subject).toBe('Late');
    expect(() => new Date(set?.authorDate ?? 0).toISOString()).not.toThrow();
    repository.run('checkout', '-q', '--orphan', 'new');
    expect(await repository.changeSets()).toEqual([]);
  });
});
