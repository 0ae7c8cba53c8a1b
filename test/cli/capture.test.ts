import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotTree } from '../fakes/snapshot-tree.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;

beforeAll(async () => {
  cli = await buildCli();
});

afterAll(() => cli.dispose());

interface Report {
  readonly commits: number;
  readonly proposals: readonly {
    readonly id: string;
    readonly title: string;
    readonly status?: string;
    readonly supersedes?: readonly string[];
    readonly evidence: { readonly commit: string; readonly paths: readonly string[] };
  }[];
}

async function placeWithDecisions(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.write('docs/adr/0001-mysql.md', adr('1. Use MySQL', 'Accepted'));
  await place.git('add', '.');
  await place.git('commit', '-q', '-m', 'Decide on the database');
  await place.write('docs/adr/0001-mysql.md', adr('1. Use MySQL', 'Superseded by [2](0002-postgresql.md)'));
  await place.write('docs/adr/0002-postgresql.md', adr('2. Use PostgreSQL', 'Accepted'));
  await place.git('add', '.');
  await place.git('commit', '-q', '-m', 'Change the database');
  return place;
}

function adr(title: string, status: string): string {
  return `# ${title}\n\n## Status\n\n${status}\n\n## Context\n\nWe need one.\n\n## Decision\n\nThis one, because it is known.\n`;
}

describe('varve capture', () => {
  it('shows in a dry run, without set-up, what it would propose and writes nothing anywhere', async () => {
    const place = await placeWithDecisions();
    const before = [await snapshotTree(place.repository), await snapshotTree(place.home)];
    await mkdir(join(place.home, 'elsewhere'));
    const done = await place.run(['capture', '--dry-run', '--json', '--repo', place.repository], {
      cwd: join(place.home, 'elsewhere'),
    });
    const report = JSON.parse(done.stdout) as Report;
    expect(done.code).toBe(0);
    expect(Object.keys(report)).toEqual([
      'version',
      'commits',
      'proposals',
      'passedOver',
      'refused',
      'problems',
      'dryRun',
    ]);
    const [old, now] = report.proposals;
    expect(report.proposals).toMatchObject([
      {
        kind: 'decision',
        title: 'Use MySQL',
        status: 'superseded',
        why: 'It is known.',
        rule: 'decision-document',
      },
      {
        title: 'Use PostgreSQL',
        status: 'accepted',
        supersedes: [old?.id],
        evidence: { paths: ['docs/adr/0002-postgresql.md'] },
        anchors: [{ path: 'docs/adr/0002-postgresql.md' }],
      },
    ]);
    expect(now?.evidence.commit).toBe((await place.git('rev-parse', 'HEAD')).trim());
    await rm(join(place.home, 'elsewhere'), { recursive: true });
    expect([await snapshotTree(place.repository), await snapshotTree(place.home)]).toEqual(before);
    await expect(snapshotTree(place.varveHome)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('asks for set-up before it writes', async () => {
    const place = await placeWithDecisions();
    expect(await place.run(['capture'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Memory is not set up here') as string,
    });
  });

  it('looks at the range it is told and says where a revision is not there', async () => {
    const place = await placeWithDecisions();
    const range = await place.run([
      'capture',
      '--dry-run',
      '--json',
      '--since',
      'HEAD~2',
      '--until',
      'HEAD~1',
    ]);
    expect((JSON.parse(range.stdout) as Report).proposals.map(({ title }) => title)).toEqual(['Use MySQL']);
    for (const option of ['--since', '--until']) {
      const wrong = await place.run(['capture', '--dry-run', option, 'nowhere']);
      expect(wrong).toMatchObject({ code: 1, stdout: '' });
      expect(wrong.stderr).toContain('There is no commit "nowhere" in this repository.');
    }
    expect(await place.run(['capture', '--dry-run', '--repo', 'nowhere'])).toMatchObject({
      code: 1,
      stderr: 'There is no directory "nowhere".\n',
    });
  });

  it('brings a proposal up to date with what a later commit says', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    await place.write('docs/adr/0001-mysql.md', adr('1. Use MySQL', 'Proposed'));
    await place.git('add', '.');
    await place.git('commit', '-q', '-m', 'Propose');
    const first = JSON.parse((await place.run(['capture', '--json'])).stdout) as Report;
    await place.write('docs/adr/0001-mysql.md', adr('1. Use MySQL 8', 'Accepted'));
    await place.git('add', 'docs');
    await place.git('commit', '-q', '-m', 'Accept');
    const second = JSON.parse((await place.run(['capture', '--json'])).stdout) as Report;
    expect(first.proposals).toMatchObject([{ title: 'Use MySQL', status: 'proposed' }]);
    expect(second.proposals).toMatchObject([
      { id: first.proposals[0]?.id, title: 'Use MySQL 8', status: 'accepted' },
    ]);
    const shown = JSON.parse((await place.run(['memory', 'show', '--json'])).stdout) as {
      proposals: { id: string; record: { description: string } }[];
    };
    expect(shown.proposals.map(({ record }) => record.description)).toEqual(['Use MySQL 8; it is known']);
  });
});
