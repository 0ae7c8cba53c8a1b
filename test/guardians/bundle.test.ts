import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const dist = resolve(import.meta.dirname, '../../dist');
const kibibyte = 1024;

/** What each shipped output must not hold, and the words it would be known by. */
const saysVscode = /(?:require\(|from\s*|import\s*\(?)["']vscode["']/;
const holdsSdk = /x-stainless-/i;
const holdsDemoModel = /demo[ -]model/i;

/** What a door loads: at once, following `import … from` and `require`, or ever, following what comes later too. */
async function reachable(door: string, how: 'at once' | 'ever'): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const waiting = [join(dist, door)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const text = await readFile(path, 'utf8');
    found.set(path, text);
    const named = path.endsWith('.cjs') ? chunksOf(text) : modulesOf(text);
    const wanted = how === 'ever' ? [...named.atOnce, ...named.later] : named.atOnce;
    waiting.push(...wanted.map((name) => join(dirname(path!), name)));
  }
  return found;
}

interface Named {
  readonly atOnce: readonly string[];
  readonly later: readonly string[];
}

/** What a door names: an ES module. */
function modulesOf(text: string): Named {
  return {
    atOnce: [...text.matchAll(/(?:from|import)"(\.[^"]+)"/g)].map((match) => match[1]!),
    later: [...text.matchAll(/import\("(\.[^"]+)"\)/g)].map((match) => match[1]!),
  };
}

/** What a chunk names: CommonJS, where `import()` has become a function that requires. */
function chunksOf(text: string): Named {
  return {
    atOnce: [...text.matchAll(/\brequire\("(\.[^"]+)"\)/g)].map((match) => match[1]!),
    later: [...text.matchAll(/\b__import\("(\.[^"]+)"\)/g)].map((match) => match[1]!),
  };
}

function bytes(files: ReadonlyMap<string, string>): number {
  return [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

async function bundled(source: string): Promise<string> {
  const result = await build({
    stdin: { contents: source, resolveDir: resolve(import.meta.dirname, '../..'), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    external: ['vscode'],
  });
  return result.outputFiles[0]!.text;
}

describe('the bundles that ship', () => {
  it('hold no word of vscode outside the extension', async () => {
    for (const [path, text] of await reachable('cli.js', 'ever'))
      expect(saysVscode.test(text), path).toBe(false);
    expect(saysVscode.test([...(await reachable('extension.js', 'at once')).values()].join('\n'))).toBe(true);
    expect(saysVscode.test(await bundled("import * as v from 'vscode'; console.log(v.version)"))).toBe(true);
  });

  it('keep the model SDK out of the extension and in the command', async () => {
    for (const [path, text] of await reachable('extension.js', 'ever'))
      expect(holdsSdk.test(text), path).toBe(false);
    expect([...(await reachable('cli.js', 'ever')).values()].some((text) => holdsSdk.test(text))).toBe(true);
    expect(holdsSdk.test(await bundled("import A from '@anthropic-ai/sdk'; console.log(new A())"))).toBe(
      true,
    );
  });

  it('contain no demo model', async () => {
    const all = [...(await reachable('cli.js', 'ever')), ...(await reachable('extension.js', 'ever'))];
    for (const [path, text] of all) expect(holdsDemoModel.test(text), path).toBe(false);
  });

  it('keep the activation path within 250 KiB', async () => {
    const activation = await reachable('extension.js', 'at once');
    expect(activation.size).toBeGreaterThan(1);
    expect(bytes(activation)).toBeLessThanOrEqual(250 * kibibyte);
  });

  it('load little for `varve --version`', async () => {
    expect(bytes(await reachable('cli.js', 'at once'))).toBeLessThanOrEqual(20 * kibibyte);
  });

  it('are chunks that ask for each other, for Node and for the editor, and for nothing else', async () => {
    const chunks = (await readdir(join(dist, 'chunks'))).map((name) => join(dist, 'chunks', name));
    expect(chunks.filter((path) => !path.endsWith('.cjs'))).toEqual([]);
    for (const path of chunks) {
      const text = await readFile(path, 'utf8');
      expect(text.startsWith('"use strict";'), path).toBe(true);
      // What is no chunk and no module of Node has to be imported by the door. In words it stands behind a backtick.
      expect(/(?<![\w$.`])import\((?!\?)/.test(text), path).toBe(false);
      // Behind a quote it stands in code that ajv could write for others.
      const asked = [...text.matchAll(/(?<!['`])\b(?:require|__import)\("([^"]+)"\)/g)].map(
        (match) => match[1]!,
      );
      const strange = asked.filter(
        (name) => !/^\.\/[\w-]+\.cjs$/.test(name) && !isBuiltin(name) && name !== 'vscode',
      );
      expect(strange, path).toEqual([]);
    }
  });

  it('leave nothing in dist/ that no door reaches', async () => {
    const known = new Set([
      ...(await reachable('cli.js', 'ever')).keys(),
      ...(await reachable('extension.js', 'ever')).keys(),
    ]);
    const chunks = (await readdir(join(dist, 'chunks'))).map((name) => join(dist, 'chunks', name));
    expect(chunks.filter((path) => !known.has(path))).toEqual([]);
  });
});
