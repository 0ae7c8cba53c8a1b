import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRules } from '../../src/memory/check/check-rules.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

interface Report {
  readonly version: number;
  readonly root: string;
  readonly files: number;
  readonly fixed: readonly string[];
  readonly problems: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly path: string;
    readonly range?: { readonly start: { readonly line: number; readonly column: number } };
    readonly message: string;
  }[];
}

async function reported(place: CliPlace, ...args: readonly string[]): Promise<Report> {
  return JSON.parse((await place.run(['check', '--json', ...args])).stdout) as Report;
}

describe('varve check', () => {
  it('ends with 0 and says so where nothing is wrong', async () => {
    const place = await makeCliPlace(cli.path);
    expect(await place.run(['check'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '1 memory file looked at: nothing to say.\n',
    });
    expect(await json<Report>(place, 'check')).toMatchObject({
      version: 1,
      root: place.repository,
      files: 1,
      fixed: [],
      problems: [],
    });
  });

  it('ends with 1 for an error and names file, line, column and rule', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('CLAUDE.md', '# Demo\n\nSee @gone.md and `docs/x.md`.\n');
    const done = await place.run(['check']);
    expect(done).toMatchObject({ code: 1, stderr: '1 memory file looked at: 1 error.\n' });
    expect(done.stdout).toMatch(/^CLAUDE\.md\n {2}3:5 +error +Imports “gone\.md”.* {2}broken-import\n$/);
  });

  it('ends with 0 for warnings alone', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('docs/guide.md', 'x');
    await place.write('CLAUDE.md', '# Demo\n\nSee [it](docs/gone.md).\n');
    expect(await place.run(['check'])).toMatchObject({
      code: 0,
      stderr: '1 memory file looked at: 1 warning.\n',
    });
  });

  it('shows what was asked for: by path, by severity, by where the agent starts', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('CLAUDE.md', '# Demo\n\n@gone.md\n');
    await place.write('app/CLAUDE.md', '# App\n\nSee [it](gone-too.md).\n');
    await place.git('add', '.');
    const rules = ({ problems }: Report): readonly string[] => problems.map(({ rule }) => rule);
    expect(rules(await reported(place))).toEqual(['broken-import', 'dead-path']);
    expect(rules(await reported(place, 'app'))).toEqual(['dead-path']);
    expect(rules(await reported(place, './app/CLAUDE.md', 'CLAUDE.md'))).toHaveLength(2);
    expect(rules(await reported(place, 'ap'))).toEqual([]);
    expect(rules(await reported(place, '--severity', 'error'))).toEqual(['broken-import']);
    expect((await place.run(['check', 'app'])).code).toBe(0);
    expect((await place.run(['check', '--severity', 'error', 'app'])).stdout).toBe('');
    expect(rules(await reported(place, '--cwd', 'app'))).toEqual(['broken-import', 'dead-path']);
  });

  it.each([
    [['check', '--severity', 'bad'], '--severity is error, warning or info, not "bad".\n'],
    [['check', '--fixx'], 'There is no option --fixx here. Did you mean --fix?\n'],
  ])('answers %j with a sentence', async (args, stderr) => {
    const place = await makeCliPlace(cli.path);
    expect(await place.run(args)).toMatchObject({ code: 1, stdout: '', stderr });
  });

  it('writes nothing for looking, and colours only when told to', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('CLAUDE.md', '@gone.md\n');
    await place.git('commit', '-qam', 'Next');
    const done = await place.run(['check'], { environment: { FORCE_COLOR: '1', NO_COLOR: '' } });
    expect(done.stdout).toContain('\u001b[31m');
    expect((await place.run(['check', '--fix'])).code).toBe(1);
    expect(await place.git('status', '--short')).toBe('');
  });

  it('shows no control character of a name or a text', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('evil\u001b[2J/CLAUDE.md', '# A\n\nText\u202e and [x](gone\u001b.md) @gone.md\n');
    await place.git('add', '.');
    const done = await place.run(['check']);
    expect(done.code).toBe(1);
    expect(done.stdout + done.stderr).not.toMatch(/[\u001b\u202e]/);
  });

  it('makes the index and the delivery file anew with --fix, says it, and undo takes it back', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    const added = await json<{ proposal: { id: string } }>(
      place,
      'memory',
      'add',
      '--title',
      'Use SQLite for search',
      '--body',
      'It is small.',
    );
    await place.run(['memory', 'accept', added.proposal.id]);
    expect((await place.run(['check'])).code).toBe(0);
    const index = join(place.repository, '.varve/memory/MEMORY.md');
    const good = await readFile(index, 'utf8');
    const bad = `<<<<<<< ours\n${good}=======\n${good}>>>>>>> theirs\n`;
    await writeFile(index, bad);
    expect(await place.run(['check'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('index-out-of-step'),
    });
    const fixed = await place.run(['check', '--fix']);
    expect(fixed).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Made anew: .varve/memory/MEMORY.md'),
    });
    expect(await readFile(index, 'utf8')).toBe(good);
    expect(await reported(place, '--fix')).toMatchObject({ fixed: [], problems: [] });
    expect((await place.run(['memory', 'undo'])).code).toBe(0);
    expect(await readFile(index, 'utf8')).toBe(bad);
    expect(await reported(place, '--fix')).toMatchObject({ fixed: ['.varve/memory/MEMORY.md'] });
  });
});

