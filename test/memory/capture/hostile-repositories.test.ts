import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGit } from '../../../src/base/git-process.ts';
import { readChangeSets } from '../../../src/memory/capture/read-change-sets.ts';
import { currentMark } from '../../../src/memory/workspace/capture-mark.ts';
import { TemporaryRepository, unwrap } from './temporary-repository.ts';

let repository: TemporaryRepository;
const others: TemporaryRepository[] = [];

beforeEach(() => {
  repository = TemporaryRepository.make();
});

afterEach(() => {
  for (const one of [repository, ...others.splice(0)]) one.remove();
});

/** A program of the repository that says that it ran, and then hangs. */
function canary(name: string): string {
  const path = join(repository.directory, '.git', `canary-${name}`);
  writeFileSync(path, `#!/bin/sh\ntouch "${repository.directory}/.git/ran-${name}"\nexec sleep 600\n`);
  chmodSync(path, 0o755);
  return path;
}

const ran = (): readonly string[] =>
  readdirSync(join(repository.directory, '.git')).filter((name) => name.startsWith('ran-'));

function configure(settings: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(settings)) repository.run('config', '--add', key, value);
}

function commitSome(): void {
  repository.commit('First', {
    'a.txt': 'one\ntwo\nthree\n',
    'package.json': '{}\n',
    'b.bin': Buffer.from([0, 1]),
  });
  repository.commit('Second', { 'a.txt': 'one\n2\nthree\n', 'b.txt': 'x\n', 'package.json': '{ }\n' });
  repository.run('mv', 'a.txt', 'c.txt');
  repository.commit('Third', { 'b.bin': Buffer.from([0, 2]) });
}

describe('nothing of a repository is executed', () => {
  test('whatever its configuration, hooks and attributes name', async () => {
    commitSome();
    const before = await repository.changeSets();
    configure({
      'diff.external': canary('external'),
      'diff.odd.command': canary('driver'),
      'diff.odd.textconv': canary('textconv'),
      'diff.odd.cachetextconv': 'true',
      'filter.odd.clean': canary('clean'),
      'filter.odd.smudge': canary('smudge'),
      'filter.odd.process': canary('process'),
      'filter.odd.required': 'true',
      'core.fsmonitor': canary('fsmonitor'),
      'core.pager': canary('pager'),
      'pager.log': canary('pager-log'),
      'core.editor': canary('editor'),
      'core.sshCommand': canary('ssh'),
      'core.askPass': canary('askpass'),
      'core.alternateRefsCommand': canary('alternates'),
      'credential.helper': `!${canary('credential')}`,
      'gpg.program': canary('gpg'),
      'gpg.ssh.program': canary('gpg-ssh'),
      'log.showSignature': 'true',
      'sequence.editor': canary('sequence'),
      'uploadpack.packObjectsHook': canary('upload'),
      'remote.origin.uploadpack': canary('remote'),
      'remote.origin.url': `ext::${canary('ext')}`,
      'interactive.diffFilter': canary('interactive'),
      'trailer.x.command': canary('trailer'),
      'merge.odd.driver': canary('merge'),
    });
    for (const name of ['log', 'rev-list', 'rev-parse', 'cat-file', 'for-each-ref', 'version'])
      configure({ [`alias.${name}`]: `!${canary(`alias-${name}`)}` });
    const hooks = join(repository.directory, '.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    for (const name of [
      'post-index-change',
      'reference-transaction',
      'pre-auto-gc',
      'post-checkout',
      'fsmonitor-watchman',
    ]) {
      writeFileSync(join(hooks, name), `#!/bin/sh\nexec ${canary(`hook-${name}`)}\n`);
      chmodSync(join(hooks, name), 0o755);
    }
    repository.write('.gitattributes', '* diff=odd filter=odd merge=odd\n');
    writeFileSync(join(repository.directory, '.git', 'info', 'attributes'), '* diff=odd filter=odd\n');
    expect(await repository.changeSets()).toEqual(before);
    expect(unwrap(await currentMark(repository.git))).toBeDefined();
    expect(ran()).toEqual([]);
  });

  test('and a canary would have been seen', () => {
    commitSome();
    const path = canary('external');
    writeFileSync(path, `#!/bin/sh\ntouch "${repository.directory}/.git/ran-external"\n`);
    configure({ 'diff.external': path });
    repository.run('diff', 'HEAD~1');
    expect(ran()).toEqual(['ran-external']);
  });
});

