import { describe, expect, it } from 'vitest';
import { checkPlace, covered, found, type Tree } from './check-tree.ts';

const project: Tree = {
  'src/engine/start.ts': '',
  'src/index.ts': '',
  'docs/guide.md': '# Guide',
  'packages/one/test/deep.test.ts': '',
  'test/top.test.ts': '',
  '.gitignore': 'src/made/\n',
};

describe('dead-path', () => {
  it.each([
    ['See `src/engine/stop.ts` first.', 'src/engine/stop.ts'],
    ['The engine lives in `src/motor/`.', 'src/motor/'],
    ['Read [the plan](docs/plan.md#now).', 'docs/plan.md'],
    ['Read [the plan](./plan.md).', 'plan.md'],
    ['- `src/engine/stop.ts:12` starts it', 'src/engine/stop.ts'],
    ['![map](docs/map.png)', 'docs/map.png'],
    ['[map]: docs/map.md', 'docs/map.md'],
    ['Entry: ``src/main.ts``', 'src/main.ts'],
  ])('speaks of %j', async (text, path) => {
    const [problem, ...others] = await found('dead-path', { ...project, 'CLAUDE.md': text }, { git: true });
    expect(problem?.message).toContain(`“${path}” is not there`);
    expect(problem).toMatchObject({ severity: 'warning' });
    expect(others).toEqual([]);
  });
  it.each([
    ['a file that is there', 'See `src/engine/start.ts`, `src/engine`, `docs/` and [it](docs/guide.md).'],
    ['a path without its ending', 'See `src/engine/start` and `./src/index.js`.'],
    ['a path from the middle', 'See `test/deep.test.ts` and `engine/start.ts`.'],
    ['a pattern', 'See `src/**/*.ts`, `src/{a,b}.ts`, `src/*.css`.'],
    [
      'a placeholder',
      'See `src/<name>.ts`, `src/NAME.ts`, `src/foo.ts`, `src/your-module/index.ts`, `src/[id].ts`.',
    ],
    ['another place', 'See `~/src/x.ts`, `/src/x.ts`, `@src/x.ts`, `https://example.com/src/x.ts`.'],
    ['what does not start here', 'See `lib/gone.ts`, `owner/name`, `and/or`, `application/json`.'],
    ['what a build makes', 'See `src/dist/x.js`, `node_modules/a/b.js`, `build/out.js`.'],
    ['what git ignores', 'See `src/made/api.ts`.'],
    ['an example', 'Write tests such as `src/engine/stop.ts`.'],
    ['what is to be made', 'Create `src/engine/stop.ts` for it.'],
    ['what is gone', '`src/engine/stop.ts` was removed.'],
    ['a block of code', '```\nsrc/engine/stop.ts\n```\n\n~~~\n[x](docs/plan.md)\n~~~'],
    ['a comment', '<!-- see `src/engine/stop.ts` -->\n\nText.'],
    [
      'an anchor, an address',
      'See [a](#there), [b](https://example.com/x.md), [c](mailto:a@example.com), [d](value).',
    ],
    ['a link in code', 'Write `[x](docs/plan.md)`.'],
  ])('is silent about %s', async (_name, text) => {
    expect(await found('dead-path', { ...project, 'CLAUDE.md': text }, { git: true })).toEqual([]);
  });
  it('looks beside a nested file and above it', async () => {
    const tree = {
      ...project,
      'src/engine/CLAUDE.md': 'See `engine/start.ts`, `src/index.ts`, `src/gone.ts`.',
    };
    const problems = await found('dead-path', tree, { git: true });
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('src/gone.ts')]);
  });
  it('is silent about files of other places: the person’s own and what is imported from outside', async () => {
    const tree = { ...project, '~/.claude/CLAUDE.md': 'See `src/engine/stop.ts` and [x](gone.md).' };
    expect(await found('dead-path', tree)).toEqual([]);
  });
  it('points at the path itself, behind wide characters and with Windows line ends', async () => {
    const text = '# Häfen 🚢\r\n\r\n- 🚢 See `src/engine/stop.ts`.\r\n';
    const [problem] = await found('dead-path', { ...project, 'CLAUDE.md': text });
    expect(covered(text, problem!)).toBe('src/engine/stop.ts');
  });
  it('is switched off by a comment in the file', async () => {
    const text = '<!-- varve-check-disable dead-path, secret -->\n\nSee `src/engine/stop.ts`.\n';
    expect(await found('dead-path', { ...project, 'CLAUDE.md': text })).toEqual([]);
    const other = text.replace('dead-path', 'dead-script');
    expect(await found('dead-path', { ...project, 'CLAUDE.md': other })).toHaveLength(1);
  });
  it('looks at nothing outside in Restricted Mode', async () => {
    const place = await checkPlace(
      { ...project, 'CLAUDE.md': 'See `src/engine/stop.ts`. @~/away.md' },
      { trusted: false },
    );
    const { problems } = await place.check();
    expect(problems.map(({ rule }) => rule)).toEqual(['dead-path']);
  });
});

