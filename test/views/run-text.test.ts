import { describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../src/agent/engine/run-channel.ts';
import { startFromBrief } from '../../src/agent/resume/brief/framed-brief.ts';
import { runText } from '../../src/views/run/run-text.ts';
import { typedAnswer, waitingText } from '../../src/views/run/waiting-text.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

/** Without our own marks. */
const plain = (event: RunEvent): string => runText(event, '/r').text.replace(/\u001b\[\d+m/g, '');
const nested = (event: RunEvent): RunEvent => ({
  type: 'subagent-event',
  time: 0,
  id: 'c',
  agent: 'tester',
  event,
});
const start: RunEvent = {
  type: 'run-start',
  time: 0,
  session: 's',
  model: 'm',
  cwd: '/r',
  tools: [],
  permissionMode: 'default',
  memory: { files: ['/r/CLAUDE.md'], tokens: 8 },
  resumed: false,
};

describe('what a run says in its terminal', () => {
  it('names the engine and says whether commands run in a sandbox, where that is known', () => {
    const told = plain({
      ...start,
      engine: 'claude',
      sandbox: { on: false, reason: 'bubblewrap is missing.' },
    });
    expect(told).toContain('m · claude · 8 tokens');
    expect(told).toContain('Commands run without a sandbox. bubblewrap is missing.');
    expect(plain(start)).not.toContain('sandbox');
  });

  it('shows of a start from a brief what the person said, and that a brief went along', () => {
    const text = startFromBrief({ brief: '# Earlier work\n\n- wrote `a.ts` [t1]', prompt: 'Go on' });
    expect(plain({ type: 'message-user', time: 0, text })).toBe(
      '\n› Go on\nwith the brief of an earlier session\n\n',
    );
    expect(plain({ type: 'message-user', time: 0, text: '<earlier-work> is a tag' })).toBe(
      '\n› <earlier-work> is a tag\n\n',
    );
  });

  it('says of what was used how it is known', () => {
    const usage = { inputTokens: 9_000, outputTokens: 900, cacheReadTokens: 90, cacheWriteTokens: 10 };
    const end = (basis: object): string =>
      plain({
        type: 'run-end',
        time: 0,
        outcome: 'success',
        message: '',
        turns: 1,
        durationMs: 0,
        apiDurationMs: 0,
        usage: { ...usage, ...basis },
        costUsd: null,
        denials: [],
      });
    expect(end({})).toContain('· 10k tokens ·');
    expect(end({ basis: 'counted' })).toContain('· about 10k tokens ·');
    expect(end({ basis: 'unknown' })).toContain('· 10k tokens and more ·');
    const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    expect(end({ ...none, basis: 'unknown' })).toContain('· tokens unknown ·');
  });

  it('shows steps with a mark that is not colour alone, and no more than fit', () => {
    const items = Array.from({ length: 25 }, (_, index) => ({
      text: `step ${index}`,
      state: index === 0 ? ('done' as const) : ('pending' as const),
    }));
    const told = plain({ type: 'todo-update', time: 0, items });
    expect(told).toContain('[x] step 0\n  [ ] step 1');
    expect(told).toContain('… 5 more');
  });

  it('indents what a subagent does under its name, whole lines only', () => {
    expect(plain(nested({ type: 'text-delta', time: 0, text: 'half' }))).toBe('');
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const said: RunEvent = {
      type: 'message-assistant',
      time: 0,
      content: [{ type: 'text', text: 'One.\nTwo.' }],
      usage,
    };
    expect(plain(nested(said))).toBe('  tester │ One.\n  tester │ Two.\n');
  });

  it('lets no control sequence of a model through', () => {
    const evil = '\u001b]0;title\u0007\u001b[2J\u009b31mx';
    const events: readonly RunEvent[] = [
      nested({ type: 'notice', time: 0, text: evil }),
      {
        type: 'subagent-event',
        time: 0,
        id: 'c',
        agent: evil,
        event: { type: 'notice', time: 0, text: 'a' },
      },
      { type: 'todo-update', time: 0, items: [{ text: evil, state: 'active' }] },
      { type: 'question-answer', time: 0, id: 'q', text: evil },
      { ...start, engine: evil, sandbox: { on: true, reason: evil } },
    ];
    for (const event of events) expect(plain(event)).not.toMatch(/\u001b|\u0007|\u009b/);
    const question = { id: 'q', question: evil, options: [evil] };
    const shown = waitingText({ kind: 'question', id: 'q', agent: evil, question });
    expect(shown.replace(/\u001b\[\d+m/g, '')).not.toMatch(/\u001b|\u0007|\u009b/);
  });
});

describe('a typed answer', () => {
  it('is the option of that number, else the words', () => {
    expect(typedAnswer('2', ['first', 'second'])).toBe('second');
    expect(typedAnswer('3', ['first', 'second'])).toBe('3');
    expect(typedAnswer('0', ['first'])).toBe('0');
    expect(typedAnswer('2 of them', ['first', 'second'])).toBe('2 of them');
  });
});