describe('what is read hangs on the objects alone', () => {
  const ways: Readonly<Record<string, () => void>> = {
    'settings of diffs and logs': () => {
      writeFileSync(join(repository.directory, 'order'), 'package.json\n*.txt\n');
      configure({
        'diff.noprefix': 'true',
        'diff.mnemonicPrefix': 'true',
        'diff.algorithm': 'patience',
        'diff.context': '9',
        'diff.interHunkContext': '9',
        'diff.renames': 'copies',
        'diff.renameLimit': '1',
        'diff.orderFile': join(repository.directory, 'order'),
        'diff.ignoreSubmodules': 'all',
        'diff.submodule': 'log',
        'diff.indentHeuristic': 'true',
        'diff.suppressBlankEmpty': 'true',
        'diff.wsErrorHighlight': 'all',
        'diff.colorMoved': 'zebra',
        'diff.relative': 'true',
        'log.abbrevCommit': 'true',
        'log.date': 'relative',
        'log.decorate': 'full',
        'log.diffMerges': 'on',
        'log.follow': 'true',
        'log.mailmap': 'true',
        'log.showRoot': 'false',
        'format.pretty': 'oneline',
        'i18n.logOutputEncoding': 'UTF-16',
        'i18n.commitEncoding': 'UTF-16',
        'color.ui': 'always',
        'core.abbrev': '4',
        'core.quotePath': 'true',
        'core.bigFileThreshold': '1',
        'core.attributesFile': join(repository.directory, 'all-attributes'),
        'core.whitespace': 'cr-at-eol',
        'core.precomposeUnicode': 'true',
        'rev-list.foo': 'bar',
      });
      repository.write('all-attributes', '* binary\n');
      repository.write('.mailmap', 'Eve <eve@example.org> <ada@example.org>\n');
    },
    'attributes of the working tree and of the clone': () => {
      repository.write('.gitattributes', '*.txt binary\n*.bin text diff\npackage.json -diff\n');
      writeFileSync(join(repository.directory, '.git', 'info', 'attributes'), '*.txt -text -diff\n');
    },
    'replaced commits': () => {
      const [newest = '', older = ''] = repository.run('rev-list', 'HEAD').split('\n');
      repository.run('replace', newest, older);
    },
    grafts: () => {
      const [newest = ''] = repository.run('rev-list', 'HEAD').split('\n');
      writeFileSync(join(repository.directory, '.git', 'info', 'grafts'), `${newest}\n`);
    },
    'a working tree that is said to be elsewhere': () => configure({ 'core.worktree': '/' }),
  };

  test.each(Object.keys(ways))('not on %s', async (way) => {
    commitSome();
    const before = await repository.changeSets();
    expect(before).toHaveLength(3);
    expect(before[1]?.files.find((file) => file.path === 'package.json')?.whole).toEqual({
      before: '{}\n',
      after: '{ }\n',
    });
    ways[way]?.();
    expect(await repository.changeSets()).toEqual(before);
  });

  test('not on the environment', async () => {
    commitSome();
    const before = await repository.changeSets();
    const hostile = {
      PATH: process.env['PATH'],
      GIT_DIR: '/nowhere',
      GIT_OBJECT_DIRECTORY: '/nowhere',
      GIT_WORK_TREE: '/',
      GIT_EXTERNAL_DIFF: canary('env-diff'),
      GIT_PAGER: canary('env-pager'),
      GIT_SSH_COMMAND: canary('env-ssh'),
      GIT_ASKPASS: canary('env-askpass'),
      GIT_DIFF_OPTS: '-u9',
      GIT_REPLACE_REF_BASE: 'refs/heads/',
      GIT_GRAFT_FILE: '/nowhere',
      GIT_SHALLOW_FILE: '/nowhere',
      GIT_NAMESPACE: 'elsewhere',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'diff.noprefix',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_TRACE: join(repository.directory, '.git', 'ran-trace'),
    };
    const git = createGit({ directory: repository.directory, environment: hostile });
    expect(unwrap(await readChangeSets(git))).toEqual(before);
    expect(ran()).toEqual([]);
  });
});

