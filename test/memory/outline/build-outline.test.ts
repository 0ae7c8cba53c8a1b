import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import { type ResolvedFile, scopes } from '../../../src/memory/hierarchy/hierarchy.ts';
import { buildOutline } from '../../../src/memory/outline/build-outline.ts';
import { formatTokens } from '../../../src/memory/outline/format-tokens.ts';
import type { OutlineNode } from '../../../src/memory/outline/outline.ts';
import { renderOutlineText } from '../../../src/memory/outline/outline-text.ts';
import { recordKinds } from '../../../src/memory/project/record-kind.ts';
import { type MemoryRecord, recordStatuses } from '../../../src/memory/record/record.ts';
import { timelineOf } from '../../../src/memory/timeline/timeline.ts';
import { arbitraryMarkdown } from '../file/arbitrary-markdown.ts';

const file = (path: string, text: string, changes: Partial<ResolvedFile> = {}): ResolvedFile => ({
  path,
  scope: 'project',
  state: 'loaded',
  trigger: 'start',
  reason: 'in the folder where the session starts',
  bytes: text.length,
  tokens: 3,
  text,
  ...changes,
});

const record = (changes: Partial<MemoryRecord>): MemoryRecord => ({
  id: '01',
  kind: 'decision',
  status: 'accepted',
  name: 'decision-x',
  description: 'Use SQLite',
  modified: '2026-11-20T10:00:00.000Z',
  body: '',
  ...changes,
});

function outline(
  files: readonly ResolvedFile[],
  records: readonly MemoryRecord[] = [],
): readonly OutlineNode[] {
  return buildOutline({
    hierarchy: { files, watch: [], problems: [], tokens: 0 },
    files: new Map(files.map(({ path, text }) => [path, parseMemoryFile(text)])),
    records: timelineOf(records.map((one) => ({ record: one, path: `/h/p/.varve/memory/${one.name}.md` }))),
    root: '/h/p',
    homeDirectory: '/h',
  });
}

const all = (nodes: readonly OutlineNode[]): OutlineNode[] =>
  nodes.flatMap((node) => [node, ...all(node.children)]);

