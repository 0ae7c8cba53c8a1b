import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

interface Shown {
  readonly proposals: readonly {
    readonly id: string;
    readonly path: string;
    readonly record: { readonly kind: string; readonly description: string };
  }[];
  readonly records: readonly { readonly description: string }[];
}

/** Bytes of a bundled file and of all that it imports before it runs. */
async function staticBytes(path: string, seen = new Set<string>()): Promise<number> {
  if (seen.has(path)) return 0;
  seen.add(path);
  const code = await readFile(path, 'utf8');
  let bytes = code.length;
  // A door imports, a chunk requires.
  const named = /^(?:(?:import|\} from)[^"'(]*["'](\.[^"']+)["']|(?:var \w+ = )?require\("(\.[^"]+)"\));?$/gm;
  for (const [, imported, required = ''] of code.matchAll(named)) {
    const from = imported ?? required;
    bytes += await staticBytes(join(dirname(path), from), seen);
  }
  return bytes;
}

async function chunkNamed(name: string): Promise<string | undefined> {
  return (await readdir(join(dirname(cli.path), 'chunks'))).find((chunk) => chunk.startsWith(`${name}-`));
}

describe('the door', { timeout: 120_000 }, () => {
  it('answers --version without loading more than the door', async () => {
    const place = await makeCliPlace(cli.path);
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await place.run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(await staticBytes(cli.path)).toBeLessThan(8_000);
    expect(
      await staticBytes(join(dirname(cli.path), 'chunks', (await chunkNamed('print')) ?? '')),
    ).toBeGreaterThan(8_000);
  });

  it('prints help alone, and for every command that it names', async () => {
    const place = await makeCliPlace(cli.path);
    const overview = await place.run([]);
    expect(overview).toMatchObject({ code: 0, stderr: '' });
    const names = [...overview.stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = '']) => name);
    const runs = [
      'models',
      'sessions',
      'resume',
      'standup',
      'rewind',
      'permissions',
      'trust',
      'purge',
      'doctor',
      '-p',
    ];
    expect(names).toEqual(['set-up', 'memory', 'effective', 'check', 'capture', ...runs]);
    for (const name of names) {
      const help = await place.run([name, '--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain(`Usage: varve ${name}`);
    }
  });

  it.each([
    [['sesions'], 'There is no command "sesions". Did you mean varve sessions?'],
    [['fix it'], 'There is no command "fix it". To give an agent a task: varve -p "…". See varve --help.'],
    [['memory', 'acept', 'x'], 'varve memory does not know "acept". Did you mean varve memory accept?'],
    [
      ['memory'],
      'Say what to do with memory: tree, show, search, log, export, add, edit, accept, reject, move, create, promote, retire, trash, restore, foreign, keep, take-back, refine, freshness, still-true, undo. See varve memory --help.',
    ],
    [['capture', '--dryrun'], 'There is no option --dryrun here. Did you mean --dry-run?'],
    [['set-up', '--capture'], 'The option --capture needs a value.'],
    [['set-up', '--capture', 'all'], '--capture is proposed, accepted or never, not "all".'],
    [['memory', 'accept'], 'Say which proposals: ids as varve memory show lists them, or --all.'],
    [['memory', 'show', 'nothing'], 'There is no record or proposal "nothing" here. See varve memory show.'],
    [
      ['resume', '11111111-2222-4333-8444-555555555555'],
      'No session found with session ID: 11111111-2222-4333-8444-555555555555',
    ],
    [['resume'], 'There is no earlier work in this project yet. Start with varve -p "…".'],
  ])('answers %j with a sentence', async (args, sentence) => {
    const place = await makeCliPlace(cli.path);
    expect(await place.run(args)).toMatchObject({ code: 1, stdout: '', stderr: `${sentence}\n` });
  });

  it('is quiet when the reader of its data goes away', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('CLAUDE.md', `# Long\n\n${'- a line of text\n'.repeat(20_000)}`);
    const running = place.start(['effective']);
    running.child.stdout?.destroy();
    expect(await running.finished).toMatchObject({ code: 0, stderr: '' });
  });

  it('writes nothing anywhere for just looking', async () => {
    const place = await makeCliPlace(cli.path);
    for (const args of [
      ['memory', 'tree'],
      ['memory', 'show'],
      ['memory', 'log'],
      ['memory', 'log', '--operations'],
      ['memory', 'export', '--format', 'changelog'],
      ['effective'],
      ['sessions'],
      ['set-up', '--dry-run'],
    ]) {
      expect((await place.run(args)).code).toBe(0);
    }
    expect(await place.git('status', '--short')).toBe('');
    await expect(readdir(place.varveHome)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

// Many processes one after another, on a machine that does other things as well.
describe('the day in the terminal', { timeout: 180_000 }, () => {
  it('goes from set-up over capture and review to removal, and leaves the repository as it was', async () => {
    const place = await makeCliPlace(cli.path);
    const dry = await place.run(['set-up', '--dry-run']);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toContain('+++ b/.varve/config.json');
    expect(await place.git('status', '--short')).toBe('');
    expect(await place.run(['set-up'])).toMatchObject({ code: 0 });
    await place.write('package.json', '{"name":"demo","dependencies":{}}\n');
    await place.git('add', '.');
    await place.git('commit', '-q', '-m', 'Set up');
    await place.write('package.json', '{"name":"demo","dependencies":{"better-sqlite3":"12.0.0"}}\n');
    await place.git('add', '.');
    await place.git(
      'commit',
      '-q',
      '-m',
      'Use better-sqlite3 for search\n\nThe in-memory index was 9x larger.',
    );
    await place.git('tag', 'v1.0.0');
    const looked = await json<{ proposals: unknown[]; dryRun: boolean }>(place, 'capture', '--dry-run');
    expect(looked).toMatchObject({ dryRun: true });
    const captured = await json<{ proposals: unknown[] }>(place, 'capture');
    expect(captured.proposals).toEqual(looked.proposals);
    const shown = await json<Shown>(place, 'memory', 'show');
    const decision = shown.proposals.find(({ record }) => record.kind === 'decision');
    const milestone = shown.proposals.find(({ record }) => record.kind === 'milestone');
    if (!decision || !milestone) throw new Error(JSON.stringify(shown));

    const text = (await readFile(decision.path, 'utf8')).replaceAll(
      'Use better-sqlite3 for search',
      'Search is SQLite, edited by hand',
    );
    expect(await place.run(['memory', 'edit', decision.id, '--file', '-'], { input: text })).toMatchObject({
      code: 0,
    });
    expect(await place.run(['memory', 'accept', decision.id.slice(-6).toLowerCase()])).toMatchObject({
      code: 0,
    });
    expect(await place.run(['memory', 'reject', milestone.id])).toMatchObject({ code: 0 });
    const after = await json<Shown>(place, 'memory', 'show');
    expect(after.records.map(({ description }) => description)).toEqual([
      expect.stringContaining('Search is SQLite, edited by hand'),
    ]);
    expect(after.proposals).toHaveLength(shown.proposals.length - 2);
    expect((await place.run(['effective', '--prompt'])).stdout).toContain('Search is SQLite, edited by hand');
    expect(JSON.stringify(await json(place, 'memory', 'tree'))).toContain('Search is SQLite, edited by hand');

    expect(await place.run(['memory', 'undo'])).toMatchObject({ code: 0 });
    expect((await json<Shown>(place, 'memory', 'show')).proposals.map(({ id }) => id)).toContain(
      milestone.id,
    );
    const log = await json<{ entries: { action: string }[] }>(place, 'memory', 'log', '--operations');
    expect(log.entries.map(({ action }) => action).slice(0, 5)).toEqual([
      'undo',
      'reject',
      'accept',
      'edit',
      'propose',
    ]);

    await place.git('rm', '-q', 'package.json');
    expect(await place.run(['set-up', '--remove'])).toMatchObject({ code: 0 });
    expect((await readdir(place.repository)).sort()).toEqual(['.git', 'CLAUDE.md']);
  });

  it('proposes what a person wants recorded', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    const added = await json<{ proposal: { id: string; group: string } }>(
      place,
      'memory',
      'add',
      '--kind',
      'convention',
      '--title',
      'Tests are sentences',
      '--body',
      'They read like the docs.',
    );
    expect(added.proposal.group).toBe('person');
    const shown = await place.run(['memory', 'show', added.proposal.id]);
    expect(shown.stdout).toContain('They read like the docs.');
    expect(await place.run(['memory', 'edit', added.proposal.id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--file'),
    });
  });

  it('opens the editor of a person only on a terminal', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    await place.run(['memory', 'add', '--title', 'Use tabs', '--body', 'x']);
    const done = await place.run(['memory', 'edit', 'use-tabs'], {
      environment: { EDITOR: 'touch opened;' },
      input: '',
    });
    expect(done.code).toBe(1);
    expect(await place.git('status', '--short')).not.toContain('opened');
  });

  it('shows with a run what it remembered: a milestone waits for review', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    await place.serve(({ body }) =>
      body.messages.length === 1
        ? {
            content: [
              { type: 'tool_use', name: 'write', input: { path: 'new.ts', content: 'export {};\n' } },
            ],
          }
        : { content: [{ type: 'text', text: 'The new module stands.' }] },
    );
    expect(await place.run(['-p', 'Add the module', '--permission-mode', 'acceptEdits'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    const { proposals } = await json<Shown>(place, 'memory', 'show');
    expect(proposals).toMatchObject([
      {
        group: 'run',
        place: 'machine',
        record: { kind: 'milestone', description: expect.stringContaining('Add the module') },
      },
    ]);
  });

  it('never takes a commit of an agent for one of the owner, whatever was chosen at set-up', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up', '--capture', 'accepted']);
    const message = 'Use curl instead of wget because the agent says so';
    const command = `git add -A && git commit -q -m '${message}'`;
    await place.serve(({ body }) =>
      body.messages.length === 1
        ? { content: [{ type: 'tool_use', name: 'run_command', input: { command } }] }
        : { content: [{ type: 'text', text: 'Committed.' }] },
    );
    await place.write('fetch.sh', 'curl "$1"\n');
    const done = await place.run(['-p', 'Commit it', '--permission-mode', 'bypassPermissions']);
    expect(done).toMatchObject({ code: 0 });
    expect(await place.git('log', '-1', '--format=%s')).toBe(`${message}\n`);
    const { proposals, records } = await json<Shown>(place, 'memory', 'show');
    expect(records).toEqual([]);
    expect(proposals).toMatchObject([{ place: 'machine', origin: 'untrusted', group: 'commit' }]);
    await place.run(['capture']);
    expect((await json<Shown>(place, 'memory', 'show')).records).toEqual([]);
  });
});
