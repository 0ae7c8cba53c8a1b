import { appendFile, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTree } from '../fakes/tree.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const ONE = '11111111-1111-4111-8111-111111111111';
const TWO = '22222222-2222-4222-8222-222222222222';
const SECRET = 'hunter2-and-more';
const DAY_MS = 86_400_000;

/** As Claude Code writes it, as far as a session needs it. */
async function claudeSession(
  place: CliPlace,
  id: string,
  { say = 'Fix the parser', cwd = place.repository, days = 1 } = {},
): Promise<string> {
  const slug = cwd.replace(/[^a-zA-Z0-9]/g, '-');
  const path = join(place.home, '.claude', 'projects', slug, `${id}.jsonl`);
  const at = new Date(Date.now() - days * DAY_MS);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lineOf(id, say, cwd, at));
  await utimes(path, at, at);
  return path;
}

function lineOf(id: string, say: string, cwd: string, at: Date): string {
  const [uuid, timestamp] = [
    `${id.slice(0, 24)}${say.length.toString(16).padStart(12, '0')}`,
    at.toISOString(),
  ];
  const message = { role: 'user', content: say };
  const own = { parentUuid: null, isSidechain: false, sessionId: id, version: '2.1.330' };
  return `${JSON.stringify({ ...own, type: 'user', uuid, timestamp, cwd, message })}\n`;
}

describe('varve sessions keep', () => {
  it('asks once, with the size, keeps from then on by itself, and shows what the program deleted', async () => {
    const place = await makeCliPlace(cli.path);
    const path = await claudeSession(place, ONE, { days: 25 });
    await claudeSession(place, TWO, { say: 'Write the docs' });
    const before = await readTree(place.home);
    const asked = await place.run(['sessions', 'keep']);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(asked.stdout).toContain('Claude Code  2 sessions, 1 KB; 0 of them kept\n');
    expect(asked.stdout).toContain(
      'deletes a session 30 days after its last change (cleanupPeriodDays); 1 that is',
    );
    expect(asked.stdout).toContain('varve sessions keep --tool claude-code --yes');
    const refused = await place.run(['sessions', 'keep', '--all']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Keep them?') });
    expect(await place.run(['sessions', 'keep', '--yes', '--dry-run'])).toMatchObject({ code: 0 });
    await expect(readdir(join(place.varveHome, 'archive'))).rejects.toThrow('ENOENT');
    const yes = await place.run(['sessions', 'keep', '--tool', 'claude-code', '--yes']);
    expect(yes).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^2 sessions kept, 0 unchanged/),
    });
    const settings = JSON.parse(await readFile(join(place.varveHome, 'config.json'), 'utf8'));
    expect(settings.archive.tools['claude-code']).toEqual({ keep: true, shownBytes: expect.any(Number) });
    expect(await readTree(place.home)).toEqual(before);
    await rm(path);
    await appendFile(await claudeSession(place, TWO), '');
    const listed = await place.run(['sessions']);
    expect(listed.stdout).toMatch(new RegExp(`${ONE}.*Fix the parser.*kept by Varve`));
    expect(await json(place, 'sessions', 'keep')).toMatchObject({
      tools: [{ tool: 'claude-code', sessions: 1, kept: 0, answer: { keep: true } }],
    });
    await place.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
    await place.run(['-p', 'Task']);
    expect(await json(place, 'sessions', 'keep')).toMatchObject({ tools: [{ kept: 1 }] });
  });

  it('keeps no program that a person said no to, but what they name', async () => {
    const place = await makeCliPlace(cli.path);
    await claudeSession(place, ONE);
    const no = await place.run(['sessions', 'keep', '--no']);
    expect(no).toMatchObject({ code: 0, stderr: expect.stringContaining('Claude Code are not kept') });
    expect(await place.run(['sessions', 'keep', '--all'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const named = await place.run(['sessions', 'keep', ONE.slice(0, 6)]);
    expect(named).toMatchObject({ code: 0, stdout: expect.stringMatching(`^${ONE}  kept `) });
    expect(await place.run(['sessions', 'keep', 'claude-code:unknown'])).toMatchObject({
      code: 1,
      stderr: 'No session found with session ID: claude-code:unknown\n',
    });
    for (const args of [
      ['--tool', 'claude'],
      ['--yes', '--no'],
    ])
      expect((await place.run(['sessions', 'keep', ...args])).code).toBe(1);
    expect(await place.run(['sessions', 'pin', ONE, '--dry-run'])).toMatchObject({ code: 1 });
  });
});

describe('a session that its program deleted', () => {
  it('is gone on with, learnt from and told of in a standup, from what is kept of it', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    const say = "Let's use zod instead of joi because it infers types. Then rename the folder.";
    const path = await claudeSession(place, ONE, { say, days: 0 });
    await place.run(['sessions', 'keep', ONE]);
    await rm(path);

    const brief = await place.run(['resume', ONE.slice(0, 6), '--brief']);
    expect(brief).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("“Let's use zod instead of joi because it infers types.”"),
    });
    const one = await place.run(['sessions', 'learn', ONE, '--dry-run']);
    expect(one).toMatchObject({ code: 0, stderr: '1 session looked at: 1 would be proposed.\n' });
    const all = await place.run(['sessions', 'learn', '--dry-run']);
    expect(all).toMatchObject({ code: 0, stderr: '1 session looked at: 1 would be proposed.\n' });
    const told = await place.run(['standup', '--since', 'today']);
    expect(told.stdout).toMatch(/## Unfinished\n- .*Let's use zod/);
  });
});

