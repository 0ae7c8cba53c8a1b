import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectSlug } from '../../../src/memory/hierarchy/places.ts';
import type { ForeignWrite } from '../../../src/memory/workspace/foreign-writes.ts';
import type { MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { type EditPlace, makeEditPlace, problem, value } from './edit-place.ts';

const session = '6e0c2c4e-0000-4000-8000-000000000000';

/** A topic file as Claude Code 2.1.330 writes it. */
function topic(name: string, description: string, body: string): string {
  return `---
name: ${name}
description: ${description}
metadata:
  node_type: memory
  type: feedback
  originSessionId: ${session}
  modified: 2026-11-22T09:12:44.120Z
---
${body}
`;
}

async function setUpPlace(): Promise<{ readonly place: EditPlace; readonly workspace: MemoryWorkspace }> {
  const place = await makeEditPlace();
  await place.write('CLAUDE.md', '# Harbor\n\n- Tests run with node --test\n- Keep functions small\n');
  await place.write('AGENTS.md', '# Agents\n\n- Ask before a push\n');
  place.git('add', '-A');
  place.git('commit', '-q', '-m', 'Start');
  const workspace = await place.open();
  const plan = value(
    await workspace.planSetUp({
      place: 'repository',
      claudeRules: true,
      agentsPointer: true,
      capture: 'proposed',
    }),
  );
  value(await workspace.apply(plan));
  return { place, workspace };
}

async function following(): Promise<{ readonly place: EditPlace; readonly workspace: MemoryWorkspace }> {
  const all = await setUpPlace();
  expect(value(await all.workspace.foreign.look())).toBe(0);
  return all;
}

function auto(place: EditPlace, name: string): string {
  return `~/.claude/projects/${projectSlug(place.root)}/memory/${name}`;
}

/** As Claude Code writes: a file beside, renamed over. */
async function writeAsClaude(place: EditPlace, name: string, text: string): Promise<void> {
  const path = auto(place, name);
  await place.write(`${path}.tmp.4711.1`, text);
  await rename(place.path(`${path}.tmp.4711.1`), place.path(path));
}

async function seen(workspace: MemoryWorkspace): Promise<readonly ForeignWrite[]> {
  value(await workspace.foreign.look());
  return workspace.foreign.list();
}

describe("other programs' writes to memory", () => {
  it("shows Claude Code's auto memory after the fact, and takes it back to the byte in one operation", async () => {
    const { place, workspace } = await following();
    await writeAsClaude(
      place,
      'tests-need-docker.md',
      topic('tests-need-docker', 'Tests need Docker', 'Start it.'),
    );
    await writeAsClaude(place, 'MEMORY.md', '- [Docker](tests-need-docker.md) — for tests\n');
    const writes = await seen(workspace);
    expect(writes.map(({ kind, by, label }) => [kind, by, label.replace(/.*\//, '')]).sort()).toEqual([
      ['created', 'Claude Code', 'MEMORY.md'],
      ['created', 'Claude Code', 'tests-need-docker.md'],
    ]);
    expect(writes.find(({ session: from }) => from !== undefined)?.session).toBe(session);
    const operations = (await workspace.log()).length;
    value(await workspace.foreign.undo(writes.map(({ id }) => id)));
    expect((await workspace.log()).length).toBe(operations + 1);
    await expect(stat(place.path(auto(place, 'MEMORY.md')))).rejects.toThrow('ENOENT');
    expect(await seen(workspace)).toEqual([]);
    // Taking it back can be taken back, and then nobody else wrote it.
    value(await workspace.undo());
    expect(await place.read(auto(place, 'MEMORY.md'))).toBe('- [Docker](tests-need-docker.md) — for tests\n');
    expect(await seen(workspace)).toEqual([]);
  });

  it('joins writes to one file, keeps what was there first, and finds them at the next start', async () => {
    const { place, workspace } = await following();
    const before = await place.read('CLAUDE.md');
    await place.write('CLAUDE.md', `${before}- First\n`);
    await seen(workspace);
    workspace.dispose();
    await place.write('CLAUDE.md', `${before}- First\n- Second\n`);
    const later = await place.open();
    const [write, ...others] = await seen(later);
    expect(others).toEqual([]);
    expect(write).toMatchObject({ kind: 'changed', by: 'another program', label: 'CLAUDE.md', before });
    expect(write?.after).toBe(`${before}- First\n- Second\n`);
    value(await later.foreign.undo([write?.id ?? '']));
    expect(await place.read('CLAUDE.md')).toBe(before);
  });

  it('keep leaves the file and asks no more; a later write is asked about again', async () => {
    const { place, workspace } = await following();
    await place.write('AGENTS.md', `${await place.read('AGENTS.md')}- More\n`);
    const [write] = await seen(workspace);
    value(await workspace.foreign.keep([write?.id ?? '']));
    expect(await seen(workspace)).toEqual([]);
    expect(problem(await workspace.foreign.keep([write?.id ?? ''])).kind).toBe('not-found');
    await place.write('AGENTS.md', `${await place.read('AGENTS.md')}- Even more\n`);
    const [next] = await seen(workspace);
    expect(next?.before).toContain('- More\n');
  });

  it('merges where the file was edited since, and leaves it alone where the same lines were', async () => {
    const { place, workspace } = await following();
    const before = await place.read('CLAUDE.md');
    await place.write('CLAUDE.md', before.replace('node --test', 'npm test'));
    const [write] = await seen(workspace);
    await place.write('CLAUDE.md', `${before.replace('node --test', 'npm test')}- Mine\n`);
    workspace.foreign.saving(place.path('CLAUDE.md'));
    await workspace.foreign.saved(place.path('CLAUDE.md'));
    value(await workspace.foreign.undo([write?.id ?? '']));
    expect(await place.read('CLAUDE.md')).toBe(`${before}- Mine\n`);
    await place.write('CLAUDE.md', before.replace('node --test', 'npm test'));
    const [second] = await seen(workspace);
    await place.write('CLAUDE.md', before.replace('node --test', 'vitest'));
    expect(problem(await workspace.foreign.undo([second?.id ?? ''])).kind).toBe('conflict');
    expect(await place.read('CLAUDE.md')).toBe(before.replace('node --test', 'vitest'));
  });

  it('restores a file that was deleted, with bytes that are not UTF-8', async () => {
    const { place, workspace } = await setUpPlace();
    const bytes = Uint8Array.from([0x2d, 0x20, 0xff, 0xfe, 0x0d, 0x0a]);
    await place.write(auto(place, 'odd.md'), bytes);
    value(await workspace.foreign.look());
    await rm(place.path(auto(place, 'odd.md')));
    const [write] = await seen(workspace);
    expect(write?.kind).toBe('deleted');
    value(await workspace.foreign.undo([write?.id ?? '']));
    const { readFile } = await import('node:fs/promises');
    expect(Uint8Array.from(await readFile(place.path(auto(place, 'odd.md'))))).toEqual(bytes);
  });

  it("tells nobody of Varve's writes, the person's saves, and what git checks out", async () => {
    const { place, workspace } = await following();
    value(await workspace.edits.createFile({ place: { scope: 'local' } }));
    const piece = await place.piece(workspace, 'CLAUDE.md', 3);
    value(await workspace.edits.moveEntries([piece], { place: { scope: 'local' } }));
    expect(await seen(workspace)).toEqual([]);
    workspace.foreign.saving(place.path('CLAUDE.md'));
    await place.write('CLAUDE.md', '# Harbor\n\n- Saved by hand\n');
    // A look between the write and the news of it.
    expect(await seen(workspace)).toEqual([]);
    await workspace.foreign.saved(place.path('CLAUDE.md'));
    expect(await seen(workspace)).toEqual([]);
    // A new one that was not followed before.
    await place.write('.github/copilot-instructions.md', '- Saved by hand\n');
    await workspace.foreign.saved(place.path('.github/copilot-instructions.md'));
    expect(await seen(workspace)).toEqual([]);
    place.git('add', '-A');
    place.git('commit', '-q', '-m', 'Mine');
    place.git('checkout', '-q', '-b', 'other', 'HEAD~1');
    expect(await seen(workspace)).toEqual([]);
    await place.write('nested/CLAUDE.md', '- nested\n');
    place.git('add', '-A');
    place.git('commit', '-q', '-m', 'Nested');
    workspace.notice(place.path('nested/CLAUDE.md'));
    expect(await seen(workspace)).toEqual([]);
    place.git('checkout', '-q', 'main');
    expect(await seen(workspace)).toEqual([]);
    await place.write('CLAUDE.md', '# Harbor\n\n- Changed by an agent\n');
    place.git('stash', '-q');
    expect(await seen(workspace)).toEqual([]);
    place.git('stash', 'pop', '-q');
    expect(await seen(workspace)).toEqual([]);
  });

  it('takes a save of another window back that it had put down to another program', async () => {
    const { place, workspace } = await following();
    const second = await place.open();
    second.foreign.saving(place.path('CLAUDE.md'));
    await place.write('CLAUDE.md', '# Harbor\n\n- Saved in the second window\n');
    expect(await seen(workspace)).toHaveLength(1);
    await second.foreign.saved(place.path('CLAUDE.md'));
    expect(await workspace.foreign.list()).toEqual([]);
    expect(await seen(workspace)).toEqual([]);
  });

  it('names risks without the secret, and refuses to write under unsaved edits', async () => {
    const { place, workspace } = await following();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    await writeAsClaude(place, 'MEMORY.md', `- fine\n- the token is ${token}\n- see\u202Ethis\n`);
    const [write] = await seen(workspace);
    expect(write?.risks).toEqual([
      'Line 2 holds what looks like a secret (github-token).',
      'It holds characters that cannot be seen.',
    ]);
    const unsaved = await place.open({ unsaved: [place.path(auto(place, 'MEMORY.md'))] });
    expect(problem(await unsaved.foreign.undo([write?.id ?? ''])).kind).toBe('unsaved');
    // What is kept lies where nobody else reads it.
    const directory = join(workspace.stateDirectory, 'seen');
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(workspace.stateDirectory, 'seen.json'))).mode & 0o777).toBe(0o600);
  });

  it('follows nothing where memory is not set up, in Restricted Mode, and nothing over 256 KiB', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', '- mine\n');
    const workspace = await place.open();
    value(await workspace.foreign.look());
    await place.write('CLAUDE.md', '- changed\n');
    expect(await seen(workspace)).toEqual([]);
    await expect(stat(workspace.stateDirectory)).rejects.toThrow('ENOENT');
    const ready = await following();
    const restricted = await ready.place.open({ trusted: false });
    await writeFile(ready.place.path('CLAUDE.md'), `- ${'x'.repeat(300 * 1024)}\n`);
    expect(await seen(ready.workspace)).toEqual([]);
    await ready.place.write('CLAUDE.md', '- small again\n');
    expect(await restricted.foreign.list()).toEqual([]);
    expect(await seen(ready.workspace)).toHaveLength(1);
    expect(problem(await restricted.foreign.undo(['x'])).kind).toBe('restricted');
  });
});
