import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SearchHit } from '../../src/memory/search/search.ts';
import { Questions } from '../../src/views/search/questions.ts';
import { type SearchItem, searchItems } from '../../src/views/search/search-items.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const hit = (over: Partial<SearchHit>): SearchHit => ({
  kind: 'entry',
  id: 'x',
  title: 'Use tabs',
  excerpt: 'Use tabs.',
  matches: [],
  path: '/w/CLAUDE.md',
  line: 2,
  place: 'project',
  state: 'loaded',
  score: 1,
  ...over,
});
const items = (...hits: readonly SearchHit[]) => searchItems([{ folder: '/w', name: 'w', hits }], []);

describe('rows of a search', () => {
  it('say what, where and whether agents read it, with an icon for the kind', () => {
    const rows = items(
      hit({ section: 'House › Style' }),
      hit({ state: 'on-demand', path: '/w/src/CLAUDE.md' }),
      hit({ kind: 'record', place: 'decision', state: 'superseded' }),
      hit({ kind: 'proposal', place: 'milestone', state: 'proposed' }),
      hit({ kind: 'file', title: 'docs/a.md', state: 'skipped' }),
    );
    expect(rows.map(({ label, description }) => [label, description])).toEqual([
      ['$(dash) Use tabs', 'CLAUDE.md:3 · House › Style'],
      ['$(dash) Use tabs', 'src/CLAUDE.md:3 · on demand'],
      ['$(git-merge) Use tabs', 'decision · superseded'],
      ['$(inbox) Use tabs', 'milestone · proposed'],
      ['$(markdown) docs/a.md', 'does not load'],
    ]);
    expect(rows.every(({ alwaysShow, detail }) => alwaysShow && detail === 'Use tabs.')).toBe(true);
  });

  it('say a short entry once', () => {
    expect(items(hit({ title: 'Use tabs.', excerpt: 'Use tabs.' }))[0]?.detail).toBeUndefined();
  });

  it('stand under their folders where there are several, and in the order of the answers', () => {
    const answers = ['one', 'two', 'three'].map((name, index) => ({
      folder: `/${name}`,
      name,
      hits: index === 1 ? [] : [hit({ title: name })],
    }));
    expect(searchItems(answers, []).map(({ label }) => label)).toEqual([
      'one',
      '$(dash) one',
      'three',
      '$(dash) three',
    ]);
  });

  it('are one sentence where nothing was found', () => {
    const rows = items();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      label: 'Nothing that is remembered here has these words.',
      alwaysShow: true,
    });
    expect(rows[0]?.hit).toBeUndefined();
  });

  it('draw no icon that a text asks for', () => {
    const [row] = items(hit({ title: 'a $(bug) b', excerpt: '$(trash)', section: '$(x)' }));
    expect(row?.label).toBe('$(dash) a \\$(bug) b');
    expect(row?.detail).toBe('\\$(trash)');
    expect(row?.description).toContain('\\$(x)');
  });
});

describe('questions while one types', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  const setUp = () => {
    const asked: string[] = [];
    const signals: AbortSignal[] = [];
    const answers = new Map<string, (items: readonly SearchItem[]) => void>();
    const errors: unknown[] = [];
    const box: { items: readonly SearchItem[]; busy: boolean } = { items: [], busy: false };
    const questions = new Questions(
      box,
      (query, signal) => {
        asked.push(query);
        signals.push(signal);
        if (query === 'broken') return Promise.reject(new Error('broken'));
        return new Promise((resolve) => answers.set(query, resolve));
      },
      (error) => errors.push(error),
    );
    return { asked, signals, answers, errors, box, questions };
  };
  const row = (label: string): SearchItem => ({ label });

  it('are asked once for keys in quick succession, and show that they are under way', async () => {
    const { asked, answers, box, questions } = setUp();
    for (const typed of ['t', 'te', 'tea']) questions.ask(typed);
    expect(box.busy).toBe(true);
    await vi.runAllTimersAsync();
    expect(asked).toEqual(['tea']);
    answers.get('tea')?.([row('tea')]);
    await vi.runAllTimersAsync();
    expect(box).toEqual({ items: [row('tea')], busy: false });
  });

  it('take the place of an older one, whose answer comes too late', async () => {
    const { signals, answers, box, questions } = setUp();
    questions.ask('tea');
    await vi.runAllTimersAsync();
    questions.ask('milk');
    await vi.runAllTimersAsync();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    answers.get('milk')?.([row('milk')]);
    answers.get('tea')?.([row('tea')]);
    await vi.runAllTimersAsync();
    expect(box).toEqual({ items: [row('milk')], busy: false });
  });

  it('without words clear the list, and tell of a fault', async () => {
    const { asked, box, errors, questions } = setUp();
    box.items = [row('old')];
    questions.ask('  ');
    await vi.runAllTimersAsync();
    expect(box).toEqual({ items: [], busy: false });
    questions.ask('broken');
    await vi.runAllTimersAsync();
    expect(asked).toEqual(['broken']);
    expect(errors).toEqual([new Error('broken')]);
    expect(box.busy).toBe(false);
    questions.ask('tea');
    questions.dispose();
    await vi.runAllTimersAsync();
    expect(asked).toEqual(['broken']);
  });
});
