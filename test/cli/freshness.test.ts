import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const texts = {
  'a.ts': 'export function find(words: string[]) {\n  return words.map((word) => index.get(word));\n}\n',
  'a.tsx': 'export const Panel = ({ title }) => <div className="a">{title} and more</div>;\n',
  'a.py': 'def find(words):\n    return [index[word] for word in words]\n',
  'a.go': 'package a\n\nfunc find(words []string) int {\n\treturn len(words) + 1\n}\n',
  'a.rs': 'fn find(words: &[String]) -> usize {\n    words.len() + 1\n}\n',
  'A.java': 'class A {\n  int find(String[] words) {\n    return words.length + 1;\n  }\n}\n',
};

interface Looked {
  readonly anchors: readonly { readonly path: string; readonly symbol?: string; readonly state: string }[];
}

// Twenty runs of the command, one after the other.
it('the bundled command reads every language, says what became of the code, and takes it as still true', async () => {
  const place = await makeCliPlace(cli.path);
  for (const [path, text] of Object.entries(texts)) await place.write(path, text);
  await place.run(['set-up', '--yes']);
  await place.run(['memory', 'add', '--kind', 'decision', '--title', 'Search is by words']);
  expect(await place.run(['memory', 'accept', '--all'])).toMatchObject({ code: 0 });
  const { records } = await json<{ records: { id: string }[] }>(place, 'memory', 'show');
  const id = records[0]?.id ?? '';
  const file = join(place.repository, '.varve/evidence', `${id}.json`);
  const symbols = ['find', 'Panel', 'find', 'find', 'find', 'A.find'];
  const anchors = Object.keys(texts).map((path, at) => ({ path, symbol: symbols[at], hash: '0'.repeat(64) }));
  await writeFile(file, JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), anchors }));

  const states = async () =>
    (await json<Looked>(place, 'memory', 'freshness')).anchors.map(({ state }) => state);
  expect(await states()).toEqual(anchors.map(() => 'stale'));
  const checked = await place.run(['check', '--fix']);
  expect(checked).toMatchObject({ code: 0 });
  expect(checked.stdout).toMatch(
    /warning +“Search is by words” speaks of a\.ts, find;.* and 3 more, which was changed since/,
  );
  expect(await states()).toEqual(anchors.map(() => 'stale'));

  expect(await place.run(['memory', 'still-true', id])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Still true: Search is by words'),
  });
  expect(await states()).toEqual(anchors.map(() => 'fresh'));
  for (const [path, text] of Object.entries(texts))
    await place.write(path, `\uFEFF${text.replaceAll('\n', '  \r\n')}\r\n`);
  expect(await states()).toEqual(anchors.map(() => 'fresh'));
  for (const [path, text] of Object.entries(texts)) await place.write(path, text.replace('words', 'texts'));
  const said = await place.run(['memory', 'freshness', 'a.py']);
  expect(said.stdout).toMatch(/Search is by words\n {2}stale {4}a\.py, find\n$/);
  expect(said.stderr).toContain('1 anchor: 1 stale.');

  expect(await place.run(['memory', 'undo'])).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ anchors });
  expect(await place.run(['memory', 'still-true'])).toMatchObject({ code: 1 });
  expect(await place.run(['memory', 'still-true', 'nobody'])).toMatchObject({ code: 1 });
}, 180_000);
