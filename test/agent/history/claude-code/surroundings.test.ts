import { spawn } from 'node:child_process';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claudeCodeReader as reader } from '../../../../src/agent/history/claude-code/claude-code-reader.ts';
import { processStartTime } from '../../../../src/base/process-identity.ts';
import { homeWith, machineAt } from '../machine.ts';
import { answer, PROJECT, prompt, SESSION, text } from './lines.ts';

const begun = text([prompt('a', null, 'One.'), answer('b', 'a', 'Two.')]);
const file = `${PROJECT}/${SESSION}.jsonl`;

describe('sessions', () => {
  it('are found wherever the environment has them, and under whatever name of a project', async () => {
    const home = await homeWith({ [`elsewhere/projects/own-name/${SESSION}.jsonl`]: begun });
    const machine = machineAt(home, { CLAUDE_CONFIG_DIR: join(home, 'elsewhere') });
    expect((await reader.find(machine, 10)).sessions).toMatchObject([{ id: SESSION, tool: 'claude-code' }]);
    expect(await reader.places(machine)).toEqual([
      join(home, 'elsewhere/projects'),
      join(home, 'elsewhere/sessions'),
    ]);
    expect((await reader.find(machineAt(home), 10)).sessions).toEqual([]);
  });

  it('are those of persons and subagents, and no other files', async () => {
    const home = await homeWith({
      [file]: begun,
      [`${PROJECT}/notes.jsonl`]: begun,
      [`${PROJECT}/${SESSION}.jsonl.bak`]: begun,
      [`${PROJECT}/memory/MEMORY.md`]: '',
      [`${PROJECT}/${SESSION}/subagents/agent-a1.jsonl`]: begun,
      [`${PROJECT}/${SESSION}/subagents/workflows/w1/agent-a2.jsonl`]: begun,
      [`${PROJECT}/${SESSION}/subagents/other.jsonl`]: begun,
      [`${PROJECT}/${SESSION}/tool-results/x.txt`]: 'long',
      '.claude/history.jsonl': begun,
    });
    const { sessions } = await reader.find(machineAt(home), 10);
    expect(sessions.map(({ id, parent }) => [id, parent]).sort()).toEqual([
      ['a1', SESSION],
      ['a2', SESSION],
      [SESSION, undefined],
    ]);
  });

  it('of one name in two projects are two: what is inside tells them apart', async () => {
    const elsewhere = text([prompt('a', null, 'Elsewhere.', { cwd: '/home/ada-work' })]);
    const home = await homeWith({ [file]: begun, [`.claude/projects/-copy/${SESSION}.jsonl`]: elsewhere });
    const machine = machineAt(home);
    const cwds: string[] = [];
    for (const session of (await reader.find(machine, 10)).sessions) {
      const read = await reader.read(machine, session);
      if (read.ok) cwds.push(read.value.cwd);
    }
    expect(cwds.sort()).toEqual(['/home/ada-work', '/home/ada/work']);
  });

  it('have parts: subagents, long outputs, earlier contents of files and tasks, none of them through a link', async () => {
    const home = await homeWith({
      [file]: begun,
      [`${PROJECT}/${SESSION}/subagents/agent-a1.jsonl`]: begun,
      [`${PROJECT}/${SESSION}/tool-results/x.txt`]: 'long',
      [`.claude/file-history/${SESSION}/0a@v1`]: 'before',
      [`.claude/tasks/${SESSION}/1.json`]: '{}',
      [`.claude/tasks/${SESSION}/.lock`]: '',
      'outside/secret.txt': 'secret',
    });
    await symlink(join(home, 'outside'), join(home, PROJECT, SESSION, 'linked'));
    await symlink(join(home, 'outside/secret.txt'), join(home, PROJECT, SESSION, 'secret.txt'));
    const machine = machineAt(home);
    const found = (await reader.find(machine, 10)).sessions.find(({ id }) => id === SESSION);
    const parts = found ? await reader.parts(machine, found) : [];
    expect(parts.map((path) => path.slice(home.length + 1)).sort()).toEqual(
      [
        file,
        `${PROJECT}/${SESSION}/subagents/agent-a1.jsonl`,
        `${PROJECT}/${SESSION}/tool-results/x.txt`,
        `.claude/file-history/${SESSION}/0a@v1`,
        `.claude/tasks/${SESSION}/1.json`,
      ].sort(),
    );
  });

  it('are listed in thousands', async () => {
    const home = await homeWith({});
    const project = join(home, PROJECT);
    await mkdir(project, { recursive: true });
    const many = 3000;
    for (let at = 0; at < many; at += 1) {
      const path = join(project, `${String(at).padStart(8, '0')}-aaaa-4aaa-8aaa-aaaaaaaaaaaa.jsonl`);
      await writeFile(path, '');
      await utimes(path, 1_790_000_000 + at, 1_790_000_000 + at);
    }
    const { sessions } = await reader.find(machineAt(home), 2);
    expect(sessions.map(({ id }) => id.slice(0, 8))).toEqual(['00002999', '00002998']);
  });
});