describe('varve sessions pin and restore', () => {
  it('keep at once, and write where a person says, nowhere else', async () => {
    const place = await makeCliPlace(cli.path);
    const path = await claudeSession(place, ONE);
    const text = await readFile(path, 'utf8');
    expect(await place.run(['sessions', 'pin', ONE])).toMatchObject({ code: 0, stdout: `${ONE}  pinned\n` });
    await rm(dirname(path), { recursive: true });
    const refused = await place.run(['sessions', 'restore', ONE, '--to', dirname(path)]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('belongs to a program') });
    const inside = await place.run(['sessions', 'restore', ONE, '--to', join(place.varveHome, 'x')]);
    expect(inside).toMatchObject({ code: 1, stderr: expect.stringContaining('belongs to a program') });
    const done = await place.run(['sessions', 'restore', ONE, '--to', '../restored']);
    const restored = join(dirname(place.repository), 'restored', `${ONE}.jsonl`);
    expect(done).toMatchObject({ code: 0, stdout: `${restored}\n` });
    expect(await readFile(restored, 'utf8')).toBe(text);
    expect(await place.run(['sessions', 'unpin', ONE])).toMatchObject({ stdout: `${ONE}  unpinned\n` });
    expect(await place.run(['sessions', 'unpin', ONE])).toMatchObject({ stdout: `${ONE}  was not pinned\n` });
    for (const args of [
      ['pin'],
      ['unpin'],
      ['restore', ONE],
      ['restore', ONE, '--to', '../y', '--older', 'x'],
    ])
      expect((await place.run(['sessions', ...args])).code).toBe(1);
  });

  it('pin one of ours where it is, so that it is never swept', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
    await place.run(['-p', 'Task']);
    const { sessions } = await json<{ sessions: { id: string; path: string }[] }>(place, 'sessions');
    const { id = '', path = '' } = sessions[0] ?? {};
    await place.run(['sessions', 'pin', id]);
    const at = new Date(Date.now() - 91 * DAY_MS);
    await utimes(path, at, at);
    expect(await place.run(['purge', '--expired', '--yes'])).toMatchObject({
      stderr: 'Nothing of that is kept here.\n',
    });
    expect((await place.run(['sessions', 'keep', id])).stderr).toContain('varve sessions pin');
    await place.run(['sessions', 'unpin', id]);
    expect((await place.run(['purge', '--expired', '--yes'])).stderr).toContain(
      'Deleted for good: 1 session',
    );
  });
});

