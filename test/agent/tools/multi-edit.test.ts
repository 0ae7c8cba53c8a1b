import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createToolBench, type ToolBench } from './tool-bench.ts';

let bench: ToolBench;
beforeEach(async () => {
  bench = await createToolBench();
  await bench.put({ 'a.ts': 'one\ntwo\nthree\ntwo\n' });
});
afterEach(() => bench.dispose());

const text = () => readFile(join(bench.root, 'a.ts'), 'utf8');
const edits = (...list: readonly (readonly [string, string, boolean?])[]) => ({
  path: 'a.ts',
  edits: list.map(([old_string, new_string, all]) => ({
    old_string,
    new_string,
    ...(all === undefined ? {} : { replace_all: all }),
  })),
});

describe('multi_edit', () => {
  test('makes all edits in order, planned with one diff and one permission', async () => {
    await bench.call('read', { path: 'a.ts' });
    const planned = await bench.plan('multi_edit', edits(['one', '1'], ['1\n', '1!\n'], ['two', '2', true]));
    if (!('run' in planned)) throw new Error(planned.text);
    expect(planned).toMatchObject({
      summary: 'Edit a.ts',
      permission: { tool: 'multi_edit', effect: 'write', path: join(bench.root, 'a.ts') },
    });
    expect(planned.detail).toContain('-one\n-two\n+1!\n+2\n three\n-two\n+2\n');
    expect(await planned.run(bench.context)).toEqual({ ok: true, text: 'Edited a.ts (3 edits).' });
    expect(await text()).toBe('1!\n2\nthree\n2\n');
  });

  test('makes none where one cannot be made, and says which', async () => {
    await bench.call('read', { path: 'a.ts' });
    const result = await bench.call('multi_edit', edits(['one', '1'], ['two', '2']));
    expect(result).toEqual({
      ok: false,
      text: 'Edit 2 of 2 cannot be made, so none was: old_string stands in a.ts 2 times (lines 2, 4). Give more of the lines around the one you mean, or set replace_all.',
    });
    expect(await text()).toBe('one\ntwo\nthree\ntwo\n');
  });

  test.each([
    [edits(), /"edits" must be at least 1/],
    [edits(['one', '1'], ['1', 'one']), /leave a\.ts as it is/],
    [{ path: 'a.ts', edits: [{ old_string: 'one' }] }, /"edits\.0\.new_string" must be of type string/],
  ])('refuses %j in words', async (input, reason) => {
    await bench.call('read', { path: 'a.ts' });
    expect((await bench.call('multi_edit', input)).text).toMatch(reason);
  });

  test('does not change what was not read', async () => {
    expect((await bench.call('multi_edit', edits(['one', '1']))).text).toMatch(/has not been read/);
  });
});
