import { marked } from 'marked';
import { describe, expect, it, vi } from 'vitest';
import type { Transcript, TranscriptEntry } from '../../src/agent/history/transcript.ts';
import { itemsOf } from '../../src/views/sessions/session-search.ts';
import { toolTranscript } from '../../src/views/sessions/tool-transcript.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const NOW = new Date(2026, 10, 22, 9, 0).getTime();

const transcript = (entries: readonly TranscriptEntry[], rest: Partial<Transcript> = {}): Transcript => ({
  tool: 'codex',
  id: '0199-abc',
  title: '',
  cwd: '/r',
  created: NOW,
  modified: NOW,
  state: 'done',
  entries,
  branches: [],
  turns: 1,
  costUsd: null,
  problems: [],
  ...rest,
});

const call = (rest: Partial<Extract<TranscriptEntry, { kind: 'call' }>>): TranscriptEntry => ({
  id: 'c',
  kind: 'call',
  name: 'shell',
  act: 'execute',
  summary: 'npm test',
  reads: [],
  writes: [],
  ...rest,
});

describe('a session of another tool as a document', () => {
  it('has who said what, what was done and what came of it', () => {
    const text = toolTranscript(
      transcript([
        { id: '1', kind: 'prompt', text: 'Make the tests green', time: NOW },
        call({ result: { ok: false, text: '1 failing' } }),
        call({ id: 'w', name: 'apply_patch', summary: 'src/a.ts', act: 'write', writes: ['/r/src/a.ts'] }),
        { id: '2', kind: 'answer', text: 'Green.', model: 'gpt-5' },
        { id: '3', kind: 'plan', steps: [{ text: 'Run them', state: 'done' }] },
      ]),
    );
    expect(text).toContain('# Make the tests green');
    expect(text).toContain('Written by another program');
    expect(text).toContain('`npm test`');
    expect(text).toContain('1 failing');
    expect(text).toContain('](file:///r/src/a.ts)');
    expect(text).toContain('without a result');
    expect(text).toContain('- [x] `Run them`');
  });

  it('brings nothing of what it holds to life', () => {
    const hostile =
      '# Heading\n[link](command:varve.purge) <img src=x onerror=alert(1)>\n```\nout\n```\n\u202Eevil';
    const text = toolTranscript(
      transcript(
        [
          { id: '1', kind: 'prompt', text: hostile },
          { id: '2', kind: 'answer', text: hostile },
          call({
            name: hostile,
            summary: hostile,
            writes: ['/etc/passwd', '/r/../x'],
            result: { ok: true, text: hostile },
          }),
          { id: '4', kind: 'notice', what: 'other', text: hostile },
          { id: '5', kind: 'compaction', summary: hostile },
        ],
        { title: hostile, problems: [hostile], branch: hostile, cwd: '/r' },
      ),
    );
    const alive: string[] = [];
    const tokens = marked.lexer(text);
    void marked.walkTokens(tokens, (token) => {
      if (token.type === 'html' || token.type === 'image') alive.push(token.raw);
      if (token.type === 'link') alive.push((token as { href: string }).href);
      if (token.type === 'heading' && (token as { depth: number }).depth === 1) alive.push('h1');
    });
    // Our own title.
    expect(alive).toEqual(['h1']);
    expect(text).not.toContain('\u202E');
    expect(text).not.toContain('](file:///etc/passwd)');
  });

  it('can be shown up to an entry, so that a search opens where it answers', () => {
    const entries: readonly TranscriptEntry[] = [
      { id: '1', kind: 'prompt', text: 'First' },
      { id: '2', kind: 'answer', text: 'Second' },
    ];
    const whole = toolTranscript(transcript(entries));
    const above = toolTranscript(transcript(entries), '2');
    expect(whole.startsWith(above.trimEnd())).toBe(true);
    expect(above).not.toContain('Second');
  });
});

describe('what a search of sessions shows', () => {
  it('is a session with the places that answer, and no icon of somebody else', () => {
    const row = { tool: 'codex', id: '1', path: '/p', title: 'Fix $(error) it', modified: NOW } as never;
    const entries = [
      { entry: '#3', kind: 'prompt', snippet: 'use the $(zap) cache' },
      { entry: '#9', kind: 'call', snippet: 'npm run cache' },
    ] as const;
    const items = itemsOf({ hits: [{ row, entries }], notes: ['tool: is one of these.'] }, NOW, []);
    expect(items.map(({ label }) => label)).toEqual([
      '$(info) tool: is one of these.',
      'Fix $\u200b(error) it',
      '$(blank) npm run cache',
    ]);
    expect(items[1]).toMatchObject({
      description: 'Codex · now',
      detail: 'use the $\u200b(zap) cache',
      entry: '#3',
    });
    expect(items[2]).toMatchObject({ entry: '#9' });
    expect(itemsOf({ hits: [], notes: [] }, NOW, []).map(({ label }) => label)).toEqual([
      'Nothing was found.',
    ]);
  });
});
