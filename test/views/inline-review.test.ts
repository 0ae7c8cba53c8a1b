import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InsertionPoint } from '../../src/memory/inbox/insertion-points.ts';
import type { Proposal } from '../../src/memory/inbox/proposal.ts';
import { whyItems } from '../../src/views/inbox/why.ts';
import { CommentThreads } from '../../src/views/review/comment-threads.ts';
import { inlineNotes, titleLine, type Waiting } from '../../src/views/review/inline-notes.ts';
import { riskSentences } from '../../src/views/review/risks.ts';

interface FakeThread {
  readonly uri: unknown;
  range: unknown;
  comments: readonly {
    readonly body: { readonly value: string; isTrusted: boolean; supportHtml: boolean };
  }[];
  canReply?: boolean;
  collapsibleState?: number;
  contextValue?: string;
  label?: string;
  isDisposed: boolean;
}
const threads = vi.hoisted((): FakeThread[] => []);

vi.mock('vscode', async () => {
  const plain = await import('../fakes/vscode.ts');
  class Range {
    readonly start: { readonly line: number; readonly character: number };
    constructor(line: number, character: number) {
      this.start = { line, character };
    }
  }
  class MarkdownString {
    readonly value: string;
    isTrusted = true;
    supportHtml = true;
    constructor(value: string) {
      this.value = value;
    }
  }
  const createCommentThread = (uri: unknown, range: unknown): FakeThread => {
    const thread = {
      uri,
      range,
      comments: [],
      isDisposed: false,
      dispose: () => {
        thread.isDisposed = true;
      },
    };
    threads.push(thread);
    return thread;
  };
  return {
    ...plain,
    Range,
    MarkdownString,
    CommentMode: { Preview: 1 },
    CommentThreadCollapsibleState: { Collapsed: 0, Expanded: 1 },
    comments: { createCommentController: () => ({ createCommentThread, dispose: () => {} }) },
  };
});

const { Uri } = await import('../fakes/vscode.ts');
type Real = import('vscode').Uri;
const file = Uri.file('/r/.varve/memory/MEMORY.md') as unknown as Real;

const HOSTILE =
  'Click [here](command:varve.acceptAll) <img src=x onerror=alert(1)> https://evil.example ![x](https://evil.example/p.png)';

function waiting(number: number, rest: Partial<Proposal> = {}, point: Partial<InsertionPoint> = {}): Waiting {
  const id = `id-${number}`;
  const path = `/r/.varve/proposed/decision-${number}.md`;
  const line: InsertionPoint = {
    proposal: id,
    path: '/r/.varve/memory/MEMORY.md',
    line: 1,
    order: number,
    text: `- [Number ${number}](decision-${number}.md) — because`,
    isLoaded: true,
    tokens: 20,
    fits: true,
    ...point,
  };
  return {
    folder: '/r',
    proposal: {
      id,
      record: {
        id,
        kind: 'decision',
        status: 'proposed',
        name: `decision-${number}`,
        description: `Number ${number}`,
        modified: '2026-11-22T10:00:00.000Z',
        body: `Number ${number}.\n\n**Why:** because`,
      },
      evidence: {
        version: 1,
        id,
        source: 'commit:Mara <m@x>',
        rule: 'stated-decision',
        reason: 'The message says why.',
        supersedes: [],
        requirements: [],
        anchors: [],
        evidence: [{ patch: 'abc', subject: `Number ${number}` }],
      },
      origin: 'owner',
      place: 'repository',
      path,
      group: 'commit',
      ...rest,
    },
    effect: {
      proposal: id,
      target: `/r/.varve/memory/decision-${number}.md`,
      isLoading: true,
      replaces: [],
      lines: [line],
    },
  };
}

const INDEX = '- [A](a.md) — a\n- [B](b.md) — b\n';

