import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { JsonShortener } from '../../../src/agent/history/json-shortener.ts';
import { readSessionLines, type SessionLine } from '../../../src/agent/history/session-lines.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

async function linesOf(content: string | Uint8Array): Promise<readonly SessionLine[]> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-lines-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'session.jsonl');
  await writeFile(path, content);
  const lines: SessionLine[] = [];
  for await (const line of readSessionLines(nodeFiles, path)) lines.push(line);
  return lines;
}

it('gives lines with their places, without marks, line ends and empty ones, and says what may be torn', async () => {
  const lines = await linesOf('\uFEFF{"a":1}\r\n\n{"b":"ä"}\n{"c');
  expect(lines).toEqual([
    { text: '{"a":1}', offset: 0, whole: true },
    { text: '{"b":"ä"}', offset: 13, whole: true },
    { text: '{"c', offset: 24, whole: false },
  ]);
});

it('joins lines over the chunks in which a file is read', async () => {
  const many = Array.from({ length: 30_000 }, (_, index) =>
    JSON.stringify({ index, text: 'ß'.repeat(index % 90) }),
  );
  const lines = await linesOf(`${many.join('\n')}\n`);
  expect(lines.map(({ text }) => text)).toEqual(many);
});

it('keeps an oversized line as JSON with its long strings cut', async () => {
  const data = `${'é'.repeat(3_000_000)}"\\`;
  const line = JSON.stringify({ uuid: 'one', data, after: { time: 7, list: ['x'] } });
  const [read, next] = await linesOf(`${line}\n{"next":true}\n`);
  const parsed = JSON.parse(read?.text ?? '') as { uuid: string; data: string; after: unknown };
  expect(parsed).toMatchObject({ uuid: 'one', after: { time: 7, list: ['x'] } });
  expect(parsed.data).toMatch(/^é{32768}…$/);
  expect(next?.text).toBe('{"next":true}');
});

it('gives up a line of endless short strings, and goes on behind it', async () => {
  const line = JSON.stringify(Array.from({ length: 2_000_000 }, (_, index) => `string ${index}`));
  const [given, next] = await linesOf(`${line}\n{"next":true}\n`);
  expect(given?.text.length).toBeLessThanOrEqual(1024);
  expect(next?.text).toBe('{"next":true}');
});

it('leaves every JSON text of short strings as it is, however it comes in pieces', () => {
  void fc.assert(
    fc.property(fc.json(), fc.array(fc.nat({ max: 40 }), { maxLength: 20 }), (text, cuts) => {
      const shortener = new JsonShortener();
      const bytes = new TextEncoder().encode(text);
      let at = 0;
      for (const cut of cuts) {
        shortener.add(bytes.subarray(at, at + cut));
        at += cut;
      }
      shortener.add(bytes.subarray(at));
      expect(new TextDecoder().decode(shortener.end())).toBe(text);
    }),
  );
});

it('cuts between characters and escapes', () => {
  for (const piece of ['😀', '\\u00e9', '\\"', '\\\\']) {
    for (let before = 0; before < 6; before += 1) {
      const shortener = new JsonShortener();
      const text = `{"a":"${'x'.repeat(64 * 1024 - before)}${piece.repeat(9)}","b":1}`;
      shortener.add(new TextEncoder().encode(text));
      const read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(shortener.end())) as {
        a: string;
      };
      expect(read.a.endsWith('…')).toBe(true);
      expect(read).toMatchObject({ b: 1 });
    }
  }
});
