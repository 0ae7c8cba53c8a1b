import { describe, expect, test } from 'vitest';
import { parseEvidence, renderEvidence } from '../../../src/memory/record/evidence-file.ts';
import type { Evidence } from '../../../src/memory/record/record.ts';

const evidence: Evidence = {
  version: 1,
  id: '01KAN4X2V6T3M8Q9RWYZ4KQ2ZF',
  source: 'commit:Ada <ada@example.org>',
  rule: 'dependency-added',
  reason: 'better-sqlite3 became a direct dependency in package.json.',
  confidence: 0.85,
  supersedes: [],
  requirements: [],
  anchors: [{ path: 'package.json' }, { path: 'src/a.ts', symbol: 'open', hash: 'ab' }],
  evidence: [
    { patch: 'f00d', subject: 'Use SQLite' },
    { tag: 'v1.0.0', object: 'f00d' },
    { path: 'src/a.ts', text: 'We use X' },
    { check: 'npm test', tree: 'abc', exit: 0, at: '2026-11-22T09:12:44.120Z' },
    { session: '0190', turn: 3 },
  ],
};

/** Written by version 1; kept as bytes so that a later reader is held to it. */
const version1 = `{
  "version": 1,
  "id": "01KAN4X2V6T3M8Q9RWYZ4KQ2ZF",
  "source": "commit:Ada <ada@example.org>",
  "supersedes": [],
  "requirements": [],
  "anchors": [],
  "evidence": [
    {
      "patch": "f00d"
    }
  ]
}
`;

describe('evidence', () => {
  test('reads back as it was written, every form of item', () => {
    expect(parseEvidence(renderEvidence(evidence))).toEqual({ ok: true, value: evidence });
  });

  test('of version 1 is read and rendered to the same bytes', () => {
    const read = parseEvidence(version1);
    expect(read.ok && renderEvidence(read.value)).toBe(version1);
  });

  test('has the same bytes whatever order its keys were made in', () => {
    const shuffled = Object.fromEntries(Object.entries(evidence).reverse()) as unknown as Evidence;
    expect(renderEvidence(shuffled)).toBe(renderEvidence(evidence));
  });

  test('of a newer version says that Varve has to be updated', () => {
    const newer = version1.replace('"version": 1', '"version": 2');
    expect(parseEvidence(newer)).toMatchObject({ ok: false, error: { kind: 'newer-version' } });
  });

  test('that is broken is named, never thrown', () => {
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '{"version":1}',
      '{"version":"1"}',
      version1.replace('"f00d"', '7'),
    ]) {
      expect(parseEvidence(text)).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    }
  });
});
