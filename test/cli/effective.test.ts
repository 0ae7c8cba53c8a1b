import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects } from '../../src/memory/hierarchy/hierarchy.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

interface Effective {
  readonly version: number;
  readonly dialect: string;
  readonly cwd: string;
  readonly activeFile?: string;
  readonly files: readonly (Readonly<Record<string, unknown>> & { readonly path: string })[];
  readonly tokens: number;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  readonly repeats: readonly { readonly path: string; readonly line?: number; readonly text: string }[];
  readonly conflicts: readonly unknown[];
}

/** Paths of what loads, relative to the repository where they stand in it. */
function loaded(place: CliPlace, { files }: Effective): readonly string[] {
  return files.flatMap(({ path, loaded: isLoaded }) =>
    isLoaded ? [path.replace(`${place.repository}/`, '')] : [],
  );
}

async function makePlace(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.write('CLAUDE.md', '# Demo\n\n- Answer briefly.\n\n@docs/a.md\n@docs/gone.md\n');
  await place.write('docs/a.md', '# A\n\n- Imported.\n');
  await place.write('AGENTS.md', '# Agents\n');
  await place.write('.claude/rules/src.md', '---\npaths: src/**\n---\n\n- Typed.\n');
  await place.write('src/CLAUDE.md', '- Nested.\n');
  await place.write('src/a.ts', 'export {};\n');
  return place;
}

describe('varve effective --json', () => {
  it('has every candidate in load order, and nothing but what its page names', async () => {
    const place = await makePlace();
    const at = (path: string) => join(place.repository, path);
    const shown = await json<Effective>(place, 'effective');
    expect(Object.keys(shown)).toEqual([
      'version',
      'dialect',
      'cwd',
      'files',
      'tokens',
      'problems',
      'repeats',
      'conflicts',
    ]);
    expect(shown).toMatchObject({ dialect: 'claude-code', cwd: place.repository });
    expect(loaded(place, shown)).toEqual(['CLAUDE.md', 'docs/a.md']);
    const file = (path: string) => shown.files.find((one) => one.path === at(path));
    expect(file('docs/a.md')).toEqual({
      path: at('docs/a.md'),
      kind: 'project',
      reason: 'imported by CLAUDE.md',
      parent: at('CLAUDE.md'),
      state: 'loaded',
      trigger: 'start',
      loaded: true,
      bytes: 17,
      tokens: expect.any(Number),
    });
    const agents = file('AGENTS.md');
    expect(agents).toMatchObject({ state: 'skipped', loaded: false, tokens: 0 });
    expect(agents?.['skipped']).toBe(agents?.['reason']);
    expect(file('.claude/rules/src.md')).toMatchObject({
      kind: 'rules',
      state: 'on-demand',
      trigger: 'read',
      loaded: false,
      globs: ['src/**'],
    });
    expect(shown.tokens).toBe(
      shown.files.reduce((sum, one) => sum + (one['loaded'] ? Number(one['tokens']) : 0), 0),
    );
    expect(shown.problems).toEqual([
      { path: at('CLAUDE.md'), message: expect.stringContaining('docs/gone.md') },
    ]);
  });

  it('adds what a file in work calls for, found here or in the folder of the session', async () => {
    const place = await makePlace();
    for (const cwd of [place.repository, join(place.repository, 'src'), place.home]) {
      const file = cwd === join(place.repository, 'src') ? 'a.ts' : 'src/a.ts';
      const done = await place.run(['effective', file, '--cwd', place.repository, '--json'], { cwd });
      const shown = JSON.parse(done.stdout) as Effective;
      expect(shown.activeFile).toBe(join(place.repository, 'src/a.ts'));
      expect(loaded(place, shown)).toEqual(
        expect.arrayContaining(['CLAUDE.md', 'docs/a.md', '.claude/rules/src.md', 'src/CLAUDE.md']),
      );
    }
  });

  it('answers for an agent that is started in a folder of the repository', async () => {
    const place = await makePlace();
    await mkdir(join(place.repository, 'src/deep'));
    const shown = await json<Effective>(place, 'effective', '--cwd', 'src/deep');
    expect(shown.cwd).toBe(join(place.repository, 'src/deep'));
    expect(loaded(place, shown)).toEqual(['CLAUDE.md', 'src/CLAUDE.md']);
    // An import from above the folder where the session starts is one from outside.
    expect(shown.files.find(({ path }) => path.endsWith('docs/a.md'))).toMatchObject({ state: 'skipped' });
    const linked = join(place.home, 'link');
    await symlink(join(place.repository, 'src/deep'), linked);
    expect((await json<Effective>(place, 'effective', '--cwd', linked)).files).toEqual(shown.files);
  });

  it('says what repeats', async () => {
    const place = await makePlace();
    const entry = '- Every commit message names the ticket it belongs to, in brackets.\n';
    await place.write('CLAUDE.md', `# Demo\n\n@docs/a.md\n\n${entry}`);
    await place.write('docs/a.md', `# A\n\n${entry}`);
    const { repeats } = await json<Effective>(place, 'effective');
    expect(repeats.length).toBeGreaterThan(0);
    expect(repeats[0]?.text).toMatch(/\S/);
    expect(repeats[0]?.line).toBeGreaterThan(0);
    expect((await place.run(['effective'])).stdout).toContain('## Repeats and conflicts');
  });
});

