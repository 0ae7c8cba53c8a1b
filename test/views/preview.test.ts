import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../src/base/event.ts';
import { success } from '../../src/base/result.ts';
import type { FilePreview, ImportPreview } from '../../src/memory/workspace/file-preview.ts';
import { importedTargets } from '../../src/views/preview/imported-targets.ts';
import { MemoryPreviews } from '../../src/views/preview/memory-previews.ts';
import { budgetHtml, cutHtml, importHtml } from '../../src/views/preview/preview-html.ts';
import type { FolderChange, WorkspaceFolders } from '../../src/views/workspace/workspace-folders.ts';
import { commands, seen, Uri } from '../fakes/vscode.ts';
import { hostilePieces } from '../memory/hierarchy/effective-fixture.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const preview = (changes: Partial<FilePreview> = {}): FilePreview => ({
  path: '/w/CLAUDE.md',
  state: 'loaded',
  trigger: 'start',
  reason: 'in the folder where the session starts',
  tokens: 1200,
  imports: [],
  ...changes,
});

const imported = (changes: Partial<ImportPreview> = {}): ImportPreview => ({
  target: 'a.md',
  name: 'docs/a.md',
  state: 'loaded',
  reason: 'imported by CLAUDE.md',
  tokens: 5,
  text: 'A',
  isShortened: false,
  imports: [],
  ...changes,
});

describe('the imports of a block', () => {
  const text = (content: string) => ({ type: 'text', content });
  const code = (content: string) => ({ type: 'code_inline', content });
  const strong = { type: 'strong_open', content: '' };
  it.each([
    [[text('@a.md and @b/c.md#part')], ['a.md', 'b/c.md']],
    [[text('see'), { type: 'softbreak', content: '' }, text('@a.md')], ['a.md']],
    [[text('me@a.md')], []],
    [[code('@a.md'), text(' @b.md')], ['b.md']],
    [[text('x'), code('a'), text('@b.md')], ['b.md']],
    [[text('a '), strong, text('@a.md'), strong], ['a.md']],
    [[text('@my\\ file.md next')], ['my file.md']],
    [[text('@a'), text('_b.md')], ['a_b.md']],
    [[], []],
  ])('%j', (pieces, targets) => {
    expect(importedTargets(pieces)).toEqual(targets);
  });
});

describe('the words around a memory file', () => {
  it('say whether it loads, why, at what cost, and how full it is', () => {
    const html = budgetHtml(
      preview({ lines: { count: 210, limit: 200 }, cutOff: 'lines 201–210 are cut off' }),
    );
    const words = html.replace(/<[^>]+>/g, '');
    expect(words).toContain(
      'Loads at every start. In the folder where the session starts. About 1.2k tokens.',
    );
    expect(words).toContain('210 of 200 lines.');
    expect(words).toContain('Cut off: lines 201–210 are cut off.');
    expect(budgetHtml(preview({ state: 'skipped', reason: 'empty' }))).not.toContain('tokens');
  });

  it('say the state of an import in words', () => {
    const words = (changes: Partial<ImportPreview>) =>
      importHtml(imported(changes), '').replace(/<[^>]+>/g, '');
    expect(words({})).toContain('docs/a.md Loaded. 5 tokens.');
    expect(words({ state: 'missing', reason: 'nothing is there' })).toContain('Missing. Nothing is there.');
    expect(words({ state: 'skipped', reason: 'already loaded' })).toContain(
      'Not loaded from here. Already loaded.',
    );
    expect(words({ state: 'on-demand' })).toContain('Loads on demand. 5 tokens.');
    expect(words({ isShortened: true })).toContain('The rest is not shown here.');
  });

  it('hold names and reasons as text, whatever they are', () => {
    const hostile = fc
      .array(fc.constantFrom(...hostilePieces, '"', "'", '&lt;', ' onload=x '), { maxLength: 20 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, (name) => {
        const html = [
          budgetHtml(preview({ reason: name, cutOff: name })),
          cutHtml(preview({ cutOff: name }), 'li'),
          importHtml(imported({ name, reason: name, state: 'skipped' }), ''),
        ].join('');
        const tags = html.match(/<[^>]*>/g) ?? [];
        const known = /^<\/?(?:div|section|p|strong|code|li)(?: (?:class|role|aria-label)="[^"]*")*>$/;
        expect(tags.filter((tag) => !known.test(tag))).toEqual([]);
        expect(html.replace(/<[^>]*>/g, '')).not.toMatch(/[<>]/);
      }),
    );
  });
});

