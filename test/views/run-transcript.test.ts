import { describe, expect, it, vi } from 'vitest';
import type { JournalEvent, JournalEventBody, JournalHeader } from '../../src/agent/session/journal-event.ts';
import { transcriptOf } from '../../src/views/run/transcript.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const header: JournalHeader = {
  version: 1,
  session: '0198-s',
  project: 'r-1',
  cwd: '/r',
  worktree: '/r',
  created: 0,
};
const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
const told = (...bodies: readonly JournalEventBody[]): string =>
  transcriptOf({
    header,
    events: bodies.map((body, index) => ({ seq: index + 1, time: 0, ...body }) as JournalEvent),
  });
const answer = (text: string): JournalEventBody => ({
  type: 'message-assistant',
  content: [{ type: 'text', text }],
  stopReason: 'end_turn',
  model: 'm',
  usage,
  costUsd: 0,
});
const changed = (path: string): JournalEventBody => ({
  type: 'tool-result',
  id: 't',
  name: 'edit',
  ok: true,
  text: 'done',
  change: { path, diff: '--- a\n+++ b\n@@ -3,2 +7,2 @@\n-a\n+b' },
});

/** What stands outside of code blocks and code spans, as a renderer would take it. */
function alive(document: string): string {
  const open: string[] = [];
  const lines = document.split('\n').filter((line) => {
    const marks = /^(`{3,})/.exec(line)?.[1];
    const isFence = marks !== undefined && (open.length === 0 || line === open[0]);
    if (isFence) {
      if (open.length === 0) open.push(marks);
      else open.pop();
      return false;
    }
    return open.length === 0;
  });
  return lines.join('\n').replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
}

const hostile = [
  '# Heading',
  '```\n</code><script>alert(1)</script>\n```',
  '`````\n[run](command:varve.runAgent)\n`````',
  '![x](https://evil.example/p.png)',
  '<img src=x onerror=alert(1)>',
  '\u001b]0;title\u0007\u202Egnp.exe',
].join('\n');

describe('the transcript of a session', () => {
  it('says who said what, what was asked, done and changed, and how it ended', () => {
    const document = told(
      { type: 'message-user', text: 'Make it exact' },
      answer('I look at it.'),
      { type: 'approval-answer', id: 'a', decision: 'once' },
      changed('/r/src/a b.ts'),
      { type: 'checkpoint-create', checkpoint: 1, manifest: 'x', reason: 'prompt' },
      {
        type: 'run-end',
        outcome: 'success',
        message: '',
        totals: { turns: 2, usage, costUsd: 0.04, files: 1 },
      },
    );
    expect(document).toMatch(/^# Make it exact\n/);
    expect(document).toContain('### You\n\n```text\nMake it exact\n```');
    expect(document).toContain('Allowed once');
    expect(document).toContain('[src/a b.ts](file:///r/src/a%20b.ts#L7)');
    expect(document).toContain('```diff\n--- a');
    expect(document).toContain('Checkpoint 1');
    expect(document).toContain('**done** · 2 turns');
  });

  it.each([
    ['a prompt', { type: 'message-user', text: hostile }],
    ['an answer', answer(hostile)],
    ['a result', { type: 'tool-result', id: 't', name: hostile, ok: false, text: hostile }],
    ['a summary', { type: 'tool-intent', id: 't', key: 'k', name: 'x', summary: hostile, effect: 'read' }],
    ['a notice', { type: 'notice', text: hostile }],
    ['a step', { type: 'todo-update', items: [{ text: hostile, state: 'active' }] }],
    [
      'a compaction',
      {
        type: 'compaction-end',
        summary: hostile,
        kept: 0,
        tokensBefore: 0,
        model: hostile,
        usage,
        costUsd: 0,
      },
    ],
    [
      'an end',
      {
        type: 'run-end',
        outcome: 'failed',
        message: hostile,
        totals: { turns: 0, usage, costUsd: 0, files: 0 },
      },
    ],
  ] as readonly (readonly [string, JournalEventBody])[])('lets nothing of %s come to life', (_, body) => {
    const document = told(body);
    const outside = alive(document);
    expect(outside).not.toMatch(
      /(?<!\\)<(script|img)|(?<!\\)\]\(|(?<!\\):\/\/evil|https?:\/\/evil|(?<!\\)!\[/,
    );
    expect(outside.split('\n').filter((line) => line === '# Heading')).toEqual([]);
    expect(document).not.toContain('\u001b');
    expect(document).not.toContain('\u202E');
    expect(outside).not.toMatch(/(?<!\\)<img/);
  });

  it('links only to files inside the directory of the session', () => {
    expect(told(changed('/etc/shadow'))).not.toContain('](file:');
    expect(told(changed('/r/../etc/shadow'))).not.toContain('](file:');
    expect(told(changed('/r/a](command:x) b.ts'))).toContain('](file:///r/a%5D%28command:x%29%20b.ts#L7)');
  });

  it('shows what streams now, once', () => {
    const delta = (text: string): JournalEventBody => ({ type: 'text-delta', text });
    expect(told(answer('First.'), delta('Second '), delta('answer'))).toContain(
      '```text\nSecond answer\n```',
    );
    expect(told(delta('Whole.'), answer('Whole.')).match(/Whole\./g)).toHaveLength(1);
  });

  it('is bounded, the end of it stays', () => {
    const many = Array.from({ length: 1500 }, (_, index) => answer(`${index} ${'a'.repeat(4000)}`));
    const document = told(...many);
    expect(document.length).toBeLessThan(4_100_000);
    expect(document).toContain('The beginning is left out');
    expect(document).toContain('1499 aaa');
  });
});