// The required properties and value sets of the OASIS schema sarif-schema-2.1.0.json that a log of ours touches.
interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly SarifRule[] } };
    readonly columnKind: string;
    readonly results: readonly SarifResult[];
  }[];
}
interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string };
  readonly defaultConfiguration: { readonly level: string };
}
interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
      readonly region: Readonly<Record<string, number>>;
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly relatedLocations?: readonly { readonly id: number; readonly message: { readonly text: string } }[];
}

async function sarif(place: CliPlace): Promise<Sarif> {
  const done = await place.run(['check', '--sarif']);
  return JSON.parse(done.stdout) as Sarif;
}

describe('varve check --sarif', () => {
  it('is SARIF 2.1.0: every required property, values of the standard only', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('CLAUDE.md', '# Demo\n\n@gone.md [x](a%20b/gone.md)\n\n- Use npm\n- Use pnpm\n');
    await place.write('süd app/CLAUDE.md', '# App\n\n@gone.md\n');
    await place.git('add', '.');
    const log = await sarif(place);
    expect(log).toMatchObject({
      $schema: expect.stringMatching(/^https:.*sarif.*2\.1\.0/),
      version: '2.1.0',
    });
    const [run, ...others] = log.runs;
    expect(others).toEqual([]);
    expect(run?.tool.driver.name).toBe('varve');
    expect(run?.columnKind).toBe('utf16CodeUnits');
    const rules = run?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(checkRules.map(({ name }) => name));
    for (const rule of rules) {
      expect(rule.shortDescription.text).toMatch(/\.$/);
      expect(rule.help.text.length).toBeGreaterThan(40);
      expect(['none', 'note', 'warning', 'error']).toContain(rule.defaultConfiguration.level);
    }
    expect(run?.results.map(({ ruleId }) => ruleId).sort()).toEqual([
      'broken-import',
      'broken-import',
      'contradiction',
      'dead-path',
    ]);
    for (const result of run?.results ?? []) {
      expect(rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(['none', 'note', 'warning', 'error']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      const { artifactLocation, region } = result.locations[0]!.physicalLocation;
      expect(artifactLocation.uriBaseId).toBe('%SRCROOT%');
      expect(artifactLocation.uri).toMatch(/^[A-Za-z0-9._~%/-]+$/);
      for (const name of ['startLine', 'startColumn', 'endLine', 'endColumn'])
        expect(region[name]).toBeGreaterThanOrEqual(1);
      expect(Object.values(result.partialFingerprints)).toEqual([
        expect.stringMatching(/^[0-9a-f]{32}:\d+$/),
      ]);
    }
    expect(
      run?.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri),
    ).toContain('s%C3%BCd%20app/CLAUDE.md');
    const first = run?.results.find(({ ruleId }) => ruleId === 'broken-import')?.locations[0]
      ?.physicalLocation;
    expect(first).toMatchObject({
      artifactLocation: { uri: 'CLAUDE.md' },
      region: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 9 },
    });
    expect(run?.results.find(({ ruleId }) => ruleId === 'contradiction')?.relatedLocations).toMatchObject([
      { id: 1, physicalLocation: { region: { startLine: 5 } } },
    ]);
  });

  it('keeps the fingerprint of a problem when lines above it come, and has one for each', async () => {
    const place = await makeCliPlace(cli.path);
    const prints = async (): Promise<readonly string[]> =>
      ((await sarif(place)).runs[0]?.results ?? []).flatMap(({ partialFingerprints }) =>
        Object.values(partialFingerprints),
      );
    await place.write('CLAUDE.md', '@gone.md\n\n@other.md\n\n@gone.md\n');
    const before = await prints();
    expect(new Set(before).size).toBe(3);
    await place.write('CLAUDE.md', '# New\n\nMore.\n\n@gone.md\n\n@other.md\n\n@gone.md\n');
    expect(await prints()).toEqual(before);
  });

  it('never holds a secret', async () => {
    const place = await makeCliPlace(cli.path);
    const token = ['ghp', 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL3nR6'].join('_');
    await place.write(
      'CLAUDE.md',
      `# Demo\n\n- Push with ${token} every day and night\n- Never push with ${token} every day and night\n`,
    );
    for (const args of [['check'], ['check', '--json'], ['check', '--sarif']]) {
      const done = await place.run(args);
      expect(done.code).toBe(1);
      expect(done.stdout + done.stderr).not.toContain(token);
      expect(done.stdout).toContain('secret');
    }
  });
});
