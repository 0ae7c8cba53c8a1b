import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMask } from '../../../src/agent/guard/secret-mask.ts';
import { forkSession } from '../../../src/agent/session/fork.ts';
import { STREAM_INTERVAL_MS } from '../../../src/agent/session/journal.ts';
import type { JournalEventBody } from '../../../src/agent/session/journal-event.ts';
import { createOrphanEnder } from '../../../src/agent/session/orphan.ts';
import { recoverCalls } from '../../../src/agent/session/recover.ts';
import {
  createSession,
  openSession,
  type Session,
  type SessionSurroundings,
} from '../../../src/agent/session/session.ts';
import { NO_TOTALS } from '../../../src/agent/session/session-state.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { intent, place, prompt, runStart, surroundingsIn, temporaryDirectory, usage } from './fixtures.ts';

/** One known by its form, one by its value, one by the name it stands under. */
const TOKEN = `ghp_${'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA2bC4'}`;
const OWN = 'run-key-9f2c81d07b';
const PASSWORD = 'h4rb0r-Lantern-77qX';
const secrets = [TOKEN, OWN, PASSWORD];

async function somewhere(): Promise<SessionSurroundings> {
  return { ...(await surroundingsIn(await temporaryDirectory())), mask: createMask([OWN]) };
}