describe('buildOutline', () => {
  test('notes of sessions stand last of the scopes, and alone they are no memory', () => {
    const note = (session: string, text: string) => ({
      path: `/v/sessions/${session}.notes.md`,
      session,
      modified: Date.UTC(2026, 10, 20),
      text,
    });
    const notes = [note('aaaaaaaa-1', '# Parser: \u202etwo steps left\n- x'), note('bbbbbbbb-2', '\n')];
    const input = (files: readonly ResolvedFile[]) => ({
      hierarchy: { files, watch: [], problems: [], tokens: 0 },
      files: new Map(files.map(({ path, text }) => [path, parseMemoryFile(text)])),
      records: [],
      notes,
      root: '/h/p',
      homeDirectory: '/h',
    });
    expect(buildOutline(input([]))).toEqual([]);
    const nodes = buildOutline(input([file('/h/p/CLAUDE.md', 'text')]));
    expect(nodes.map(({ label }) => label)).toEqual(['Project', 'Session']);
    expect(nodes[1]).toMatchObject({ scope: 'session', state: 'on-demand', tokens: 0 });
    expect(nodes[1]?.children.map(({ label, description, path }) => [label, description, path])).toEqual([
      [
        'Parser: \uFFFDtwo steps left',
        '2026-11-20 · 10 tokens · on demand',
        '/v/sessions/aaaaaaaa-1.notes.md',
      ],
      ['Session bbbbbbbb', '2026-11-20 · 1 token · on demand', '/v/sessions/bbbbbbbb-2.notes.md'],
    ]);
  });

  test('scopes, files, sections, entries and records stand in their order with their cost', () => {
    const nodes = outline(
      [
        file('/h/.claude/CLAUDE.md', '- mine\n', { scope: 'user' }),
        file('/h/p/CLAUDE.md', 'intro\n\n# Style\n\n- tabs\n\n## Names\n\n- short\n'),
        file('/h/p/a/CLAUDE.md', 'text', {
          scope: 'folder',
          state: 'on-demand',
          reason: 'loads when a file in a is read',
          tokens: 1240,
        }),
        file('/h/p/.claude/CLAUDE.md', '', { state: 'skipped', reason: 'has the same content as CLAUDE.md' }),
      ],
      [
        record({ id: '1', description: 'older', modified: '2026-01-02T00:00:00Z' }),
        record({ id: '2', description: 'newer' }),
        record({ id: '3', kind: 'gotcha', status: 'retired', description: 'trap' }),
        record({ id: '4', kind: 'milestone', description: 'v1.0' }),
      ],
    );
    expect(renderOutlineText(nodes)).toBe(
      [
        'User  3 tokens',
        '  ~/.claude/CLAUDE.md  3 tokens',
        '    mine  2 tokens',
        'Project  3 tokens',
        '  CLAUDE.md  3 tokens',
        '    intro  2 tokens',
        '    Style  11 tokens',
        '      tabs  2 tokens',
        '      Names  6 tokens',
        '        short  3 tokens',
        '  .claude/CLAUDE.md  skipped',
        'Folders  on demand',
        '  a/CLAUDE.md  1.2k tokens · on demand',
        '    text  2 tokens',
        'Decisions  2',
        '  newer  2026-11-20',
        '  older  2026-01-02',
        'Milestones  1',
        '  v1.0  2026-11-20',
        'Retired  1',
        '  trap  2026-11-20 · gotcha · retired',
        '',
      ].join('\n'),
    );
    const skipped = all(nodes).find((node) => node.path === '/h/p/.claude/CLAUDE.md');
    expect(skipped?.explanation).toBe(
      '/h/p/.claude/CLAUDE.md — Does not load: has the same content as CLAUDE.md.',
    );
    expect(all(nodes).find((node) => node.label === 'tabs')).toMatchObject({
      line: 4,
      scope: 'project',
      state: 'loaded',
    });
    expect(all(nodes).find((node) => node.path === '/h/p/a/CLAUDE.md')?.tokens).toBe(0);
  });

  test('entries beyond the limit of an index say so', () => {
    const whole = '- one\n- two\n';
    const cut = file('/h/.claude/projects/x/memory/MEMORY.md', '- one', {
      scope: 'auto',
      cutOff: 'line 2 of 2 is cut off',
    });
    const nodes = buildOutline({
      hierarchy: { files: [cut], watch: [], problems: [], tokens: 0 },
      files: new Map([[cut.path, parseMemoryFile(whole)]]),
      records: [],
      root: '/h/p',
      homeDirectory: '/h',
    });
    const auto = nodes.find((node) => node.scope === 'auto');
    expect(auto?.children[0]).toMatchObject({ label: 'MEMORY.md', description: '3 tokens · cut off' });
    expect(auto?.children[0]?.children.map(({ label, state }) => [label, state])).toEqual([
      ['one', 'loaded'],
      ['two', 'skipped'],
    ]);
  });

  test('an empty workspace has an empty tree; one with only user memory is offered a CLAUDE.md', () => {
    expect(outline([])).toEqual([]);
    const missing = all(outline([file('/h/.claude/CLAUDE.md', 'x', { scope: 'user' })])).filter(
      (node) => node.state === 'missing',
    );
    expect(missing.map(({ kind, path }) => [kind, path])).toEqual([
      ['scope', undefined],
      ['file', '/h/p/CLAUDE.md'],
    ]);
  });

  test('ids never collide and stay over a refresh, whatever paths, titles and texts are', () => {
    const path = fc.constantFrom(
      '/h/p/a',
      '/h/p/a:2',
      '/h/p/a%3A2',
      '/h/p/\ud800',
      '/h/p/\ud801',
      '/x:file.y',
      '/x',
    );
    const files = fc.array(fc.tuple(path, arbitraryMarkdown, fc.constantFrom(...scopes)), { maxLength: 6 });
    const records = fc.array(
      fc.record({
        id: fc.constantFrom('a', 'a:2', 'b'),
        kind: fc.constantFrom(...recordKinds),
        status: fc.constantFrom(...recordStatuses),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(files, records, (made, kept) => {
        const build = () =>
          all(
            outline(
              made.map(([at, text, scope]) => file(at, text, { scope })),
              kept.map(record),
            ),
          ).map(({ id }) => id);
        const ids = build();
        expect(new Set(ids).size).toBe(ids.length);
        expect(build()).toEqual(ids);
      }),
      { numRuns: 1000 },
    );
  });
});

test('tokens are short for people', () => {
  expect([0, 1, 999, 1000, 1240, 9949, 9950, 13_400, 999_499, 999_500, 1_400_000].map(formatTokens)).toEqual([
    '0',
    '1',
    '999',
    '1k',
    '1.2k',
    '9.9k',
    '10k',
    '13k',
    '999k',
    '1M',
    '1.4M',
  ]);
});