describe('a session that a program has open', () => {
  async function stateWith(note: object): Promise<string> {
    const home = await homeWith({ [file]: begun, '.claude/sessions/7.json': JSON.stringify(note) });
    const machine = machineAt(home);
    const [session] = (await reader.find(machine, 1)).sessions;
    const read = session && (await reader.read(machine, session));
    return read?.ok ? read.value.state : 'unread';
  }

  it('is running or waits, as long as that very process lives', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    onTestFinished(() => void child.kill());
    const pid = child.pid ?? 0;
    const procStart = await processStartTime(pid);
    const note = { pid, sessionId: SESSION, ...(process.platform === 'linux' && { procStart }) };
    expect(await stateWith({ ...note, status: 'busy' })).toBe('running');
    expect(await stateWith({ ...note, status: 'idle' })).toBe('running');
    expect(await stateWith({ ...note, status: 'waiting' })).toBe('waiting');
    expect(await stateWith({ ...note, sessionId: 'another' })).toBe('done');
    if (process.platform === 'linux') expect(await stateWith({ ...note, procStart: '1' })).toBe('done');
    child.kill('SIGKILL');
    await ended;
    expect(await stateWith({ ...note, status: 'busy' })).toBe('done');
  });

  it.each([{ pid: -1 }, { pid: 0 }, { pid: 1.5 }, { pid: 'x' }, {}])('is not told by %j', async (note) => {
    expect(await stateWith({ ...note, sessionId: SESSION })).toBe('done');
  });
});

describe('when sessions are deleted', () => {
  const settings = (home: string, name: string, content: string): Promise<void> =>
    writeFile(join(home, name), content);

  it('is after 30 days unless settings say otherwise, the strongest of them', async () => {
    const home = await homeWith({ '.claude/x': '', 'work/.claude/x': '' });
    const machine = machineAt(home);
    expect(await reader.retention(machine)).toEqual({
      days: 30,
      setting: 'cleanupPeriodDays',
      isDefault: true,
    });
    await settings(home, '.claude/settings.json', '{"cleanupPeriodDays":90}');
    expect(await reader.retention(machine)).toEqual({
      days: 90,
      setting: 'cleanupPeriodDays',
      isDefault: false,
    });
    await settings(home, 'work/.claude/settings.json', '{"cleanupPeriodDays":7}');
    expect(await reader.retention(machine, join(home, 'work'))).toMatchObject({ days: 7 });
    await settings(home, 'work/.claude/settings.local.json', '{"cleanupPeriodDays":8}');
    expect(await reader.retention(machine, join(home, 'work'))).toMatchObject({ days: 8 });
    expect(await reader.retention(machine)).toMatchObject({ days: 90 });
  });

  it.each(['{', '{"cleanupPeriodDays":0}', '{"cleanupPeriodDays":"30"}', '{"cleanupPeriodDays":1.5}'])(
    'is never while the settings are %s',
    async (content) => {
      const home = await homeWith({ '.claude/settings.json': content });
      expect(await reader.retention(machineAt(home))).toBeUndefined();
    },
  );
});

describe('ways to go on', () => {
  it('are the terminal in its directory and the extension of Claude Code', () => {
    expect(reader.reopenings({ id: SESSION, cwd: '/home/ada/work' })).toEqual([
      { kind: 'terminal', command: 'claude', args: ['--resume', SESSION], cwd: '/home/ada/work' },
      {
        kind: 'link',
        uri: `vscode://anthropic.claude-code/open?session=${SESSION}`,
        needsExtension: 'anthropic.claude-code',
      },
    ]);
  });
});