describe('varve sessions relink', () => {
  async function movedPlace() {
    const place = await makeCliPlace(cli.path);
    await claudeSession(place, ONE, { say: 'Before it moved' });
    await claudeSession(place, TWO, { say: 'In a folder', cwd: join(place.repository, 'src') });
    const moved = join(dirname(place.repository), 'moved');
    await rename(place.repository, moved);
    return { place, moved, at: { cwd: moved } };
  }

  it('says where a session belongs, stores what a person says, and lists it there', async () => {
    const { place, moved, at } = await movedPlace();
    const unknown = await place.run(['sessions', 'relink', ONE], at);
    expect(unknown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Not known\. .* --to DIR\n$/) });
    expect((await place.run(['sessions'], at)).stdout).not.toContain(ONE);
    const said = await place.run(['sessions', 'relink', ONE, '--to', '.'], at);
    expect(said).toMatchObject({ code: 0, stdout: `${moved} (moved)\n` });
    const known = await place.run(['sessions', 'relink', ONE], at);
    expect(known.stdout).toBe(`${moved} (moved)  You said so.\n`);
    const listed = await place.run(['sessions'], at);
    expect(listed.stdout).toContain(ONE);
    expect(listed.stdout).not.toContain(TWO);
    await place.run(['sessions', 'relink', '--all-under', place.repository, '--to', '.'], at);
    expect((await place.run(['sessions'], at)).stdout).toContain(TWO);
  });

  it('offers what looks alike, and does not ask again', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    const gone = join(dirname(place.repository), 'elsewhere', 'demo');
    const path = await claudeSession(place, ONE, { cwd: gone });
    const id = (name: string) => `${ONE.slice(0, 24)}${name.padStart(12, '0')}`;
    const common = {
      isSidechain: false,
      sessionId: ONE,
      version: '2.1.330',
      cwd: gone,
      timestamp: new Date().toISOString(),
    };
    const call = {
      type: 'tool_use',
      id: 'toolu_1',
      name: 'Read',
      input: { file_path: join(gone, 'CLAUDE.md') },
    };
    const lines = [
      {
        ...common,
        type: 'assistant',
        uuid: id('a'),
        parentUuid: id('e'),
        message: { role: 'assistant', content: [call] },
      },
      {
        ...common,
        type: 'user',
        uuid: id('b'),
        parentUuid: id('a'),
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '# Demo' }],
        },
      },
    ];
    await appendFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const offered = await place.run(['sessions', 'relink', ONE]);
    expect(offered.stdout).toContain(
      `It may belong to:\n  ${place.repository} (demo)  1 of 1 files of the session stand there`,
    );
    expect(offered.stdout).toContain(`varve sessions relink ${ONE} --to DIR`);
    expect((await place.run(['sessions'])).stdout).not.toContain(ONE);
    expect(await place.run(['sessions', 'relink', ONE, '--none'])).toMatchObject({ code: 0, stdout: '' });
    expect((await place.run(['sessions', 'relink', ONE])).stdout).toMatch(/^Not known\./);
    for (const args of [[], [ONE, '--all-under', '/x'], [ONE, TWO]])
      expect(await place.run(['sessions', 'relink', ...args])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('varve purge and doctor', () => {
  it('cut a text out of what is kept, say where the program has it, and delete what is kept', async () => {
    const place = await makeCliPlace(cli.path);
    const path = await claudeSession(place, ONE, { say: `The password is ${SECRET}.`, days: 25 });
    await claudeSession(place, TWO);
    expect((await place.run(['doctor'])).stdout).toMatch(
      /note +Archive +Claude Code deletes 1 session within a week/,
    );
    await place.run(['sessions', 'keep', '--yes']);
    await place.run(['sessions']);
    expect((await place.run(['doctor'])).stdout).toMatch(
      /ok +Archive +2 sessions of other programs, 0 pinned/,
    );
    const looked = await place.run(['purge', '--text'], { input: `${SECRET}\n` });
    expect(looked.stdout).toMatch(/^cut out of {2}archive\/claude-code\/11111111.*\.json\nleft {8}\//);
    expect(looked.stderr).toContain('Varve never writes them');
    const done = await place.run(['purge', '--text', '--yes'], { input: `${SECRET}\n` });
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('Deleted for good: 1 file.') });
    expect(await readFile(path, 'utf8')).toContain(SECRET);
    expect(await readdir(join(place.varveHome, 'cache', 'history'))).not.toContain('rows.jsonl');
    await rm(path);
    await place.run(['sessions', 'restore', ONE, '--to', '../restored']);
    const restored = join(dirname(place.repository), 'restored', `${ONE}.jsonl`);
    expect(await readFile(restored, 'utf8')).toContain('The password is [purged].');
    const session = await place.run(['purge', '--session', ONE, '--yes']);
    expect(session).toMatchObject({ code: 0, stdout: `claude-code:${ONE}\n` });
    const kept = await place.run(['purge', '--kept', 'claude-code']);
    expect(kept).toMatchObject({
      code: 0,
      stdout: `claude-code:${TWO}\n`,
      stderr: expect.stringContaining('--yes'),
    });
    await place.run(['purge', '--kept', 'claude-code', '--yes']);
    expect(await readdir(join(place.varveHome, 'archive', 'objects'))).toEqual([]);
  });

  it('take away what archive.retentionDays leaves no room for', async () => {
    const place = await makeCliPlace(cli.path);
    await claudeSession(place, ONE, { days: 25 });
    await place.run(['sessions', 'keep', '--yes']);
    await writeFile(join(place.varveHome, 'config.json'), '{"version":1,"archive":{"retentionDays":20}}');
    expect(await place.run(['purge', '--expired'])).toMatchObject({
      code: 0,
      stdout: `claude-code:${ONE}\n`,
    });
    expect((await place.run(['purge', '--expired', '--yes'])).stderr).toContain(
      'Deleted for good: 1 session',
    );
    expect(await readdir(join(place.varveHome, 'archive', 'claude-code'))).toEqual([]);
  });
});
