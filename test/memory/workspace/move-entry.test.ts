import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import { marksOf, pieceNameAtLine } from '../../../src/memory/file/pieces.ts';
import type { OutlineNode } from '../../../src/memory/outline/outline.ts';
import type { MoveTarget, PieceAddress } from '../../../src/memory/workspace/edit-requests.ts';
import { pieceOf } from '../../../src/memory/workspace/edit-requests.ts';
import { snapshotTree } from '../../fakes/snapshot-tree.ts';
import { arbitraryMarkdown } from '../file/arbitrary-markdown.ts';
import { makeEditPlace, problem, value } from './edit-place.ts';

const project = '# Harbor\n\n## Style\n\n- Use tabs\n- Short names\n\n## Tests\n\n- Run node --test\n';
const to = (scope: 'user' | 'project' | 'local'): MoveTarget => ({ place: { scope } });

function flat(nodes: readonly OutlineNode[]): readonly OutlineNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

describe('a move', () => {
  it('takes an entry to a scope that is not there yet, and undo gives back every byte', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    const before = await snapshotTree(place.root);
    const workspace = await place.open();
    const entry = await place.piece(workspace, 'CLAUDE.md', 5);
    const done = value(await workspace.edits.moveEntries([entry], to('user')));
    expect(done).toMatchObject({
      action: 'move',
      subject: ['CLAUDE.md', '~/.claude/CLAUDE.md'],
      note: 'Move "Use tabs" to ~/.claude/CLAUDE.md',
      who: 'person:Mara <mara@example.invalid>',
    });
    expect(await place.read('CLAUDE.md')).toBe(project.replace('- Use tabs\n', ''));
    expect(await place.read('~/.claude/CLAUDE.md')).toBe('- Use tabs\n');
    const labels = flat(await workspace.outline()).map(({ label }) => label);
    expect(labels.indexOf('Use tabs')).toBeLessThan(labels.indexOf('Project'));
    value(await workspace.undo());
    expect(await snapshotTree(place.root)).toEqual(before);
    await expect(place.read('~/.claude/CLAUDE.md')).rejects.toThrow(/ENOENT/);
  });

  it('puts an entry into the section of its title, and several as one operation', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    await place.write('CLAUDE.local.md', '\uFEFF## Style\r\n\r\n- Mine\r\n\r\n## Else\r\n');
    const workspace = await place.open();
    const entries = [
      await place.piece(workspace, 'CLAUDE.md', 6),
      await place.piece(workspace, 'CLAUDE.md', 5),
    ];
    const plan = value(await workspace.edits.planMove(entries, to('local')));
    expect(plan).toMatchObject({ lines: [3, 4], path: place.path('CLAUDE.local.md') });
    expect(plan.diff).toContain('-- Use tabs\n');
    value(await workspace.edits.moveEntries(entries, to('local')));
    expect(await place.read('CLAUDE.local.md')).toBe(
      '\uFEFF## Style\r\n\r\n- Mine\r\n- Use tabs\r\n- Short names\r\n\r\n## Else\r\n',
    );
    expect((await workspace.log()).length).toBe(1);
  });

  it('takes a section with its heading, and reorders within one file', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    const workspace = await place.open();
    const style = await place.piece(workspace, 'CLAUDE.md', 3);
    value(await workspace.edits.moveEntries([style], { place: { scope: 'project' } }));
    expect(await place.read('CLAUDE.md')).toBe(
      '# Harbor\n\n## Tests\n\n- Run node --test\n\n## Style\n\n- Use tabs\n- Short names\n',
    );
    const tabs = await place.piece(workspace, 'CLAUDE.md', 9);
    const tests = await place.piece(workspace, 'CLAUDE.md', 5);
    const spot = { kind: 'after', entryId: 'entryId' in tests.piece ? tests.piece.entryId : '' } as const;
    value(await workspace.edits.moveEntries([tabs], { place: { path: 'CLAUDE.md' }, spot }));
    expect(await place.read('CLAUDE.md')).toBe(
      '# Harbor\n\n## Tests\n\n- Run node --test\n- Use tabs\n\n## Style\n\n- Short names\n',
    );
  });

  it('is told by rows of the outline as well as by lines', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    const workspace = await place.open();
    const rows = flat(await workspace.outline());
    for (const [label, line] of [
      ['Use tabs', 5],
      ['Tests', 8],
    ] as const) {
      const node = rows.find((row) => row.label === label)!;
      expect(pieceOf(node)).toEqual(await place.piece(workspace, 'CLAUDE.md', line));
    }
    expect(pieceOf(rows.find(({ kind }) => kind === 'file')!)).toBeUndefined();
  });

  it('makes a CLAUDE.md beside an AGENTS.md begin with its import', async () => {
    const place = await makeEditPlace();
    await place.write('AGENTS.md', '# All\n\n- Be kind\n');
    await place.write('~/.claude/CLAUDE.md', '- Everywhere\n');
    const workspace = await place.open();
    const entry = await place.piece(workspace, '~/.claude/CLAUDE.md', 1);
    const places = await workspace.edits.places();
    expect(places.map(({ label, exists }) => [label, exists])).toEqual([
      ['~/.claude/CLAUDE.md', true],
      ['AGENTS.md', true],
      ['CLAUDE.local.md', false],
    ]);
    value(await workspace.edits.moveEntries([entry], { place: { path: 'CLAUDE.md' } }));
    expect(await place.read('CLAUDE.md')).toBe('@AGENTS.md\n\n- Everywhere\n');
    expect(flat(await workspace.outline()).map(({ label }) => label)).toContain('Be kind');
  });

  it('reaches the files of other programs by their path', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    await place.write('.cursor/rules/style.mdc', '---\nalwaysApply: true\n---\n\n- Theirs\n');
    const workspace = await place.open();
    const entry = await place.piece(workspace, 'CLAUDE.md', 5);
    const there: MoveTarget = { place: { path: '.cursor/rules/style.mdc' } };
    value(await workspace.edits.moveEntries([entry], there));
    expect(await place.read('.cursor/rules/style.mdc')).toBe(
      '---\nalwaysApply: true\n---\n\n- Theirs\n- Use tabs\n',
    );
  });

  it('makes a new rule that says which files call for it', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    const workspace = await place.open();
    const entry = await place.piece(workspace, 'CLAUDE.md', 5);
    const rule: MoveTarget = { place: { scope: 'rules', name: 'ui/forms', paths: ['src/**/*.tsx'] } };
    value(await workspace.edits.moveEntries([entry], rule));
    expect(await place.read('.claude/rules/ui/forms.md')).toBe(
      '---\npaths:\n  - "src/**/*.tsx"\n---\n\n- Use tabs\n',
    );
    const places = await workspace.edits.places();
    expect(places.find(({ label }) => label === '.claude/rules/ui/forms.md')).toMatchObject({
      scope: 'rules',
      exists: true,
      effect: 'Read when an agent reads a file matching src/**/*.tsx.',
      tokens: 0,
    });
  });

  it('tells of imports that mean another file there, and of a file of one’s own that git would show', async () => {
    const place = await makeEditPlace();
    await place.write('docs/x.md', 'x\n');
    await place.write('CLAUDE.md', '- See @docs/x.md\n');
    const workspace = await place.open();
    const entry = await place.piece(workspace, 'CLAUDE.md', 1);
    const plan = value(await workspace.edits.planMove([entry], to('user')));
    expect(plan.notes).toEqual([
      '@docs/x.md meant docs/x.md and now means ~/.claude/docs/x.md.',
      'CLAUDE.md is empty now.',
    ]);
    const local = value(await workspace.edits.planMove([entry], to('local')));
    expect(local.notes.join(' ')).toContain('.git/info/exclude');
    value(await workspace.edits.moveEntries([entry], { ...to('local'), keepOutOfGit: true }));
    expect(place.git('status', '--porcelain', '-uall')).not.toContain('CLAUDE.local.md');
    expect(await place.read('.git/info/exclude')).toMatch(/\n\/CLAUDE\.local\.md\n$/);
    value(await workspace.undo());
    expect(await place.read('.git/info/exclude')).not.toContain('CLAUDE.local.md');
  });
});

