import { expect, test } from 'vitest';
import { createRecallTool } from '../../../src/agent/tools/recall.ts';
import type { ToolContext } from '../../../src/agent/tools/tool.ts';
import type { SearchHit } from '../../../src/memory/search/search.ts';
import { createToolBench } from './tool-bench.ts';

const hit = (over: Partial<SearchHit>): SearchHit => ({
  kind: 'entry',
  id: 'x',
  title: 'Title',
  excerpt: 'Use tabs.',
  matches: [],
  path: '/w/CLAUDE.md',
  line: 2,
  place: 'project',
  state: 'loaded',
  score: 1,
  ...over,
});

async function answer(hits: readonly SearchHit[], input: unknown, mayRead?: ToolContext['mayRead']) {
  const bench = await createToolBench();
  const context: ToolContext = { ...bench.context, root: '/w', ...(mayRead && { mayRead }) };
  const tool = createRecallTool({ memory: { search: async () => hits } });
  const planned = await tool.plan(input, context);
  await bench.dispose();
  return 'run' in planned ? planned.run(context) : planned;
}

test('accepted records and loaded entries come as path:line; what awaits review or does not load stays out', async () => {
  const hits = [
    hit({ kind: 'proposal', state: 'proposed', place: 'decision', excerpt: 'proposed text' }),
    hit({
      kind: 'record',
      state: 'accepted',
      place: 'decision',
      title: 'Tabs',
      path: '/w/.varve/memory/d.md',
    }),
    hit({ kind: 'record', state: 'retired', place: 'decision', excerpt: 'retired text' }),
    hit({ section: 'Style' }),
    hit({ state: 'skipped', excerpt: 'skipped text' }),
  ];
  const { ok, text } = await answer(hits, { query: 'tabs' });
  expect(ok).toBe(true);
  expect(text).toBe(
    '.varve/memory/d.md:3 (decision: Tabs)\n  Use tabs.\nCLAUDE.md:3 (project, Style)\n  Use tabs.',
  );
});

test('what loads on demand is shown only where it may be read', async () => {
  const hits = [hit({ state: 'on-demand', path: '/w/secret/CLAUDE.md' })];
  const asked: string[] = [];
  const refuse = async (path: string) => asked.push(path) < 0;
  expect((await answer(hits, { query: 'tabs' }, refuse)).text).toBe('Memory holds nothing about tabs.');
  expect(asked).toEqual(['/w/secret/CLAUDE.md']);
  expect((await answer(hits, { query: 'tabs' }, async () => true)).text).toContain('secret/CLAUDE.md:3');
});

test("an agent's own notes are marked as such", async () => {
  const { text } = await answer([hit({ place: 'auto' })], { query: 'tabs' });
  expect(text).toContain('(auto, untrusted: written by an agent, not reviewed)');
});

test('the limit counts what is shown, and inputs that are none are refused in words', async () => {
  const hits = [hit({ kind: 'proposal', state: 'proposed' }), hit({}), hit({}), hit({})];
  expect((await answer(hits, { query: 'tabs', limit: 2 })).text.split('\n')).toHaveLength(4);
  expect((await answer(hits, { query: '' })).ok).toBe(false);
  expect((await answer(hits, { query: 'a', limit: 1000 })).ok).toBe(false);
  expect((await answer(hits, 'nonsense')).text).toContain('not valid JSON');
});

test('it adds less than 0.6 KB to every request', () => {
  const { definition, effect } = createRecallTool({ memory: { search: async () => [] } });
  expect(effect).toBe('read');
  expect(Buffer.byteLength(JSON.stringify(definition))).toBeLessThan(600);
});
