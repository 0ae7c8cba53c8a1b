import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Git } from '../../src/base/git.ts';
import { createGit } from '../../src/base/git-process.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';

async function repository(): Promise<{ directory: string; git: Git; run: (...args: string[]) => void }> {
  const directory = await temporaryDirectory();
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const run = (...args: string[]) => void execFileSync('git', [...identity, ...args], { cwd: directory });
  run('init', '-q', '-b', 'main');
  await writeFile(join(directory, 'a.txt'), 'one\n');
  run('add', '.');
  run('commit', '-qm', 'first');
  return { directory, git: createGit({ directory, environment: process.env }), run };
}

describe('git', () => {
  it('answers text and bytes', async () => {
    const { git, directory } = await repository();
    expect(await git.text(['log', '--format=%s'])).toEqual({ ok: true, value: 'first' });
    expect(await git.bytes(['show', 'HEAD:a.txt'])).toEqual({ ok: true, value: Buffer.from('one\n') });
    expect(await git.text(['hash-object', '--stdin'], { input: 'one\n' })).toMatchObject({ ok: true });
    expect(git.directory).toBe(directory);
  });

  it('runs no hook, filter, textconv, external diff or fsmonitor of the repository', async () => {
    const { directory, git, run } = await repository();
    const trap = (name: string) => `sh -c 'touch "${join(directory, '.git', `sprung-${name}`)}"; cat'`;
    for (const name of [
      'diff.external',
      'core.fsmonitor',
      'diff.trap.textconv',
      'diff.trap.command',
      'gpg.program',
    ]) {
      run('config', name, trap(name));
    }
    for (const name of ['clean', 'smudge', 'process']) run('config', `filter.trap.${name}`, trap(name));
    run('config', 'filter.trap.required', 'true');
    run('config', 'log.showSignature', 'true');
    await writeFile(join(directory, '.gitattributes'), '* filter=trap diff=trap\n');
    await writeFile(join(directory, 'a.txt'), 'two\n');
    await writeFile(join(directory, '.git', 'hooks', 'post-index-change'), `#!/bin/sh\n${trap('hook')}\n`, {
      mode: 0o755,
    });
    const answers = [
      await git.text(['status', '--porcelain']),
      await git.text(['diff']),
      await git.text(['log', '-p']),
      await git.text(['show', 'HEAD']),
      await git.text(['diff-index', '-p', 'HEAD']),
      await git.text(['ls-files', '-z', '--cached', '--others', '--exclude-standard']),
      await git.text(['ls-files', '--modified']),
      await git.text(['cat-file', '--batch'], { input: 'HEAD:a.txt\n' }),
      await git.text(['cat-file', '--filters', 'HEAD:a.txt']),
    ];
    expect(answers.map(({ ok }) => ok)).toEqual(answers.map(() => true));
    expect(answers[1]).toMatchObject({ value: expect.stringContaining('+two') });
    expect(execFileSync('ls', [join(directory, '.git')], { encoding: 'utf8' })).not.toContain('sprung');
  });

  it('looks only at its own directory, whatever the environment says', async () => {
    const { directory } = await repository();
    const environment = {
      ...process.env,
      GIT_DIR: '/nowhere',
      GIT_INDEX_FILE: '/nowhere',
      GIT_WORK_TREE: '/',
    };
    const git = createGit({ directory, environment });
    expect(await git.text(['rev-parse', '--show-toplevel'])).toEqual({ ok: true, value: directory });
  });

  it('says which kind of problem there is', async () => {
    const { directory, git } = await repository();
    const outside = createGit({ directory: await temporaryDirectory(), environment: process.env });
    expect(await outside.text(['status'])).toMatchObject({ error: { kind: 'no-repository' } });
    const missing = createGit({ directory, environment: process.env, program: 'git-that-is-not-there' });
    expect(await missing.text(['status'])).toMatchObject({ error: { kind: 'no-git' } });
    const gone = createGit({ directory: join(directory, 'gone'), environment: process.env });
    expect(await gone.text(['status'])).toMatchObject({
      error: { kind: 'failed', message: expect.stringContaining('not there') },
    });
    expect(await git.text(['show', 'nothing'])).toMatchObject({ error: { kind: 'failed' } });
    expect(await git.text(['show', 'HEAD:a.txt'], { maxBytes: 2 })).toMatchObject({
      error: { kind: 'too-large' },
    });
    expect(await git.text(['status'], { signal: AbortSignal.abort() })).toMatchObject({
      error: { kind: 'cancelled' },
    });
  });

  it('is ended when cancelled', async () => {
    const { git } = await repository();
    const controller = new AbortController();
    // Waits for input that never comes: only the signal can end it.
    const waiting = git.text(['-c', 'alias.wait=!sleep 600', 'wait'], { signal: controller.signal });
    controller.abort();
    expect(await waiting).toMatchObject({ error: { kind: 'cancelled' } });
  });

  it('is spoken with while it runs, and told how it ended', async () => {
    const { git } = await repository();
    const talk = await git.talk(['cat-file', '--batch-check']);
    const answers = talk.output[Symbol.asyncIterator]();
    talk.write('HEAD:a.txt\n');
    expect(Buffer.from((await answers.next()).value ?? '').toString()).toMatch(/^[0-9a-f]{40} blob 4\n$/);
    talk.write('HEAD:gone\n');
    expect(Buffer.from((await answers.next()).value ?? '').toString()).toBe('HEAD:gone missing\n');
    talk.endInput();
    expect((await answers.next()).done).toBe(true);
    expect(await talk.ended).toEqual({ ok: true, value: undefined });
    const refused = await git.talk(['show', 'nothing']);
    for await (const chunk of refused.output) expect(chunk).toBeUndefined();
    expect(await refused.ended).toMatchObject({ error: { kind: 'failed' } });
  });

  it('ends when its reader leaves, and waits for a slow one', async () => {
    const { git } = await repository();
    const endless = ['-c', 'alias.endless=!exec yes', 'endless'];
    const talk = await git.talk(endless);
    let size = 0;
    for await (const chunk of talk.output) {
      size += chunk.byteLength;
      if (size > 1_000_000) break;
    }
    expect(await talk.ended).toMatchObject({ ok: false });
    const stopped = await git.talk(endless);
    stopped.stop();
    expect(await stopped.ended).toMatchObject({ ok: false });
  });

  it('says so when arguments cannot be passed on', async () => {
    const { git } = await repository();
    expect(await git.text(['show', 'a\0b'])).toMatchObject({ error: { kind: 'failed' } });
  });

  it('never shows the password of a remote', async () => {
    const { git } = await repository();
    const answer = await git.text(['fetch', 'https://ada:hunter2hunter2@127.0.0.1:9/x.git']);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'failed' } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it('does not touch the index', async () => {
    const { directory, git } = await repository();
    await mkdir(join(directory, 'sub'));
    await writeFile(join(directory, 'a.txt'), 'one\n');
    await git.text(['status']);
    expect(existsSync(join(directory, '.git', 'index.lock'))).toBe(false);
  });
});