describe('a move is refused', () => {
  it('from and to what is generated, managed, kept by Varve or Claude Code’s own', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    await place.write('.varve/memory/x.md', '- r\n');
    await place.write('.claude/rules/varve.md', '<!-- Generated by Varve from records. -->\n\n- d\n');
    await place.write('.claude/rules/copy.md', '<!-- Generated by Varve from records. -->\n\n- d\n');
    await place.write('~/.claude/projects/harbor/memory/t.md', '- auto\n');
    await place.write('../managed/CLAUDE.md', '- org\n');
    await place.write('src/notes.md', '- n\n');
    const workspace = await place.open();
    const entry = await place.piece(workspace, 'CLAUDE.md', 5);
    const before = await snapshotTree(join(place.root, '..'));
    for (const [path, words] of [
      ['../managed/CLAUDE.md', /set by your organization/],
      ['.varve/memory/x.md', /kept by Varve/],
      ['.claude/rules/varve.md', /generated from the accepted records/],
      ['.claude/rules/copy.md', /generated from the accepted records/],
      ['~/.claude/projects/harbor/memory/t.md', /Promote it/],
      ['src/notes.md', /not a memory file/],
    ] as const) {
      const there: MoveTarget = { place: { path: place.path(path) } };
      expect(problem(await workspace.edits.moveEntries([entry], there)).message).toMatch(words);
      const name = pieceNameAtLine(parseMemoryFile(await place.read(path)), path.includes('rules') ? 2 : 0)!;
      const from: PieceAddress = { path: place.path(path), piece: name };
      expect(problem(await workspace.edits.moveEntries([from], to('local'))).message).toMatch(words);
    }
    expect(await snapshotTree(join(place.root, '..'))).toEqual(before);
  });

  it('in Restricted Mode, and where an editor holds unsaved edits', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    const unsaved = await place.open({ unsaved: [place.path('CLAUDE.md')] });
    const entry = await place.piece(unsaved, 'CLAUDE.md', 5);
    expect(problem(await unsaved.edits.moveEntries([entry], to('user')))).toMatchObject({
      kind: 'unsaved',
      path: place.path('CLAUDE.md'),
    });
    const restricted = await place.open({ trusted: false });
    expect(problem(await restricted.edits.moveEntries([entry], to('user'))).kind).toBe('restricted');
    expect(await place.read('CLAUDE.md')).toBe(project);
  });

  it('of a secret into a shared file, of text that is not UTF-8, through a link that leads out', async () => {
    const place = await makeEditPlace();
    const secret = `- Use ghp_${'a1B2'.repeat(9)}\n`;
    await place.write('CLAUDE.local.md', secret);
    await place.write('CLAUDE.md', project);
    await place.write('a/CLAUDE.md', Buffer.from([0x2d, 0x20, 0xff, 0x0a]));
    await mkdir(place.path('b'));
    await place.write('~/.bashrc', 'x\n');
    await place.write('~/notes.md', 'x\n');
    await symlink(place.path('~/notes.md'), place.path('b/CLAUDE.md'));
    const workspace = await place.open();
    const own = await place.piece(workspace, 'CLAUDE.local.md', 1);
    const told = problem(await workspace.edits.moveEntries([own], to('project')));
    expect(told.kind).toBe('secret');
    expect(told.message).not.toContain('a1B2');
    value(await workspace.edits.moveEntries([own], to('user')));
    const entry = await place.piece(workspace, 'CLAUDE.md', 5);
    for (const [folder, words] of [
      ['a', /not valid UTF-8/],
      ['b', /is a link to/],
    ] as const) {
      const there: MoveTarget = { place: { scope: 'folder', folder } };
      expect(problem(await workspace.edits.moveEntries([entry], there)).message).toMatch(words);
    }
    expect(await readFile(place.path('a/CLAUDE.md'))).toEqual(Buffer.from([0x2d, 0x20, 0xff, 0x0a]));
    expect(await place.read('~/notes.md')).toBe('x\n');
  });

  it('of and into the block that set-up wrote; a section before it goes without it', async () => {
    const place = await makeEditPlace();
    const block = '<!-- varve:begin v=1 project=X made=block before=1 -->\n\nPointer\n\n<!-- varve:end -->\n';
    await place.write('AGENTS.md', `# All\n\n## Last\n\n- one\n\n${block}`);
    const workspace = await place.open();
    const pointer = await place.piece(workspace, 'AGENTS.md', 9);
    expect(problem(await workspace.edits.moveEntries([pointer], to('user'))).message).toMatch(/set-up/);
    const last = await place.piece(workspace, 'AGENTS.md', 3);
    value(await workspace.edits.moveEntries([last], to('user')));
    expect(await place.read('AGENTS.md')).toBe(`# All\n\n${block}`);
    expect(await place.read('~/.claude/CLAUDE.md')).toBe('## Last\n\n- one\n');
  });

  it('where the file changed: an entry that is gone, and a write in the last moment', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', project);
    const workspace = await place.open();
    const entry = await place.piece(workspace, 'CLAUDE.md', 5);
    await place.write('CLAUDE.md', project.replace('Use tabs', 'Use spaces'));
    expect(problem(await workspace.edits.moveEntries([entry], to('user'))).kind).toBe('changed-meanwhile');
    // An entry that only stands elsewhere now is still the one that was meant.
    const shifted = `A first line.\n\n${project}`;
    await place.write('CLAUDE.md', shifted);
    const shiftedPlan = value(await workspace.edits.planMove([entry], to('user')));
    expect(shiftedPlan.changes.at(-1)?.after).toBe(shifted.replace('- Use tabs\n', ''));

    const theirs = `${shifted}- Theirs\n`;
    let reads = 0;
    const racing = await place.open({
      files: {
        ...nodeFiles,
        // Somebody else writes right after the new content was made beside the file.
        writeNew: async (path, bytes, mode) => {
          await nodeFiles.writeNew(path, bytes, mode);
          if (path.startsWith(place.root) && reads++ === 0) await writeFile(place.path('CLAUDE.md'), theirs);
        },
      },
    });
    expect(problem(await racing.edits.moveEntries([entry], to('user'))).kind).toBe('changed-meanwhile');
    expect(reads).toBeGreaterThan(0);
    expect(await place.read('CLAUDE.md')).toBe(theirs);
    await expect(place.read('~/.claude/CLAUDE.md')).rejects.toThrow(/ENOENT/);
  });
});

