import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
// @ts-expect-error A plain script without types.
import { bundledPackages, noticeText } from '../../scripts/notice.mjs';

const repository = resolve(import.meta.dirname, '../..');

it('names every package that ships in the bundles, with its licence', async () => {
  const packages = (await bundledPackages()) as readonly string[];
  expect(packages).toEqual(expect.arrayContaining(['@anthropic-ai/sdk', 'chokidar', 'marked', 'yaml']));
  expect(await readFile(join(repository, 'NOTICE.md'), 'utf8')).toBe(await noticeText());
});
