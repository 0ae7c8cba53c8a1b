import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace, until } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

interface Row {
  readonly id: string;
  readonly tool: string;
  readonly title: string;
  readonly files: number;
  readonly paths: readonly string[];
  readonly excerpts?: readonly { readonly kind: string; readonly text: string }[];
}

/** A run that writes `src/gate.ts`, and one on another branch that says something else. */
async function placeWithWork(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.serve(({ body: { messages } }) =>
    messages.length > 1 || !JSON.stringify(messages).includes('gate')
      ? { content: [{ type: 'text', text: 'The hinges creak no longer.' }] }
      : {
          content: [
            {
              type: 'tool_use',
              id: 'w',
              name: 'write',
              input: { path: 'src/gate.ts', content: 'export {};\n' },
            },
          ],
        },
  );
  await place.run(['-p', 'Mend the gate', '--permission-mode', 'acceptEdits']);
  await place.git('switch', '-qc', 'paint');
  await place.run(['-p', 'Paint \u001b[2Jthe\u202e shed']);
  return place;
}

describe('sessions in the terminal', () => {
  it('are listed with all that was there before, filtered, by heading, hiding nothing', async () => {
    const place = await placeWithWork();
    const { sessions } = await json<{ sessions: readonly Row[] }>(place, 'sessions');
    expect(sessions).toEqual([
      expect.objectContaining({
        title: expect.stringContaining('shed'),
        branch: 'paint',
        files: 0,
        paths: [],
      }),
      {
        tool: 'varve',
        id: expect.any(String),
        path: expect.stringContaining(place.varveHome),
        size: expect.any(Number),
        title: 'Mend the gate',
        firstPrompt: 'Mend the gate',
        created: expect.any(Number),
        modified: expect.any(Number),
        state: 'done',
        cwd: place.repository,
        branch: 'main',
        model: expect.any(String),
        files: 1,
        paths: [join(place.repository, 'src/gate.ts')],
        prompts: 1,
        turns: 2,
        tokens: expect.any(Number),
        usage: {
          inputTokens: expect.any(Number),
          outputTokens: expect.any(Number),
          cacheReadTokens: expect.any(Number),
          cacheWriteTokens: expect.any(Number),
        },
        costUsd: expect.any(Number),
        branches: 0,
      },
    ]);
    const titles = async (...args: readonly string[]) =>
      (await json<{ sessions: readonly Row[] }>(place, 'sessions', ...args)).sessions.map(
        ({ files }) => files,
      );
    expect(await titles('--branch', 'main')).toEqual([1]);
    expect(await titles('--file', 'src/gate.ts')).toEqual([1]);
    expect(await titles('--file', 'src')).toEqual([1]);
    expect(await titles('--file', 'other.ts')).toEqual([]);
    expect(await titles('--tool', 'codex')).toEqual([]);
    expect(await titles('--tool', 'varve', '--tool', 'codex', '--state', 'done', '--since', '1h')).toEqual([
      0, 1,
    ]);
    expect(await titles('--limit', '1')).toEqual([0]);
    const byDay = await place.run(['sessions']);
    expect(byDay.stdout).toMatch(
      /^Today\n {2}\S+ {2}done {8}varve {7}Paint .*\n {2}\S+ {2}done .* Mend the gate {2}\(/,
    );
    const byBranch = await place.run(['sessions', '--by', 'branch', '--all']);
    expect(byBranch.stdout).toMatch(
      /^paint\n {2}.*\nmain\n {2}.* · main · .*demo · 2 turns · 1 file · \$0\.01\)\n$/,
    );
    const none = await place.run(['sessions', '--state', 'failed']);
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'No earlier work is like that.\n' });
    const elsewhere = { cwd: place.home };
    expect(await place.run(['sessions'], elsewhere)).toMatchObject({ code: 0, stdout: '' });
    expect((await place.run(['sessions', '--all'], elsewhere)).stdout).toContain('Mend the gate');
    await place.git('worktree', 'add', '-q', '../second', '-b', 'second');
    const second = await place.run(['sessions', '--file', 'src/gate.ts'], {
      cwd: join(place.repository, '../second'),
    });
    expect(second.stdout).toContain('Mend the gate');
    for (const args of [['sessions'], ['sessions', '--search', 'shed'], ['sessions', '--by', 'branch']]) {
      const { stdout } = await place.run(args);
      expect(stdout).toContain('Paint ‹U+001B›[2Jthe‹U+202E› shed');
      expect(stdout).not.toMatch(/[\u001b\u202e]/);
    }
    const { stdout } = await place.run(['sessions', '--json']);
    expect(stdout).toContain('\\u202e');
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  it('stand under the milestones they led to', async () => {
    const place = await placeWithWork();
    const before = await place.run(['sessions', '--by', 'milestone']);
    expect(before.stdout).toMatch(/^No milestone yet\n/);
    await place.run(['set-up']);
    await place.run(['memory', 'add', '--kind', 'milestone', '--title', 'Everything stands']);
    await place.run(['memory', 'accept', '--all']);
    await place.run(['-p', 'Rest']);
    const after = await place.run(['sessions', '--by', 'milestone']);
    expect(after.stdout).toMatch(
      /^Since the last milestone\n {2}.* Rest .*\nEverything stands \(\d{4}-\d\d-\d\d\)\n {2}.*shed.*\n {2}.* Mend the gate .*\n$/,
    );
    expect(await place.run(['sessions', '--all', '--by', 'milestone'])).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  it('are found by what was said in them, and served to an editor', async () => {
    const place = await placeWithWork();
    const found = await json<{ sessions: readonly Row[]; notes: readonly string[] }>(
      place,
      'sessions',
      '--search',
      '"hinges creak" branch:main',
    );
    expect(found.notes).toEqual([]);
    expect(found.sessions).toMatchObject([
      { title: 'Mend the gate', files: 1, excerpts: [{ kind: 'answer' }] },
    ]);
    const shown = await place.run(['sessions', '--search', 'shed branch:paint']);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^\S+ {2}done .*shed.*\n {4}prompt {5}Paint .*shed\n$/);
    const nothing = await place.run(['sessions', '--search', 'xylophone state:lost']);
    expect(nothing.stdout).toBe('');
    expect(nothing.stderr).toMatch(/^state: is one of .*\nNo earlier work has these words\.\n$/);
    const served = place.start(['sessions', '--serve'], { input: 'open' });
    const ask = (request: object) => served.child.stdin?.write(`${JSON.stringify(request)}\n`);
    ask({ type: 'refresh', id: 1 });
    await until('the refresh', () => served.stdout().includes('"id":1') || undefined);
    served.child.stdin?.write('no request\n');
    ask({ type: 'list', id: 2, limit: 5 });
    await until('the list', () => served.stdout().includes('"id":2') || undefined);
    served.child.stdin?.end();
    const { code, stdout, stderr } = await served.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const messages = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(messages[0]).toMatchObject({ type: 'answer', id: 1, value: { found: 2, isSearchable: true } });
    expect(messages.at(-1)).toMatchObject({ type: 'answer', id: 2, value: { total: 2, known: 2 } });
  });

  it('answer what is mistyped with a sentence', async () => {
    const place = await makeCliPlace(cli.path);
    for (const [args, sentence] of [
      [['--tool', 'claude'], 'Did you mean claude-code?'],
      [['--state', 'finished'], '--state is one of running, waiting'],
      [['--since', 'monday'], '--since is a day (2026-11-01) or an age'],
      [['--by', 'days'], 'Did you mean day?'],
      [['--limit', '0'], '--limit is a number from 1 on.'],
      [['lst'], 'Did you mean varve sessions list?'],
      [['constructor'], 'varve sessions does not know "constructor".'],
    ] as const) {
      const done = await place.run(['sessions', ...args]);
      expect({ args, ...done }).toMatchObject({
        args,
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(sentence),
      });
      expect(done.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});