describe('what git refuses is told in a sentence', () => {
  test('configuration that includes itself', async () => {
    commitSome();
    configure({ 'include.path': 'config' });
    expect(await readChangeSets(repository.git)).toMatchObject({
      ok: false,
      error: { kind: 'failed', message: expect.stringContaining('include') },
    });
  });

  test('no git at all', async () => {
    const git = createGit({
      directory: repository.directory,
      environment: process.env,
      program: 'no-git-here',
    });
    expect(await readChangeSets(git)).toEqual({
      ok: false,
      error: { kind: 'no-git', message: 'Git was not found. Install git, or put it in PATH.' },
    });
  });

  test('a repository of another user', async () => {
    commitSome();
    const git = createGit({
      directory: repository.directory,
      environment: { PATH: process.env['PATH'], HOME: '/nonexistent' },
      program: script('exec env GIT_TEST_ASSUME_DIFFERENT_OWNER=1 git "$@"'),
    });
    expect(await readChangeSets(git)).toMatchObject({
      ok: false,
      error: { kind: 'failed', message: expect.stringContaining('belongs to another user') },
    });
  });

  test.each(['git version 2.30.9', 'git version 1.8.3.1', 'another program'])('%s', async (version) => {
    commitSome();
    const program = script(`case "$*" in *version) echo "${version}";; *) exec git "$@";; esac`);
    const git = createGit({ directory: repository.directory, environment: process.env, program });
    expect(await readChangeSets(git)).toMatchObject({
      ok: false,
      error: { kind: 'no-git', message: expect.stringContaining('git 2.31 or newer is needed') },
    });
  });

  test.each(['git version 2.31.0', 'git version 2.39.5 (Apple Git-154)', 'git version 3.0.0'])(
    '%s is new enough',
    async (version) => {
      commitSome();
      const program = script(`case "$*" in *version) echo "${version}";; *) exec git "$@";; esac`);
      const git = createGit({ directory: repository.directory, environment: process.env, program });
      expect(unwrap(await readChangeSets(git))).toHaveLength(3);
    },
  );
});

function script(lines: string): string {
  const path = join(repository.directory, '.git', 'program');
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('objects that are not there or broken', () => {
  test('a partial clone fetches nothing and gives names without lines', async () => {
    for (const number of [1, 2, 3]) repository.commit(`Commit ${number}`, { 'a.txt': `${number}\n` });
    repository.run('config', 'uploadpack.allowFilter', 'true');
    const partial = repository.clone('--filter=blob:none', '--no-checkout');
    others.push(partial);
    partial.commit('Own', { 'own.txt': 'here\n' }, '--only', '--', 'own.txt');
    const count = () => partial.run('count-objects', '-v');
    const before = count();
    const problems: string[] = [];
    const sets = await partial.changeSets({}, { onProblem: (message) => void problems.push(message) });
    expect(
      sets.map((set) => [
        set.subject,
        set.files.map((file) => [file.path, file.tooLarge === true, file.added.length]),
      ]),
    ).toEqual([
      ['Commit 1', [['a.txt', true, 0]]],
      ['Commit 2', [['a.txt', true, 0]]],
      ['Commit 3', [['a.txt', true, 0]]],
      ['Own', [['own.txt', false, 1]]],
    ]);
    expect(problems).toHaveLength(3);
    expect(count()).toBe(before);
  });

  test('a broken file costs its commit the lines, a broken tree the names, and no other commit anything', async () => {
    commitSome();
    repository.commit('Fourth', { 'd.txt': 'd\n' });
    const whole = await repository.changeSets();
    spoil(repository.run('rev-parse', 'HEAD~2:b.txt'));
    spoil(repository.run('rev-parse', 'HEAD^{tree}'));
    const problems: string[] = [];
    const sets = await repository.changeSets({}, { onProblem: (message) => void problems.push(message) });
    expect(sets.map((set) => [set.subject, set.patchId, set.files.length])).toEqual([
      ['First', whole[0]?.patchId, 3],
      ['Second', '', 3],
      ['Third', whole[2]?.patchId, 2],
      ['Fourth', '', 0],
    ]);
    expect(sets[1]?.files.every((file) => file.tooLarge)).toBe(true);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^Commit [0-9a-f]{12} was not read in full\. Git failed: /);
  });

  test('a broken commit is a problem', async () => {
    commitSome();
    spoil(repository.run('rev-parse', 'HEAD'));
    expect(await readChangeSets(repository.git)).toMatchObject({
      ok: false,
      error: { kind: 'failed', message: 'HEAD names a commit that git cannot read.' },
    });
  });
});

/** Overwrites a loose object. */
function spoil(object: string): void {
  const path = join(repository.directory, '.git', 'objects', object.slice(0, 2), object.slice(2));
  expect(existsSync(path)).toBe(true);
  execFileSync('chmod', ['u+w', path]);
  writeFileSync(path, 'spoilt');
}