describe('notes inside files', () => {
  it('stand at the title of a proposal, below its front matter', () => {
    expect(titleLine('---\nname: x\n---\n\n# Title\n')).toBe(4);
    expect(titleLine('\uFEFF---\r\nname: x\r\n---\r\nTitle\r\n')).toBe(3);
    expect(titleLine('---\nnever closed\n')).toBe(0);
    const one = waiting(1);
    const [note] = inlineNotes(one.proposal.path, '---\nname: x\n---\nTitle\n', [one, waiting(2)]);
    expect(note).toMatchObject({ line: 3, entries: [{ heading: 'Decision, by you' }] });
    expect(note?.entries[0]?.body).toContain('**Why proposed:** The message says why. (`stated-decision`)');
    expect(note?.entries[0]?.row.subject).toMatchObject({ kind: 'proposal', id: 'id-1', folder: '/r' });
  });

  it('show the line that would be added, at its place', () => {
    const notes = inlineNotes('/r/.varve/memory/MEMORY.md', INDEX, [
      waiting(2, {}, { line: 2 }),
      waiting(1, {}, { line: 0 }),
    ]);
    // Behind the last line there is none to hang on.
    expect(notes.map(({ line, title }) => [line, title])).toEqual([
      [0, 'Proposed: 1 line would be added here (20 tokens)'],
      [1, 'Proposed: 1 line would be added here (20 tokens)'],
    ]);
    expect(notes[0]?.entries[0]?.body).toContain('`- [Number 1](decision-1.md) — because`');
  });

  it('say nothing in hand-written files', () => {
    expect(inlineNotes('/r/CLAUDE.md', INDEX, [waiting(1)])).toEqual([]);
  });

  it('are one for many at one place, in the order the lines would have, a hundred as a list', () => {
    const few = inlineNotes('/r/.varve/memory/MEMORY.md', INDEX, [waiting(3), waiting(1), waiting(2)]);
    expect(few).toHaveLength(1);
    expect(few[0]?.entries.map(({ row }) => row.label)).toEqual(['Number 1', 'Number 2', 'Number 3']);
    expect(few[0]?.list).toBeUndefined();
    const hundred = inlineNotes(
      '/r/.varve/memory/MEMORY.md',
      INDEX,
      Array.from({ length: 100 }, (_, number) => waiting(number)),
    );
    expect(hundred).toHaveLength(1);
    expect(hundred[0]?.title).toBe('Proposed: 100 lines would be added here (2k tokens)');
    expect(hundred[0]?.list?.match(/^- /gm)).toHaveLength(100);
  });

  it('make nothing of a proposal a link, an image, HTML or a command', async () => {
    const bad = waiting(1, {}, { text: `- ${HOSTILE}` });
    const hostile = {
      ...bad,
      proposal: {
        ...bad.proposal,
        record: { ...bad.proposal.record, body: HOSTILE },
        evidence: {
          ...bad.proposal.evidence,
          reason: HOSTILE,
          source: `person:${HOSTILE}`,
          rule: HOSTILE,
          evidence: [{ patch: 'x', subject: HOSTILE }],
        },
        origin: 'untrusted' as const,
      },
      effect: { ...bad.effect!, replaces: [{ title: HOSTILE, path: '/x' }] },
    };
    const many = Array.from({ length: 9 }, () => hostile);
    const [own] = inlineNotes(hostile.proposal.path, 'Title\n', [hostile]);
    const [list] = inlineNotes('/r/.varve/memory/MEMORY.md', INDEX, many);
    const [single] = inlineNotes('/r/.varve/memory/MEMORY.md', INDEX, [hostile]);
    const { marked } = await import('marked');
    for (const text of [own?.entries[0]?.body, single?.entries[0]?.body, list?.list]) {
      const html = await marked.parse(text ?? '', { gfm: true });
      expect(html).toContain('command:varve.acceptAll');
      expect(html).not.toMatch(/<a |<img|<script/);
    }
  });
});

