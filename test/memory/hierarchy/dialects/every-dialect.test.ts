import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { dialects } from '../../../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../../../src/memory/hierarchy/read-hierarchy.ts';
import { arbitraryMarkdown } from '../../file/arbitrary-markdown.ts';
import { makeTree, type Tree } from '../tree.ts';
import { expectSound } from './dialect-cases.ts';

const trees: Tree[] = [];
afterEach(async () => {
  await Promise.all(trees.splice(0).map((made) => made.remove()));
});

/** Every place that some program reads, in the workspace and outside it. */
const inside = [
  'AGENTS.md',
  'AGENTS.override.md',
  'AGENTS.local.md',
  'CLAUDE.md',
  'CLAUDE.local.md',
  'GEMINI.md',
  '.cursorrules',
  '.windsurfrules',
  '.clinerules',
  '.clinerules/a.md',
  '.claude/CLAUDE.md',
  '.claude/rules/a.md',
  '.github/copilot-instructions.md',
  '.github/instructions/a.instructions.md',
  '.cursor/rules/a.mdc',
  '.cursor/rules/deep/b.mdc',
  '.windsurf/rules/a.md',
  '.devin/rules/a.md',
  '.gemini/settings.json',
];
const outside = [
  'AGENTS.md',
  'CLAUDE.md',
  'GEMINI.md',
  '.git/HEAD',
  'home/.claude/CLAUDE.md',
  'home/.claude/rules/a.md',
  'home/.codex/AGENTS.md',
  'home/.codex/config.toml',
  'home/.gemini/GEMINI.md',
  'home/.gemini/settings.json',
  'home/.copilot/copilot-instructions.md',
  'home/.copilot/instructions/a.instructions.md',
  'home/.codeium/windsurf/memories/global_rules.md',
  'home/Documents/Cline/Rules/a.md',
  'home/.agents/AGENTS.md',
  'managed/CLAUDE.md',
];
const everyPlace = [...inside.flatMap((path) => [`repo/${path}`, `repo/sub/${path}`]), ...outside];

const contents = fc.oneof(
  arbitraryMarkdown,
  fc.constantFrom(
    '',
    '---\ntrigger: glob\nglobs: **/*.ts\npaths: [a, 3, null]\napplyTo: {x: y}\nalwaysApply: true\n---\nx',
    '@./AGENTS.md @../AGENTS.md @GEMINI.md @/etc/hostname @.',
    '{"context": {"fileName": ["../x", 3, "GEMINI.md"], "memoryBoundaryMarkers": "x"}, "contextFileName": []}',
    'project_doc_fallback_filenames = ["../CLAUDE.md", ""]\nproject_doc_max_bytes = 7\n',
    'project_root_markers = [\n',
    '-> .',
    '-> ..',
    '-> AGENTS.md',
    '-> ../AGENTS.md',
    '-> /dev/null',
    '-> nowhere',
  ),
);

describe('every program', () => {
  test('reads any tree without a throw, each file once, in the same way twice', async () => {
    const tree = fc.uniqueArray(fc.tuple(fc.constantFrom(...everyPlace), contents), {
      maxLength: 14,
      selector: ([path]) => path,
    });
    const uses = fc.record({
      cwd: fc.constantFrom('repo', 'repo/sub', 'gone'),
      active: fc.constantFrom(undefined, 'repo/sub/x.ts', 'repo/sub/deep/y.ts', 'home/z', 'repo'),
      trusted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(tree, uses, async (entries, { cwd, active, trusted }) => {
        const files = entries.filter(([path]) => !entries.some(([other]) => path.startsWith(`${other}/`)));
        const made = await makeTree(Object.fromEntries(files));
        trees.push(made);
        for (const dialect of dialects) {
          made.opened.length = 0;
          const input = made.input({
            dialect,
            cwd: made.at(cwd),
            trusted,
            knownNested: files.map(([path]) => made.at(path)),
            ...(active === undefined ? {} : { activeFile: made.at(active) }),
          });
          const reading = await readHierarchy(input);
          expect(made.opened).toEqual([...new Set(made.opened)]);
          if (dialect !== 'claude-code') expectSound(reading);
          expect((await readHierarchy(input)).hierarchy).toEqual(reading.hierarchy);
        }
        await made.remove();
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test.each(dialects)(
    '%s in Restricted Mode opens and lists nothing outside the workspace',
    async (dialect) => {
      const places = everyPlace.filter((path) => !path.includes('.clinerules/'));
      const text = '---\ntrigger: always_on\nalwaysApply: true\n---\n@../../outside.md @/etc/hostname\n';
      const made = await makeTree({
        ...Object.fromEntries(places.map((path) => [path, `${text}${path}`])),
        'outside.md': 'secret',
        'repo/.cursor/rules/link.mdc': '-> ../../../outside.md',
        'repo/.github/instructions/dir': '-> ../../../home',
        'repo/linked/AGENTS.md': '-> ../../outside.md',
      });
      trees.push(made);
      const knownNested = [made.at('repo/linked/AGENTS.md')];
      const read = () =>
        readHierarchy(
          made.input({ dialect, trusted: false, activeFile: made.at('repo/sub/x.ts'), knownNested }),
        );
      const { hierarchy } = await read();
      const isForeign = (path: string) => !path.startsWith(made.at('repo/'));
      expect([...made.opened, ...made.listed].filter(isForeign)).toEqual([]);
      const linkedOut = ['linked/AGENTS.md', '.cursor/rules/link.mdc', '.github/instructions/dir'];
      const followed = linkedOut.map((path) => made.at(`repo/${path}`));
      expect([...made.opened, ...made.listed].filter((path) => followed.includes(path))).toEqual([]);
      expect(hierarchy.files.filter(({ text: shown }) => shown.includes('secret'))).toEqual([]);
      expect(hierarchy.watch.filter(isForeign).filter((path) => path !== made.at('repo'))).toEqual([]);
      expect(hierarchy.files.some(({ state }) => state === 'loaded')).toBe(true);
    },
  );
});