describe('dead-script', () => {
  const scripts = (names: Readonly<Record<string, string>>): string =>
    JSON.stringify({ name: 'harbor', scripts: names, devDependencies: { vitest: '1', eslint: '9' } });
  const tree: Tree = {
    'package.json': scripts({ test: 'x', build: 'x', 'lint:fix': 'x' }),
    'packages/one/package.json': JSON.stringify({ scripts: { special: 'x' } }),
    Makefile: 'all: build\n\n.PHONY: build check\nbuild check:\n\techo $(X)\n\nX := 1\n',
  };
  it.each([
    ['Run `npm run lint`.', 'lint'],
    ['```sh\n$ npm run lint # first\n```', 'lint'],
    ['```bash\nnpm ci && npm run -s check:all\n```', 'check:all'],
    ['Run `pnpm run gone`.', 'gone'],
    ['Run `pnpm lint`.', 'lint'],
    ['Run `yarn test:unit`.', 'test:unit'],
    ['Run `bun run gone`', 'gone'],
    ['Run `make deploy`.', 'deploy'],
    ['```\nCI=1 make release\n```', 'release'],
  ])('speaks of %j', async (text, script) => {
    const [problem, ...others] = await found('dead-script', { ...tree, 'CLAUDE.md': text }, { git: true });
    expect(problem?.message).toContain(`“${script}”`);
    expect(others).toEqual([]);
  });
  it.each([
    [
      'scripts that are there',
      'Run `npm test`, `npm run build`, `npm run lint:fix -- --quiet`, `yarn build`.',
    ],
    ['programs of dependencies', 'Run `pnpm vitest`, `yarn eslint .`, `bun install`, `pnpm add x`.'],
    ['a script of a package in the repository', 'Run `npm run special`.'],
    ['another package', 'Run `npm run gone -w one` or `pnpm --filter one run gone`.'],
    ['another directory', '```sh\ncd packages/two\nnpm run gone\n```'],
    ['a placeholder', 'Run `npm run <script>` or `npm run foo`.'],
    ['targets that are there', 'Run `make`, `make build`, `make -j4 check`, `make X=1 all`.'],
    ['words', 'Make sure to `make sure` of it.'],
    ['output and code', '```ts\nnpm run gone\n```\n\n```json\n"npm run gone"\n```'],
    ['an example', 'For example, `npm run gone`.'],
    [
      'a script that is defined here',
      'Add\n\n```json\n{ "scripts": { "gone": "x" } }\n```\n\nand `npm run gone`.',
    ],
  ])('is silent about %s', async (_name, text) => {
    expect(await found('dead-script', { ...tree, 'CLAUDE.md': text }, { git: true })).toEqual([]);
  });
  it.each([
    ['no package.json', { 'CLAUDE.md': '`npm run lint`, `make x`' }],
    ['a broken package.json', { 'CLAUDE.md': '`npm run lint`', 'package.json': '{' }],
    ['a Makefile that includes others', { 'CLAUDE.md': '`make x`', Makefile: 'include more.mk\n' }],
    ['a Makefile with patterns', { 'CLAUDE.md': '`make x`', Makefile: 'run-%:\n\techo\n' }],
  ])('is silent with %s', async (_name, quiet) => {
    expect(await found('dead-script', quiet as Tree)).toEqual([]);
  });
});
