import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createAnthropicModel } from '../../../src/agent/model/anthropic.ts';
import { readAnswer } from '../../../src/agent/refine/refine-answer.ts';
import { type RefineCall, RefineLedger, spentOn } from '../../../src/agent/refine/refine-ledger.ts';
import { refineProposal } from '../../../src/agent/refine/refine-proposal.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';
import type { MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';

const call = (changes: Partial<RefineCall>): RefineCall => ({
  version: 1,
  time: '2026-11-22T10:00:00.000Z',
  project: 'demo',
  proposal: 'a',
  model: 'claude-haiku-4-5',
  host: 'api.anthropic.com',
  outcome: 'started',
  tokens: 2_000,
  usd: 0.01,
  ...changes,
});

async function ledger(): Promise<{ readonly ledger: RefineLedger; readonly home: string }> {
  const home = await mkdtemp(join(tmpdir(), 'varve-refine-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return { ledger: new RefineLedger(nodeFiles, systemClock, await currentOwner(), home), home };
}

test('an answered call counts as what it cost, one without an answer at its most', async () => {
  const place = await ledger();
  await place.ledger.add(call({}));
  await place.ledger.add(call({ outcome: 'proposed', tokens: 700, usd: 0.003 }));
  await place.ledger.add(call({ proposal: 'b' }));
  await place.ledger.add(call({ proposal: 'c', time: '2026-11-21T23:59:59.000Z' }));
  const spent = spentOn('2026-11-22', await place.ledger.calls());
  expect(spent.tokens).toBe(2_700);
  expect(spent.usd).toBeCloseTo(0.013);
});

test('a line that a crash cut off costs that line and no other', async () => {
  const place = await ledger();
  await place.ledger.add(call({ proposal: 'a' }));
  await appendFile(place.ledger.path, '{"version":1,"time":"2026-');
  await place.ledger.add(call({ proposal: 'b' }));
  expect((await place.ledger.calls()).map(({ proposal }) => proposal)).toEqual(['a', 'b']);
});

test('a model whose price is not known is not asked where money is capped, and none over the cap', async () => {
  const { ledger: book, home } = await ledger();
  const git = createGit({ directory: home, environment: process.env });
  const path = join(home, 'p.md');
  await nodeFiles.writeNew(path, Buffer.from('---\nname: x\n---\nText.\n'));
  const proposal = {
    id: 'a',
    path,
    record: { kind: 'decision' },
    evidence: { evidence: [{ path: 'src/a.ts', text: 'We use SQLite because it is small.' }] },
  } as unknown as Parameters<typeof refineProposal>[1];
  const ask = async (modelName: string, usdPerDay: number) =>
    refineProposal(
      {
        files: nodeFiles,
        git,
        clock: systemClock,
        project: 'demo',
        workspace: { name: 'demo' } as MemoryWorkspace,
        // Nothing listens there: a request would fail as `failed`.
        model: createAnthropicModel({
          baseUrl: 'http://127.0.0.1:9',
          apiKey: 'k',
          maxRetries: 0,
          clock: systemClock,
          random: () => 0,
        }),
        modelName,
        host: { name: 'api.anthropic.com', isLocal: false },
        settings: { kinds: ['decision'], briefs: false, tokensPerDay: 1_000_000, usdPerDay },
        ledger: book,
      },
      proposal,
      new AbortController().signal,
    );
  expect(await ask('nobody-knows-1', 5)).toMatchObject({ ok: false, error: { kind: 'no-price' } });
  expect(await ask('claude-haiku-4-5', 0.001)).toMatchObject({ ok: false, error: { kind: 'over-cap' } });
  expect(await book.calls()).toEqual([]);
  expect(await ask('claude-haiku-4-5', 5)).toMatchObject({ ok: false, error: { kind: 'failed' } });
  expect((await book.calls()).map(({ outcome }) => outcome)).toEqual(['started', 'failed']);
});

test('white space apart, a quote stands in the evidence letter for letter', () => {
  const answer = (quote: string) =>
    readAnswer(
      [{ type: 'tool_use', id: 't', name: 'retell_record', input: { title: 'T', quotes: [quote] } }],
      'We use SQLite\n  because it is small.',
    ).ok;
  expect(answer('SQLite because it is small')).toBe(true);
  expect(answer('SQLite because it is Small')).toBe(false);
  expect(answer('SQLite')).toBe(false);
});