describe('varve effective --dialect', () => {
  it('answers for each program that is known', async () => {
    const place = await makePlace();
    for (const dialect of dialects) {
      const shown = await json<Effective>(place, 'effective', '--dialect', dialect);
      expect(shown.dialect).toBe(dialect);
    }
  });

  it('names all of them where one is not known', async () => {
    const place = await makePlace();
    expect(await place.run(['effective', '--dialect', 'emacs'])).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr:
        'There is no dialect "emacs". The dialects are claude-code, agents-md, copilot, cursor, windsurf, cline, gemini, codex.\n',
    });
  });
});

it('takes one file', async () => {
  const place = await makePlace();
  expect(await place.run(['effective', 'CLAUDE.md', 'AGENTS.md'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('"AGENTS.md" is one too many'),
  });
});

describe('varve effective --explain', () => {
  it('says why a file does not load, as text and as data', async () => {
    const place = await makePlace();
    const said = await place.run(['effective', '--explain', 'AGENTS.md']);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toContain('# Why `AGENTS.md` does not load');
    expect(said.stdout).toContain('## What would make it load');
    const data = await json<Record<string, unknown>>(place, 'effective', '--explain', 'AGENTS.md');
    expect(data).toMatchObject({ state: 'skipped', what: 'file', path: join(place.repository, 'AGENTS.md') });
  });

  it('answers for a file that is no memory, one that is not there, and a folder', async () => {
    const place = await makePlace();
    const state = async (path: string) =>
      (await json<{ state: string }>(place, 'effective', '--explain', path)).state;
    expect(await state('src/a.ts')).toBe('not-read');
    expect(await state('nowhere.md')).toBe('not-read');
    expect((await place.run(['effective', '--explain', '.'])).stdout).toMatch(
      /\| `docs\/a\.md` *\| Loads +\| /,
    );
  });
});

describe('where two known projects come into question', () => {
  it('answers all the same: what loads does not depend on it', async () => {
    const place = await makePlace();
    await place.git('add', '.');
    await place.git('commit', '-q', '-m', 'More');
    expect(await place.run(['set-up', '--private'])).toMatchObject({ code: 0 });
    const copy = join(place.home, 'copy');
    await place.git('clone', '-q', place.repository, copy);
    const doubted = await place.run(['memory', 'tree'], { cwd: copy });
    expect(doubted).toMatchObject({ code: 1, stderr: expect.stringContaining('VARVE_PROJECT=new') });
    expect(await place.run(['effective', '--json'], { cwd: copy })).toMatchObject({ code: 0, stderr: '' });
  });
});