describe('comment threads', () => {
  beforeEach(() => {
    threads.length = 0;
  });

  it('come collapsed, nobody can reply, nothing in them is trusted', () => {
    const shown = new CommentThreads();
    shown.show(file, inlineNotes(file.fsPath, INDEX, [waiting(1)]));
    expect(threads).toHaveLength(1);
    const [thread] = threads;
    expect(thread).toMatchObject({ collapsibleState: 0, canReply: false, contextValue: 'proposal' });
    expect(thread?.comments[0]).toMatchObject({
      body: { isTrusted: false, supportHtml: false },
      row: { subject: { id: 'id-1' } },
    });
  });

  it('are moved and not made anew while they speak of the same, and go with their proposal', () => {
    const shown = new CommentThreads();
    shown.show(file, inlineNotes(file.fsPath, INDEX, [waiting(1)]));
    shown.show(file, inlineNotes(file.fsPath, INDEX, [waiting(1, {}, { line: 0 })]));
    expect(threads).toHaveLength(1);
    expect(threads[0]).toMatchObject({ range: { start: { line: 0 } }, isDisposed: false });
    shown.show(file, []);
    expect(threads[0]?.isDisposed).toBe(true);
    expect(shown.places).toEqual([]);
  });

  it('lead from a list to the review of all of them', () => {
    const shown = new CommentThreads();
    shown.show(
      file,
      inlineNotes(
        file.fsPath,
        INDEX,
        Array.from({ length: 100 }, (_, n) => waiting(n)),
      ),
    );
    expect(threads).toHaveLength(1);
    expect(threads[0]).toMatchObject({ contextValue: 'proposals', comments: [{ rows: { length: 100 } }] });
  });

  it('are all gone with their owner', () => {
    const shown = new CommentThreads();
    shown.show(file, inlineNotes(file.fsPath, INDEX, [waiting(1)]));
    shown.dispose();
    expect(threads.every(({ isDisposed }) => isDisposed)).toBe(true);
  });
});

describe('what speaks for care', () => {
  const risks = (one: Waiting): string => riskSentences(one.proposal, one.effect).join('\n');

  it('is said in sentences, the cost always', () => {
    expect(risks(waiting(1))).toBe('It changes what agents load: 20 tokens more at every start.');
    expect(risks(waiting(1, { origin: 'untrusted' }))).toContain(
      'Somebody else wrote it: a commit of Mara <m@x>.',
    );
    expect(risks(waiting(1, { origin: 'agent' }))).toContain('An agent wrote it');
    expect(risks(waiting(1, {}, { fits: false, tokens: 0 }))).toContain('What agents load is full');
    expect(risks(waiting(1, {}, { isLoaded: false }))).toContain('which agents read on demand: 20 tokens.');
    expect(risks(waiting(1, { group: 'arrived' }))).toContain('Agents load it already.');
    const { folder, proposal, effect } = waiting(1);
    const past = { folder, proposal, effect: { ...effect!, isLoading: false } };
    expect(risks(past)).toContain('It goes to the archive');
  });

  it('names a missing reason, a doubtful rule, hidden characters and what is superseded', () => {
    const { proposal, effect, folder } = waiting(1);
    const record = { ...proposal.record, body: 'Number\u202Eone‹U+200B›' };
    const evidence = { ...proposal.evidence, confidence: 0.4, standing: 'rejected' as const };
    const one = {
      folder,
      proposal: { ...proposal, record, evidence },
      effect: { ...effect!, replaces: [{ title: 'Old', path: '/old' }] },
    };
    const said = risks(one);
    for (const words of [
      'No reason is given.',
      '40 % sure',
      'invisible characters',
      'supersedes what was accepted: Old',
      'rejected',
    ])
      expect(said).toContain(words);
  });

  it('stands in Why, with place and cost of each line and without icons of others', () => {
    const { proposal, effect } = waiting(1, { origin: 'untrusted' });
    const items = whyItems(
      { folder: '/r', root: '/r' },
      { ...proposal, evidence: { ...proposal.evidence, reason: 'A $(trash) reason' } },
      effect,
    );
    const labels = items.map(({ label }) => label);
    expect(labels[0]).toMatch(/^\$\(info\) A \$.\(trash\) reason$/);
    expect(labels).toContain('$(warning) Somebody else wrote it: a commit of Mara <m@x>.');
    expect(items.find(({ label }) => label === '$(insert) .varve/memory/MEMORY.md:2')).toMatchObject({
      description: '20 tokens',
      detail: '- [Number 1](decision-1.md) — because',
    });
    expect(labels).toContain('$(git-commit) Commit: Number 1');
    expect(items.filter(({ label }) => label.startsWith('$(warning)'))).toHaveLength(1);
  });
});
