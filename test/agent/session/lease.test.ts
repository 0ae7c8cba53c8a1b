import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSession, openSession } from '../../../src/agent/session/session.ts';
import { listSessions } from '../../../src/agent/session/session-list.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { place, prompt, runStart, surroundingsIn, temporaryDirectory } from './fixtures.ts';

async function holdElsewhere(directory: string, id: string): Promise<{ child: ChildProcess; word: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'hold-session.ts'), directory, id], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, word: said.trim() };
}

async function leftSession(directory: string): Promise<string> {
  const made = await createSession(await surroundingsIn(directory), place);
  if (!made.ok) throw new Error(made.error.message);
  await made.value.append(runStart);
  await made.value.append(prompt('Task'));
  await made.value.close();
  return made.value.id;
}

describe('the lease of a session', () => {
  it('lets one of two processes continue it, and the next one after the first let go', async () => {
    const directory = await temporaryDirectory();
    const id = await leftSession(directory);
    const first = await holdElsewhere(directory, id);
    expect(first.word).toBe('held');
    expect((await holdElsewhere(directory, id)).word).toBe('busy');
    const refused = await openSession(await surroundingsIn(directory), id);
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: 'busy', message: expect.stringContaining(`${first.child.pid}`) },
    });
    first.child.stdin?.end();
    await once(first.child, 'exit');
    const second = await openSession(await surroundingsIn(directory), id);
    expect(second.ok).toBe(true);
    if (second.ok) await second.value.close();
  });

  it('dies with its holder', async () => {
    const directory = await temporaryDirectory();
    const id = await leftSession(directory);
    const { child } = await holdElsewhere(directory, id);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const opened = await openSession(await surroundingsIn(directory), id);
    expect(opened.ok).toBe(true);
    if (opened.ok) await opened.value.close();
  });

  it('shows in the list as running while its holder lives, then as interrupted', async () => {
    const directory = await temporaryDirectory();
    const id = await leftSession(directory);
    const { owner } = await surroundingsIn(directory);
    const { child } = await holdElsewhere(directory, id);
    expect(await listSessions({ files: nodeFiles, owner, directory })).toMatchObject([
      { id, state: 'running' },
    ]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await listSessions({ files: nodeFiles, owner, directory })).toMatchObject([
      { id, state: 'interrupted' },
    ]);
  });
});
