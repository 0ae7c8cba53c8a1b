import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectSlug } from '../../src/memory/hierarchy/places.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

describe('varve memory foreign', () => {
  it('shows what Claude Code wrote since the last look, keeps one and takes another back', async () => {
    const place = await makeCliPlace(cli.path);
    expect((await place.run(['memory', 'foreign'])).stderr).toMatch(/^Memory is not set up here/);
    await place.run(['set-up']);
    expect((await place.run(['memory', 'foreign'])).stderr).toMatch(/^No other program wrote/);
    const directory = join(place.home, '.claude', 'projects', projectSlug(place.repository), 'memory');
    await mkdir(directory, { recursive: true });
    const token = ['gh', 'p_', 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzAbC'].join('');
    await writeFile(join(directory, 'MEMORY.md'), `- the token is ${token}\n`);
    await place.write('CLAUDE.md', '# Demo\n\n- Answer at length.\n');

    const shown = await place.run(['memory', 'foreign']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^\w{6} {2}created by Claude Code: ~\/\.claude\/.*MEMORY\.md/m);
    expect(shown.stdout).toMatch(/^\w{6} {2}changed by another program: CLAUDE\.md/m);
    expect(shown.stdout).toContain('-- Answer briefly.\n+- Answer at length.\n');
    expect(shown.stdout).toContain('Line 1 holds what looks like a secret (github-token).');
    expect(shown.stdout).not.toContain(token);

    const { writes } = await json<{ writes: readonly { id: string; label: string }[] }>(
      place,
      'memory',
      'foreign',
    );
    const idOf = (label: RegExp) => writes.find((write) => label.test(write.label))?.id ?? '';
    expect((await place.run(['memory', 'keep', idOf(/MEMORY/).slice(-6)])).stdout).toMatch(
      /Kept: ~\/\.claude/,
    );
    expect((await place.run(['memory', 'take-back', idOf(/^CLAUDE/)])).stdout).toMatch(
      /Taken back: CLAUDE\.md/,
    );
    expect(await readFile(join(place.repository, 'CLAUDE.md'), 'utf8')).toBe('# Demo\n\n- Answer briefly.\n');
    expect(await place.run(['memory', 'take-back', '--all'])).toMatchObject({
      code: 1,
      stderr: 'No write of another program waits here.\n',
    });
    expect((await place.run(['memory', 'undo'])).code).toBe(0);
    expect(await readFile(join(place.repository, 'CLAUDE.md'), 'utf8')).toContain('at length');
  });
});