async function begin(around: SessionSurroundings): Promise<Session> {
  const made = await createSession(around, place);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

async function again(around: SessionSurroundings, id: string): Promise<Session> {
  const opened = await openSession(around, id);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** Everything of the sessions that is on disk. */
async function onDisk({ directory }: SessionSurroundings): Promise<string> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join(
    '\n',
  );
}

type Answer = Extract<JournalEventBody, { type: 'message-assistant' }>;

function answer(id: string, name: string, input: unknown): Answer {
  return {
    type: 'message-assistant',
    content: [
      { type: 'thinking', thinking: `The key is ${OWN}.`, signature: 'signed' },
      { type: 'text', text: `I use ${TOKEN} now.` },
      { type: 'tool_use', id, name, input },
    ],
    stopReason: 'tool_use',
    model: 'loopback-model',
    usage,
    costUsd: 0.01,
  };
}

const everything: readonly JournalEventBody[] = [
  runStart,
  prompt(`Use ${TOKEN} for it`),
  { type: 'message-user', text: `or ${OWN}`, steer: true },
  answer('a', 'run_command', {
    command: `curl -H "Authorization: Bearer ${TOKEN}" x`,
    env: [{ [OWN]: 1, password: PASSWORD }],
  }),
  {
    type: 'approval-ask',
    request: {
      id: 'a',
      tool: 'run_command',
      summary: `Run ${TOKEN}`,
      detail: `curl ${OWN}`,
      reason: `No rule allows ${TOKEN}.`,
      offeredRule: `Bash(curl ${TOKEN}*)`,
    },
  },
  { type: 'approval-answer', id: 'a', decision: 'session', message: `with ${OWN}` },
  { type: 'tool-intent', id: 'a', key: 'k', name: 'run_command', summary: `Run ${OWN}`, effect: 'execute' },
  {
    type: 'tool-result',
    id: 'a',
    name: 'run_command',
    ok: true,
    text: `said ${TOKEN}`,
    change: { path: '/repo/x', diff: `+password: ${PASSWORD}` },
  },
  { type: 'retry-wait', attempt: 1, delayMs: 1, message: `refused ${OWN}` },
  { type: 'notice', text: TOKEN },
  { type: 'todo-update', items: [{ text: `call with ${TOKEN}`, state: 'pending' }] },
  { type: 'compaction-start', tokensBefore: 1 },
  {
    type: 'compaction-end',
    summary: `The key is ${OWN}`,
    kept: 1,
    tokensBefore: 1,
    model: 'm',
    usage,
    costUsd: 0,
  },
  { type: 'run-end', outcome: 'success', message: `Done with ${TOKEN}`, totals: NO_TOTALS },
];

describe('a secret', () => {
  it('is in no line of the journal, whatever says it', async () => {
    const around = await somewhere();
    const session = await begin(around);
    for (const event of everything) await session.append(event);
    await session.close();
    const text = await onDisk(around);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).toContain('[redacted github-token]');
    // A rule with a secret in it does not come back as another rule.
    expect((await again(around, session.id)).state.sessionRules).toEqual([]);
  });

  it('is still what was said to the process that was told it, and masked to the next one', async () => {
    const around = await somewhere();
    const session = await begin(around);
    for (const event of everything.slice(0, 4)) await session.append(event);
    expect(JSON.stringify(session.state.messages)).toContain(PASSWORD);
    expect(session.state.openCalls[0]).not.toHaveProperty('isMasked');
    await session.close();
    const { messages, openCalls } = (await again(around, session.id)).state;
    expect(JSON.stringify(messages)).not.toContain(PASSWORD);
    expect(openCalls).toMatchObject([
      { id: 'a', isMasked: true, input: { env: [{ password: expect.stringMatching(/^\[redacted/) }] } },
    ]);
    // Signed thinking is kept whole or not at all.
    expect(messages.flatMap(({ content }) => content).some(({ type }) => type === 'thinking')).toBe(false);
  });

  it('leaves an answer without one to the byte as it was', async () => {
    const around = await somewhere();
    const session = await begin(around);
    const input = { path: 'a.ts', old: ['x', { y: null, z: 1.5 }] };
    const { content, ...rest } = answer('a', 'edit', input);
    const harmless = [{ type: 'thinking', thinking: 'Hm.', signature: 's' } as const, ...content.slice(2)];
    await session.append({ ...rest, content: harmless });
    await session.close();
    const text = await onDisk(around);
    expect(text).toContain(JSON.stringify(harmless));
    expect(text).not.toContain('masked');
  });

  it('that comes in pieces is in no piece, wherever the text breaks off', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const around = await somewhere();
    const cuts = fc.array(fc.nat(80), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.nat(70), fc.constantFrom(...secrets), async (places, length, secret) => {
        const session = await begin(around);
        const text = `I found it.\npassword: ${secret} and go on`.slice(0, length);
        let from = 0;
        for (const to of [...places, text.length].sort((a, b) => a - b)) {
          session.stream(text.slice(from, Math.max(from, to)));
          from = Math.max(from, to);
          vi.advanceTimersByTime(STREAM_INTERVAL_MS);
        }
        await session.append({ type: 'retry-wait', attempt: 1, delayMs: 0, message: '' });
        await session.close();
        const kept = await readFile(join(around.directory, `${session.id}.jsonl`), 'utf8');
        // No useful part of it either.
        for (let at = 0; at + 6 <= secret.length; at += 1)
          expect(kept).not.toContain(secret.slice(at, at + 6));
        if (length > 12) expect(kept).toContain('I found it.');
      }),
      { numRuns: 100 },
    );
  });

  it('that comes in pieces does not reach the disk while its line goes on', async () => {
    const around = await somewhere();
    const session = await begin(around);
    session.stream('The first line.\nThe token is ghp_aB3dE6gH9jK2');
    await new Promise((resolve) => setTimeout(resolve, STREAM_INTERVAL_MS * 2));
    const early = await onDisk(around);
    expect(early).toContain('The first line.');
    expect(early).not.toContain('ghp_');
    session.stream(`${TOKEN.slice('ghp_aB3dE6gH9jK2'.length)}.\nThe end`);
    await session.append({ ...answer('a', 'read', {}), content: [] });
    await session.close();
    const text = await onDisk(around);
    expect(text).toContain('The token is [redacted github-token].');
    expect(text).toContain('The end');
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('of a journal from before goes no further when it is forked', async () => {
    const around = await somewhere();
    const old = await begin({ ...around, mask: (text) => text });
    for (const event of everything) await old.append(event);
    await old.close();
    expect(await onDisk(around)).toContain(PASSWORD);
    const forked = await forkSession(around, old.id);
    if (!forked.ok) throw new Error(forked.error.message);
    const text = await readFile(join(around.directory, `${forked.value.id}.jsonl`), 'utf8');
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});

describe('a call whose input held a secret, when its process died', () => {
  const orphans = createOrphanEnder(nodeFiles);

  async function judged(...events: readonly JournalEventBody[]) {
    const around = await somewhere();
    const session = await begin(around);
    await session.append(runStart);
    await session.append(answer('a', 'write', { path: 'x', content: `token = ${TOKEN}` }));
    for (const event of events) await session.append(event);
    await session.close();
    const { openCalls } = (await again(around, session.id)).state;
    return (await recoverCalls(nodeFiles, orphans, openCalls))[0];
  }

  it('is not carried out with what stands in its place, and the model is told to make it again', async () => {
    for (const events of [[], [intent('a', 'read')]])
      expect(await judged(...events)).toMatchObject({
        kind: 'answer',
        ok: false,
        text: expect.stringMatching(/^Not done: .*secret that is not kept on disk\. Make the call again/),
      });
  });

  it('is judged by the true bytes of the file it was writing', async () => {
    const path = join(await temporaryDirectory(), 'file');
    const [before, after] = ['old\n', `token = ${TOKEN}`];
    const write = { path, before: sha256(before), after: sha256(after) };
    await writeFile(path, after);
    expect(await judged(intent('a', 'write', write))).toMatchObject({ state: 'completed', ok: true });
    await writeFile(path, before);
    const undone = await judged(intent('a', 'write', write));
    expect(undone).toMatchObject({ kind: 'answer', ok: false, text: expect.stringMatching(/^Not done:/) });
    expect(undone).not.toHaveProperty('state');
    await writeFile(path, 'a third thing');
    expect(await judged(intent('a', 'write', write))).toMatchObject({ state: 'changed-since' });
  });

  it('is handed to the subagent that has it by its session, not by a task with a hole in it', async () => {
    expect(
      await judged({ type: 'subagent-start', id: 'a', agent: 'general', session: 'its-session' }),
    ).toMatchObject({
      kind: 'answer',
      ok: false,
      text: expect.stringContaining('by its session, its-session'),
    });
  });
});
