import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JournalEvent } from '../../../src/agent/session/journal-event.ts';
import { createOrphanEnder } from '../../../src/agent/session/orphan.ts';
import { recoverCalls } from '../../../src/agent/session/recover.ts';
import type { OpenCall } from '../../../src/agent/session/session-state.ts';
import { scratchOf } from '../../../src/agent/tools/file-change.ts';
import { scratchPaths } from '../../../src/base/atomic-write.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { isAlive, processStartTime } from '../../../src/base/process-identity.ts';
import { intent, temporaryDirectory } from './fixtures.ts';

type Intent = JournalEvent & { readonly type: 'tool-intent' };
const orphans = createOrphanEnder(nodeFiles);

function open(body: ReturnType<typeof intent>, process?: OpenCall['process']): OpenCall {
  const event = { seq: 1, time: 1, ...body } as Intent;
  return { id: event.id, name: event.name, input: {}, intent: event, ...(process && { process }) };
}

const recover = (call: OpenCall) => recoverCalls(nodeFiles, orphans, [call]).then(([one]) => one);

describe('a call that was under way when its process died', () => {
  it('is carried out again when it never began or only read', async () => {
    expect(await recover({ id: 'a', name: 'edit', input: {} })).toMatchObject({ kind: 'again' });
    expect(await recover(open(intent('a', 'read')))).toMatchObject({ kind: 'again' });
  });

  it('counts as done when the file is what it would have made', async () => {
    const path = join(await temporaryDirectory(), 'file');
    await writeFile(path, 'after');
    const call = open(intent('a', 'write', { path, before: sha256('before'), after: sha256('after') }));
    expect(await recover(call)).toMatchObject({
      kind: 'answer',
      state: 'completed',
      ok: true,
      seen: { path, hash: sha256('after') },
    });
  });

  it('is carried out again when the file is still as it was', async () => {
    const path = join(await temporaryDirectory(), 'file');
    const makes = open(intent('a', 'write', { path, before: null, after: sha256('after') }));
    expect(await recover(makes)).toMatchObject({ kind: 'again' });
    await writeFile(path, 'before');
    const changes = open(intent('a', 'write', { path, before: sha256('before'), after: sha256('after') }));
    expect(await recover(changes)).toMatchObject({ kind: 'again' });
  });

  it('leaves nothing beside the file that it was about to write, but old content that nobody knows', async () => {
    const path = join(await temporaryDirectory(), 'file');
    const write = { path, before: sha256('before'), after: sha256('after') };
    const { fresh, kept } = scratchPaths(path, scratchOf('a', write));
    await Promise.all([writeFile(path, 'before'), writeFile(fresh, 'aft'), writeFile(kept, 'before')]);
    expect(await recover(open(intent('a', 'write', write)))).toMatchObject({ kind: 'again' });
    expect(await readdir(dirname(path))).toEqual(['file']);
    await writeFile(kept, 'written in between by somebody else');
    await recover(open(intent('a', 'write', write)));
    expect(await readdir(dirname(path))).toEqual([basename(kept), 'file']);
  });

  it('is neither repeated nor called done when the file is a third thing', async () => {
    const path = join(await temporaryDirectory(), 'file');
    await writeFile(path, 'somebody else');
    const call = open(intent('a', 'write', { path, before: sha256('before'), after: sha256('after') }));
    expect(await recover(call)).toMatchObject({ kind: 'answer', state: 'changed-since', ok: false });
  });

  it('ends what a command left running and says that its outcome is unknown', async () => {
    const shell = spawn('bash', ['-c', 'sleep 600 & sleep 600'], { detached: true, stdio: 'ignore' });
    const gone = once(shell, 'exit');
    const pid = shell.pid ?? 0;
    onTestFinished(() => killGroup(pid));
    const startTime = await processStartTime(pid);
    const call = open(intent('a', 'execute'), { pid, ...(startTime !== undefined && { startTime }) });
    const recovery = await recover(call);
    await gone;
    expect(recovery).toMatchObject({ kind: 'answer', state: 'unknown', ok: false });
    expect(recovery?.kind === 'answer' && recovery.notice).toContain('was ended');
    expect(await groupLives(pid)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('ends what is left of a group whose leader is gone', async () => {
    const shell = spawn('bash', ['-c', 'sleep 600 </dev/null & read'], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const gone = once(shell, 'exit');
    const pid = shell.pid ?? 0;
    onTestFinished(() => killGroup(pid));
    const startTime = await processStartTime(pid);
    shell.stdin?.end();
    await gone;
    expect(await groupLives(pid)).toBe(true);
    await recover(open(intent('a', 'execute'), { pid, ...(startTime !== undefined && { startTime }) }));
    expect(await groupLives(pid)).toBe(false);
  });

  it('never touches a process that only has the same pid', async () => {
    const other = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const pid = other.pid ?? 0;
    onTestFinished(() => killGroup(pid));
    const recovery = await recover(open(intent('a', 'execute'), { pid, startTime: 'another time' }));
    expect(recovery).toMatchObject({ kind: 'answer', state: 'unknown' });
    expect(await isAlive(pid)).toBe(true);
  });
});

/** Zombies do not count: in a container nobody may be there to collect them. */
async function groupLives(pid: number): Promise<boolean> {
  const states = await new Promise<string>((resolve) => {
    execFile('ps', ['-A', '-o', 'pgid=,stat='], (_error, stdout) => resolve(stdout));
  });
  return states.split('\n').some((line) => {
    const [group, state] = line.trim().split(/\s+/);
    return group === String(pid) && !state?.startsWith('Z');
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