it('any moves between any files: undone one by one, every byte is as before', async () => {
  const place = await makeEditPlace();
  const names = [
    'CLAUDE.md',
    'CLAUDE.local.md',
    'sub/CLAUDE.md',
    '~/.claude/CLAUDE.md',
    '.claude/rules/r.md',
  ];
  const wellFormed = arbitraryMarkdown.map((text) => text.replace(/[\ud800-\udfff]/g, 'x'));
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(wellFormed, { minLength: names.length, maxLength: names.length }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 4 }),
      async (texts, moves) => {
        for (const [index, name] of names.entries()) await place.write(name, texts[index] ?? '');
        const read = () => Promise.all(names.map((name) => readFile(place.path(name))));
        const before = await read();
        const workspace = await place.open();
        const done: string[] = [];
        for (const [from, pick, target] of moves) {
          const name = names[from % names.length]!;
          const file = parseMemoryFile(await place.read(name));
          const marks = marksOf(file);
          const start = marks[pick % Math.max(1, marks.length)]?.start;
          if (start === undefined) continue;
          const line = file.text.slice(0, start).split(/\r\n|\r|\n/).length - 1;
          const piece = pieceNameAtLine(file, line);
          if (piece === undefined) continue;
          const there: MoveTarget = { place: { path: place.path(names[target % names.length]!) } };
          const result = await workspace.edits.moveEntries([{ path: place.path(name), piece }], there);
          if (result.ok) done.push(result.value.id);
        }
        moved += done.length;
        for (const id of done.reverse()) value(await workspace.undo(id));
        expect(await read()).toEqual(before);
      },
    ),
    { numRuns: 25 },
  );
  expect(moved).toBeGreaterThan(15);
}, 120_000);
