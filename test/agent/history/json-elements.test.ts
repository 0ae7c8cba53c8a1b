import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JsonElement, readJsonElements } from '../../../src/agent/history/json-elements.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

async function elementsOf(content: string | Uint8Array): Promise<readonly JsonElement[]> {
  const path = join(await temporaryDirectory(), 'document.json');
  await writeFile(path, content);
  const elements: JsonElement[] = [];
  for await (const element of readJsonElements(nodeFiles, path)) elements.push(element);
  return elements;
}

/** The document again, from what was read of it. */
function joined(elements: readonly JsonElement[], isList: boolean): unknown {
  if (isList) return elements.map(({ text }) => JSON.parse(text));
  const object: Record<string, unknown> = {};
  for (const { key = '', text, isItem } of elements) {
    const value: unknown = JSON.parse(text);
    object[key] = isItem ? [...((object[key] as unknown[] | undefined) ?? []), value] : value;
  }
  return object;
}

it('gives every item of a list and every property of an object, whatever is in them', async () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => name !== '__proto__');
  // An empty list has no items to be known by.
  const hasItems = (one: unknown) => !(Array.isArray(one) && one.length === 0);
  const document = fc.oneof(fc.array(value), fc.dictionary(key, value.filter(hasItems)));
  await fc.assert(
    fc.asyncProperty(document, fc.constantFrom(undefined, 2), async (written, space) => {
      const text = JSON.stringify(written, null, space);
      const elements = await elementsOf(text);
      expect(joined(elements, Array.isArray(written))).toEqual(JSON.parse(text));
    }),
    { numRuns: 150, seed: 20_261_201 },
  );
});

it('reads over the chunks of a large file and cuts what is very long', async () => {
  const items = Array.from({ length: 40_000 }, (_, index) => ({ index, text: '"\\ä'.repeat(index % 40) }));
  const large = { before: 1, items, after: { picture: 'x'.repeat(9_000_000) } };
  const elements = await elementsOf(`\uFEFF${JSON.stringify(large)}`);
  expect(elements.filter(({ isItem }) => isItem).map(({ text }) => JSON.parse(text))).toEqual(items);
  const last = elements.at(-1);
  expect([last?.key, last && JSON.parse(last.text).picture.length < 100_000]).toEqual(['after', true]);
});

it('gives what is whole of a document that is cut off', async () => {
  const whole = JSON.stringify({ id: 'a', items: [{ one: 1 }, { two: [2] }], end: true });
  const seen = new Set<string>();
  const path = join(await temporaryDirectory(), 'cut.json');
  const cuts: number[] = [];
  for (const length of [whole.length - 1, whole.length]) {
    await writeFile(path, whole.slice(0, length));
    for await (const _ of readJsonElements(nodeFiles, path, () => cuts.push(length)));
  }
  expect(cuts).toEqual([whole.length - 1]);
  for (let length = 0; length <= whole.length; length += 1)
    seen.add((await elementsOf(whole.slice(0, length))).map(({ key }) => key).join());
  expect([...seen]).toEqual(['', 'id', 'id,items', 'id,items,items', 'id,items,items,end']);
});

it.each(['', 'null', '"text"', '{', '[', '}{', '[[]', '{"a"}', '{"a":1 "b":2}', '[1,,2]', '{a:1}'])(
  'ends with what is no list and no object: %j',
  async (content) => {
    expect((await elementsOf(content)).length).toBeLessThan(3);
  },
);
