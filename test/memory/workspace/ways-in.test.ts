import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectSlug } from '../../../src/memory/hierarchy/places.ts';
import { originOf } from '../../../src/memory/inbox/origin.ts';
import type { MemoryWorkspace, RecordDraft } from '../../../src/memory/workspace/memory-workspace.ts';
import { type EditPlace, makeEditPlace, problem, value } from './edit-place.ts';

// Written in pieces, so that no scanner takes this file for a leak.
const secret = ['gh', 'p_', 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzAbC'].join('');

async function setUpPlace(): Promise<{ readonly place: EditPlace; readonly workspace: MemoryWorkspace }> {
  const place = await makeEditPlace();
  await place.write('CLAUDE.md', '- mine\n');
  place.git('add', '-A');
  place.git('commit', '-q', '-m', 'Start');
  const workspace = await place.open();
  const choice = {
    place: 'repository',
    claudeRules: true,
    agentsPointer: true,
    capture: 'proposed',
  } as const;
  value(await workspace.apply(value(await workspace.planSetUp(choice))));
  return { place, workspace };
}

const draft = (rest: Partial<RecordDraft>): RecordDraft => ({
  kind: 'decision',
  title: 'Use SQLite for search',
  body: 'Use SQLite for search.',
  source: 'person:Mara <mara@example.invalid>',
  group: 'person',
  ...rest,
});

/** Every file below that holds the text, but for the ones named. */
async function holding(directory: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = await Promise.all(files.map(async (path) => [path, await readFile(path, 'latin1')] as const));
  return read
    .filter(([path, content]) => !path.includes('/.git/') && content.includes(text))
    .map(([path]) => path);
}

describe('where a proposal comes from', () => {
  it.each<readonly [source: string, origin: string, group: string]>([
    ['person:Mara <mara@example.invalid>', 'owner', 'person'],
    ['person:Eve <eve@example.invalid>', 'untrusted', 'person'],
    ['run:0197-4711', 'agent', 'run'],
    ['agent:Claude Code auto memory', 'agent', 'other agent'],
    ['https://example.invalid/a?by=<mara@example.invalid>', 'untrusted', 'other agent'],
    ['mcp:memory <mara@example.invalid>', 'untrusted', 'other agent'],
    ['tool:WebFetch', 'untrusted', 'other agent'],
    ['transcript:codex <mara@example.invalid>', 'untrusted', 'other agent'],
    ['Mara <mara@example.invalid>', 'untrusted', 'other agent'],
  ])('%s waits on this machine and is %s', async (source, origin, group) => {
    const { place, workspace } = await setUpPlace();
    const proposal = value(await workspace.propose(draft({ source })));
    expect(proposal).toMatchObject({ origin, group, place: 'machine', evidence: { source } });
    // Kept beside the prose, never in it, and not in the working tree before somebody accepts it.
    expect(await readFile(proposal.path, 'utf8')).not.toContain(source);
    expect(await holding(place.root, 'SQLite')).toEqual([]);
    value(await workspace.accept([proposal.id]));
    expect((await holding(place.root, 'SQLite')).length).toBeGreaterThan(1);
  });

  it("keeps other people's commits on this machine, and the owner's beside the code", async () => {
    const { place, workspace } = await setUpPlace();
    const commit = (name: string, mail: string, what: string) => {
      const by = ['-c', `user.name=${name}`, '-c', `user.email=${mail}`];
      place.git(...by, 'commit', '-q', '--allow-empty', '-m', `Decision: use ${what} because it is small`);
    };
    commit('Mara', 'mara@example.invalid', 'hers');
    commit('Eve', 'eve@example.invalid', 'theirs');
    value(await workspace.capture());
    const all = (await workspace.proposals()).map(({ origin, place: at, record }) => [
      record.description,
      origin,
      at,
    ]);
    expect(all.sort()).toEqual([
      ['Use hers; it is small', 'owner', 'repository'],
      ['Use theirs; it is small', 'untrusted', 'machine'],
    ]);
  });

  it('believes no form of source that it does not know, wherever it stands', () => {
    const reader = { mail: 'mara@example.invalid' };
    for (const source of [
      '',
      '<mara@example.invalid>',
      'x <mara@example.invalid>',
      'COMMIT:m <mara@example.invalid>',
    ])
      for (const place of ['repository', 'machine'] as const)
        expect([source, place, originOf(source, place, reader)]).toEqual([source, place, 'untrusted']);
  });
});

describe('a secret on its way in is refused with its place', () => {
  const refused = (message: string | undefined, place: RegExp) => {
    expect(message).toMatch(place);
    expect(message).toContain('github-token');
    expect(message).not.toContain(secret);
  };

  it('in a commit message and in a comment', async () => {
    const { place, workspace } = await setUpPlace();
    place.git('commit', '-q', '--allow-empty', '-m', `Decision: use the token ${secret} because it works`);
    await place.write('a.ts', `export {};\n\n// We decided to use ${secret} because it never ends.\n`);
    place.git('add', '-A');
    place.git('commit', '-q', '-m', 'Add a');
    const { refused: sentences } = value(await workspace.capture());
    expect(sentences).toHaveLength(2);
    refused(sentences[0], /^Commit [0-9a-f]{10} states/);
    refused(sentences[1], /^Commit [0-9a-f]{10}, a\.ts:3, states/);
    expect(await holding(workspace.stateDirectory, secret)).toEqual([]);
  });

  it('in a draft: title, text, source and evidence', async () => {
    const { workspace } = await setUpPlace();
    const cases: readonly (readonly [Partial<RecordDraft>, RegExp])[] = [
      [{ title: `Use ${secret}` }, /^The title/],
      [{ body: `One.\n\nTwo ${secret}.` }, /^Line 3 of the text/],
      [{ source: `https://x.invalid/?t=${secret}` }, /^The source/],
      [{ reason: `Because of ${secret}` }, /^The reason/],
      [{ evidence: [{ path: 'a.ts', text: secret }] }, /^The evidence/],
    ];
    for (const [part, place] of cases) refused(problem(await workspace.propose(draft(part))).message, place);
    expect(await workspace.proposals()).toEqual([]);
    expect(await holding(workspace.stateDirectory, secret)).toEqual([]);
  });

  it('in an edited proposal, and in one that was edited by hand before it is accepted', async () => {
    const { place, workspace } = await setUpPlace();
    const proposal = value(await workspace.propose(draft({})));
    const text = await readFile(proposal.path, 'utf8');
    const edited = await workspace.edit(proposal.id, `${text}The key is ${secret}\n`);
    refused(problem(edited).message, /^Line 13 of decision-.*\.md/);
    expect(await readFile(proposal.path, 'utf8')).toBe(text);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(proposal.path, `${text}The key is ${secret}\n`);
    const accepted = problem(await workspace.accept([proposal.id]));
    refused(accepted.message, /^Line 13 of decision-/);
    expect(accepted).toMatchObject({ kind: 'secret', path: proposal.path });
    expect(await holding(place.root, secret)).toEqual([]);
    await writeFile(proposal.path, text);
    value(await workspace.accept([proposal.id]));
  });

  it('in what is promoted, moved and saved', async () => {
    const { place, workspace } = await setUpPlace();
    const auto = `~/.claude/projects/${projectSlug(place.root)}/memory/deploy.md`;
    await place.write(auto, `---\nname: deploy\ndescription: How to deploy\n---\nFirst.\n\nUse ${secret}.\n`);
    refused(
      problem(await workspace.edits.promote({ path: place.path(auto) })).message,
      /memory\/deploy\.md:7 holds/,
    );
    await place.write('CLAUDE.local.md', `- fine\n- token ${secret}\n`);
    const piece = await place.piece(workspace, 'CLAUDE.local.md', 2);
    refused(
      problem(await workspace.edits.moveEntries([piece], { place: { scope: 'project' } })).message,
      /^CLAUDE\.local\.md:2 holds/,
    );
    await place.write('b.ts', `// We decided to use ${secret} because it never ends.\n`);
    refused(problem(await workspace.sources.saved(place.path('b.ts'))).message, /^The title/);
    expect(await holding(workspace.stateDirectory, secret)).toEqual([]);
  });
});
