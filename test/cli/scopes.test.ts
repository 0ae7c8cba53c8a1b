import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectSlug } from '../../src/memory/hierarchy/places.ts';
import type { OutlineNode } from '../../src/memory/outline/outline.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const rules = '# Demo\n\n## Style\n\n- Use tabs.\n- Short names.\n\n## Tests\n\n- Run them.\n';

async function makePlace(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.write('CLAUDE.md', rules);
  return place;
}

function flat(nodes: readonly OutlineNode[]): readonly OutlineNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

const read = (place: CliPlace, path: string): Promise<string> =>
  readFile(join(place.repository, path), 'utf8');

describe('varve memory move', () => {
  it('shows the diff first and writes nothing, then moves, then is taken back', async () => {
    const place = await makePlace();
    const words = ['memory', 'move', 'CLAUDE.md:5', '--to', 'user'];
    const dry = await place.run([...words, '--dry-run']);
    expect(dry.stdout).toContain('--- a/CLAUDE.md');
    expect(dry.stdout).toContain('+++ b/~/.claude/CLAUDE.md');
    expect(dry.stderr).toBe('Move "Use tabs." to ~/.claude/CLAUDE.md: nothing was written.\n');
    expect(await read(place, 'CLAUDE.md')).toBe(rules);

    const done = await place.run(words);
    const user = join(place.home, '.claude', 'CLAUDE.md');
    expect(done).toMatchObject({ code: 0, stdout: `${user}:1\n` });
    expect(await readFile(user, 'utf8')).toBe('- Use tabs.\n');
    expect(await read(place, 'CLAUDE.md')).toBe(rules.replace('- Use tabs.\n', ''));

    expect((await place.run(['memory', 'undo'])).stdout).toBe(
      'Undone: CLAUDE.md\nUndone: ~/.claude/CLAUDE.md\n',
    );
    expect(await read(place, 'CLAUDE.md')).toBe(rules);
    await expect(readFile(user)).rejects.toThrow(/ENOENT/);
  });

  it('takes the ids of tree --json, several at once, and a folder, a section or an entry as the place', async () => {
    const place = await makePlace();
    await mkdir(join(place.repository, 'src'));
    const { outline } = await json<{ outline: readonly OutlineNode[] }>(place, 'memory', 'tree');
    const idOf = (label: string): string => flat(outline).find((node) => node.label === label)!.id;
    const entryId = /entry\.([0-9a-f]{12})/.exec(idOf('Run them.'))![1]!;
    const moved = await json<{ applied: boolean; path: string; lines: readonly number[] }>(
      place,
      ...['memory', 'move', idOf('Style'), entryId, '--to', 'src'],
    );
    expect(moved).toMatchObject({
      applied: true,
      path: join(place.repository, 'src/CLAUDE.md'),
      lines: [0, 5],
    });
    expect(await read(place, 'src/CLAUDE.md')).toBe(
      '## Style\n\n- Use tabs.\n- Short names.\n\n- Run them.\n',
    );
    expect(await read(place, 'CLAUDE.md')).toBe('# Demo\n\n## Tests\n');
    const back = ['memory', 'move', 'src/CLAUDE.md:6', '--to', 'CLAUDE.md', '--section', 'Tests'];
    expect((await place.run(back)).code).toBe(0);
    expect(await read(place, 'CLAUDE.md')).toBe('# Demo\n\n## Tests\n\n- Run them.\n');
    const behind = ['memory', 'move', 'src/CLAUDE.md:3', '--to', 'project', '--after', 'CLAUDE.md:5'];
    expect((await place.run(behind)).code).toBe(0);
    expect(await read(place, 'CLAUDE.md')).toBe('# Demo\n\n## Tests\n\n- Run them.\n- Use tabs.\n');
  });

  it('says what is wrong and does nothing', async () => {
    const place = await makePlace();
    const said = async (...args: string[]): Promise<string> => {
      const done = await place.run(['memory', ...args]);
      expect([args, done.code, done.stdout]).toEqual([args, 1, '']);
      return done.stderr;
    };
    expect(await said('move')).toMatch(/Say which entries/);
    expect(await said('move', 'CLAUDE.md:5')).toMatch(/Say where to/);
    expect(await said('move', 'CLAUDE.md:4', '--to', 'user')).toMatch(
      /No entry and no heading stands on line 4/,
    );
    expect(await said('move', 'nowhere', '--to', 'user')).toMatch(/names no entry/);
    expect(await said('move', 'CLAUDE.md:5', '--to', 'src/a.ts')).toMatch(/not a memory file/);
    expect(await said('move', 'CLAUDE.md:5', '--to', 'user', '--after', 'CLAUDE.md:3')).toMatch(
      /is a heading/,
    );
    expect(await said('create', 'CLAUDE.md')).toMatch(/is there already/);
    expect(await said('create', 'x.md', '--paths', '**/*.ts')).toMatch(/--paths is for a rule/);
    expect(await said('promote', 'CLAUDE.md')).toMatch(/moved, not promoted/);
    expect(await said('undo', '--dry-run')).toMatch(/nothing was done/);
    expect(await read(place, 'CLAUDE.md')).toBe(rules);
  });
});

it('varve memory create makes a rule with its patterns, and a local file kept out of git', async () => {
  const place = await makePlace();
  const rule = ['memory', 'create', '.claude/rules/ui.md', '--paths', 'src/**/*.tsx'];
  const dry = await place.run([...rule, '--dry-run']);
  expect(dry.stdout).toContain('+  - "src/**/*.tsx"');
  expect((await place.run(rule)).code).toBe(0);
  expect(await read(place, '.claude/rules/ui.md')).toBe('---\npaths:\n  - "src/**/*.tsx"\n---\n\n# ui\n\n');
  expect((await place.run(['memory', 'create', 'local'])).stderr).toMatch(
    /Note: git would show CLAUDE\.local\.md/,
  );
  expect((await place.run(['memory', 'undo'])).code).toBe(0);
  expect((await place.run(['memory', 'create', 'local', '--exclude'])).stderr).not.toMatch(/Note/);
  expect(await place.git('status', '--porcelain', '-uall')).not.toContain('CLAUDE.local.md');
});

it('varve memory promote proposes what Claude Code keeps, and leaves it', async () => {
  const place = await makePlace();
  const topic = join(place.home, '.claude', 'projects', projectSlug(place.repository), 'memory', 'docker.md');
  await mkdir(dirname(topic), { recursive: true });
  const text =
    '---\nname: docker\ndescription: Tests need Docker\nmetadata:\n  type: feedback\n---\nStart it.\n';
  await writeFile(topic, text);
  const dry = await place.run(['memory', 'promote', topic, '--dry-run']);
  expect(dry.stdout).toBe('convention: Tests need Docker\n\nStart it.\n');
  expect((await json<{ proposals: unknown[] }>(place, 'memory', 'show')).proposals).toEqual([]);
  const done = await place.run(['memory', 'promote', topic, '--kind', 'gotcha']);
  expect(done.stdout).toMatch(/gotcha {5}Tests need Docker {2}\(other agent, on this machine\)/);
  const id = done.stdout.slice(0, 6);
  expect((await place.run(['memory', 'accept', id])).code).toBe(0);
  expect(await readFile(topic, 'utf8')).toBe(text);
});