interface Folders {
  readonly folders: WorkspaceFolders;
  readonly changes: Emitter<FolderChange>;
  readonly asked: string[];
  readonly answer: (path: string, value: FilePreview | undefined) => void;
  readonly open: () => void;
}

/** One folder `/w` whose memory answers what the test says. */
function oneFolder(): Folders {
  const changes = new Emitter<FolderChange>(() => {});
  const asked: string[] = [];
  const answers = new Map<string, FilePreview | undefined>();
  const workspace = {
    folder: '/w',
    preview: async (path: string) => {
      asked.push(path);
      return answers.get(path);
    },
  };
  const opened: unknown[] = [];
  const folders = {
    onDidChange: changes.event,
    folderOf: (uri: Uri) => (uri.fsPath.startsWith('/w/') ? '/w' : undefined),
    get opened() {
      return opened;
    },
    open: async () => {
      asked.push('open');
      return success(workspace);
    },
  } as unknown as WorkspaceFolders;
  return {
    folders,
    changes,
    asked,
    answer: (path, value) => answers.set(path, value),
    open: () => opened.push(workspace),
  };
}

/** VS Code, which draws a while after it is asked to, but for the first `dropped` times. */
function drawsWith(previews: MemoryPreviews, document: Uri, dropped = 0): void {
  let left = dropped;
  vi.spyOn(commands, 'executeCommand').mockImplementation((...args) => {
    seen.push(['command', ...args]);
    left -= 1;
    if (left < 0) setTimeout(() => previews.of(document), 300);
    return Promise.resolve(undefined);
  });
}

const refreshes = (): number => seen.filter(([, command]) => command === 'markdown.preview.refresh').length;

describe('what previews are drawn from', () => {
  it('opens no workspace for an ordinary Markdown file, and nothing for what is no file', async () => {
    const { folders, asked } = oneFolder();
    const previews = new MemoryPreviews(folders, () => {});
    vi.useFakeTimers();
    try {
      const documents = [
        Uri.file('/w/README.md'),
        Uri.file('/x/CLAUDE.md'),
        new Uri('untitled', 'CLAUDE.md'),
        3,
        undefined,
      ];
      for (const document of documents) expect(previews.of(document)).toBeUndefined();
      await vi.runAllTimersAsync();
      expect(asked).toEqual([]);
    } finally {
      vi.useRealTimers();
      previews.dispose();
    }
  });

  it('asks again where VS Code dropped that it was to draw, and not without end', async () => {
    for (const [dropped, asked] of [
      [1, 2],
      [9, 3],
    ] as const) {
      const { folders, answer } = oneFolder();
      const previews = new MemoryPreviews(folders, () => {});
      const document = Uri.file('/w/CLAUDE.md');
      answer('/w/CLAUDE.md', preview());
      vi.useFakeTimers();
      drawsWith(previews, document, dropped);
      try {
        const before = refreshes();
        previews.of(document);
        await vi.runAllTimersAsync();
        expect(refreshes()).toBe(before + asked);
      } finally {
        vi.useRealTimers();
        vi.restoreAllMocks();
        previews.dispose();
      }
    }
  });

  it('answers at once, reads behind, draws again only when there is something new', async () => {
    const { folders, changes, asked, answer, open } = oneFolder();
    const previews = new MemoryPreviews(folders, () => {});
    const document = Uri.file('/w/CLAUDE.md');
    answer('/w/CLAUDE.md', preview());
    vi.useFakeTimers();
    drawsWith(previews, document);
    try {
      const before = refreshes();
      expect(previews.of(document)).toBeUndefined();
      await vi.runAllTimersAsync();
      expect(previews.of(document)).toEqual(preview());
      expect(refreshes()).toBe(before + 1);
      changes.fire({ folder: '/w', change: 'hierarchy' });
      changes.fire({ folder: '/w', change: 'records' });
      await vi.runAllTimersAsync();
      expect(asked.filter((path) => path !== 'open')).toHaveLength(2);
      expect(refreshes()).toBe(before + 1);
      answer('/w/CLAUDE.md', preview({ tokens: 7 }));
      changes.fire({ folder: '/w', change: 'hierarchy' });
      await vi.runAllTimersAsync();
      expect(previews.of(document)?.tokens).toBe(7);
      expect(refreshes()).toBe(before + 2);
      // Once the workspace is open, an imported file of any name is asked for too.
      open();
      answer('/w/docs/a.md', preview({ path: '/w/docs/a.md' }));
      previews.of(Uri.file('/w/docs/a.md'));
      await vi.runAllTimersAsync();
      expect(previews.of(Uri.file('/w/docs/a.md'))?.path).toBe('/w/docs/a.md');
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
      previews.dispose();
    }
  });
});
