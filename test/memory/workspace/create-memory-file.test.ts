import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import type { PlaceName } from '../../../src/memory/workspace/edit-requests.ts';
import { snapshotTree } from '../../fakes/snapshot-tree.ts';
import { makeEditPlace, problem, value } from './edit-place.ts';

describe('a new memory file', () => {
  it('is made at any scope and taken back with the directories it needed', async () => {
    const place = await makeEditPlace();
    await place.write('src/a.ts', '');
    const workspace = await place.open();
    await workspace.edits.places();
    const before = await snapshotTree(place.root);
    const wanted: readonly (readonly [PlaceName, string, string])[] = [
      [{ scope: 'user' }, '~/.claude/CLAUDE.md', '# What agents should know about me\n\n'],
      [{ scope: 'project' }, 'CLAUDE.md', '# What agents should know about this project\n\n'],
      [{ scope: 'folder', folder: 'src' }, 'src/CLAUDE.md', '# What agents should know about src\n\n'],
      [{ scope: 'local' }, 'CLAUDE.local.md', '# What agents should know about my copy of this project\n\n'],
      [{ scope: 'rules', name: 'testing' }, '.claude/rules/testing.md', '# testing\n\n'],
      [
        { scope: 'rules', name: 'ui/forms.md', paths: ['**/*.tsx', 'a "b"/**'] },
        '.claude/rules/ui/forms.md',
        '---\npaths:\n  - "**/*.tsx"\n  - "a \\"b\\"/**"\n---\n\n# forms\n\n',
      ],
    ];
    for (const [name, path, text] of wanted) {
      const done = value(await workspace.edits.createFile({ place: name }));
      expect(done).toMatchObject({ action: 'write', subject: [path], note: `Create ${path}` });
      expect(await place.read(path)).toBe(text);
    }
    const rule = parseMemoryFile(await place.read('.claude/rules/ui/forms.md'));
    expect(rule.frontMatter?.values).toEqual({ paths: ['**/*.tsx', 'a "b"/**'] });
    expect(rule.problems).toEqual([]);
    const { hierarchy } = await workspace.effective('src/a.ts');
    const known = hierarchy.files.map((file) => file.path);
    for (const [, path] of wanted) expect(known).toContain(place.path(path));
    for (const _ of wanted) value(await workspace.undo());
    expect(await snapshotTree(place.root)).toEqual(before);
    await expect(place.read('~/.claude/CLAUDE.md')).rejects.toThrow(/ENOENT/);
  });

  it('never takes the place of one that is there', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', '- mine\n');
    const workspace = await place.open();
    const told = problem(await workspace.edits.createFile({ place: { scope: 'project' } }));
    expect(told).toMatchObject({ kind: 'conflict', path: place.path('CLAUDE.md') });
    expect(await place.read('CLAUDE.md')).toBe('- mine\n');
    expect(await workspace.log()).toEqual([]);
  });

  it('imports the AGENTS.md beside it, and says which others fall silent', async () => {
    const place = await makeEditPlace();
    await place.write('AGENTS.md', '- all\n');
    await place.write('sub/AGENTS.md', '- sub\n');
    const workspace = await place.open({ folder: place.path('sub') });
    const request = { place: { path: place.path('sub/CLAUDE.md') } };
    const plan = value(await workspace.edits.planNewFile(request));
    expect(plan.notes.join(' ')).toMatch(/^AGENTS\.md no longer loads by itself/);
    value(await workspace.edits.createFile(request));
    expect(await place.read('sub/CLAUDE.md')).toBe('@AGENTS.md\n');
    const loaded = (await workspace.effective()).hierarchy.files.filter(({ state }) => state === 'loaded');
    expect(loaded.map(({ path }) => path)).toEqual([
      place.path('sub/CLAUDE.md'),
      place.path('sub/AGENTS.md'),
    ]);
  });

  it('of one’s own begins with the import too where it is the first to silence AGENTS.md', async () => {
    const place = await makeEditPlace();
    await place.write('AGENTS.md', '- all\n');
    const workspace = await place.open();
    value(await workspace.edits.createFile({ place: { scope: 'local' }, keepOutOfGit: true }));
    expect(await place.read('CLAUDE.local.md')).toBe('@AGENTS.md\n');
    expect(place.git('status', '--porcelain', '-uall')).toBe('?? AGENTS.md\n');
  });

  it('is refused outside, under another name, and in Restricted Mode', async () => {
    const place = await makeEditPlace();
    const workspace = await place.open();
    for (const name of ['../x', '', 'a/../../b', '.hidden', 'varve']) {
      const told = problem(await workspace.edits.createFile({ place: { scope: 'rules', name } }));
      expect([name, told.kind]).toEqual([name, 'invalid']);
    }
    for (const path of [join(place.root, 'README.md'), join(place.home, 'CLAUDE.md'), 'CLAUDE.md.txt'])
      expect(problem(await workspace.edits.createFile({ place: { path } })).message).toMatch(
        /not a memory file/,
      );
    expect(
      problem(await workspace.edits.createFile({ place: { scope: 'folder', folder: '../home' } })).message,
    ).toMatch(/not a folder of this project/);
    const restricted = await place.open({ trusted: false });
    expect(problem(await restricted.edits.createFile({ place: { scope: 'project' } })).kind).toBe(
      'restricted',
    );
  });
});
