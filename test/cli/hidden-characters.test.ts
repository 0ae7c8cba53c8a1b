import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUlid } from '../../src/base/ids.ts';
import { projectSlug } from '../../src/memory/hierarchy/places.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

/** Raw control characters, what reorders text, what has no width. Line feed and tab are how lines and columns are made. */
const forbidden =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/u;

const evil = [
  ...[
    '\u001B[2J',
    '\u001B]0;title\u0007',
    '\u001B[1A\u001B[2K',
    '\r',
    '\u0008\u0008',
    '\u0007',
    '\u009B31m',
    '\u007F',
  ],
  ...[
    '\u202E',
    '\u2066',
    '\u2069',
    '\u061C',
    '\u200E',
    '\u200B',
    '\u200D',
    '\u2060',
    '\uFEFF',
    '\u{E0041}',
    '\u2028',
  ],
] as const;

const hostile = fc
  .array(
    fc.oneof(fc.constantFrom(...evil), fc.constantFrom('use', ' we ', 'sqlite', '`', '"', "'", ': ', '- ')),
    {
      minLength: 3,
      maxLength: 12,
    },
  )
  .map((parts) => `x${parts.join('')}x`);

/** The same texts every time. */
const texts = fc.sample(hostile, { seed: 20_261_122, numRuns: 60 });
const text = (at: number): string => texts[at % texts.length] ?? 'x';

async function hostilePlace(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.run(['set-up']);
  await place.run(['memory', 'foreign']);
  const proposed = join(place.repository, '.varve', 'proposed');
  await mkdir(proposed, { recursive: true });
  for (let at = 0; at < 25; at++) {
    const id = createUlid(1_700_000_000_000 + at);
    const front = `---\nname: n${at}\ndescription: ${JSON.stringify(`${text(at)}\n${text(at + 1)}`)}\nmetadata:\n  varve_id: ${id}\n  varve_kind: decision\n  varve_status: proposed\n---\n`;
    await writeFile(
      join(proposed, `decision-n${at}-${id.slice(-6).toLowerCase()}.md`),
      `${front}${text(at + 2)}\n`,
    );
    const strings = { source: `commit:${text(at)} <a@b>`, rule: text(at + 1), reason: text(at + 3) };
    const lists = {
      supersedes: [],
      requirements: [],
      anchors: [],
      evidence: [{ patch: 'p', subject: text(at) }],
    };
    await writeFile(join(proposed, `${id}.json`), JSON.stringify({ version: 1, id, ...strings, ...lists }));
  }
  await place.write('CLAUDE.md', `# ${text(1)}\n\n${texts.map((one) => `- ${one}`).join('\n')}\n`);
  const auto = join(place.home, '.claude', 'projects', projectSlug(place.repository), 'memory');
  await mkdir(auto, { recursive: true });
  await writeFile(join(auto, 'MEMORY.md'), texts.map((one) => `- ${one}\n`).join(''));
  for (let at = 0; at < 12; at++) {
    await place.write('note.txt', String(at));
    await place.git('add', '.');
    const message = `Decision: use ${text(at)} sqlite${at}\n\nWe use sqlite${at} ${text(at + 5)} because it is smaller.`;
    await place.git('commit', '-q', '--cleanup=verbatim', '-m', message);
  }
  return place;
}

const commands: readonly (readonly string[])[] = [
  ['memory', 'tree'],
  ['memory', 'show'],
  ['capture', '--dry-run'],
  ['capture'],
  ['memory', 'show'],
  ['memory', 'foreign'],
  ['memory', 'log', '--operations'],
];

describe('what somebody else wrote, in the terminal', () => {
  it('never moves the cursor, hides or reorders, in text and in JSON', { timeout: 120_000 }, async () => {
    const place = await hostilePlace();
    for (const args of commands) {
      for (const words of [args, [...args, '--json']]) {
        const { stdout, stderr } = await place.run(words);
        const line = `${stdout}${stderr}`.split('\n').find((one) => forbidden.test(one));
        expect([words.join(' '), line === undefined ? undefined : JSON.stringify(line)]).toEqual([
          words.join(' '),
          undefined,
        ]);
      }
    }
    const shown = await place.run(['memory', 'show', '--json']);
    const { proposals } = JSON.parse(shown.stdout) as { proposals: readonly { readonly id: string }[] };
    expect(proposals.length).toBeGreaterThan(25);
    for (const { id } of proposals.slice(0, 3)) {
      const { code, stdout, stderr } = await place.run(['memory', 'show', id]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/‹U\+|x/);
      expect(forbidden.test(`${stdout}${stderr}`)).toBe(false);
    }
  });
});
