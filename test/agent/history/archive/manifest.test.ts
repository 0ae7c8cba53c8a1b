import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  manifestName,
  parseManifest,
  renderManifest,
} from '../../../../src/agent/history/archive/manifest.ts';

const HASH = 'ab'.repeat(32);
/** As version 1 wrote it, with a key that a later Varve may add. */
const FIRST = `{
  "version": 1,
  "later": true,
  "tool": "claude-code",
  "id": "one",
  "path": "/home/ada/.claude/projects/-home-ada-demo/one.jsonl",
  "modified": 1794913600000,
  "pinned": "2026-11-18T11:06:40.000Z",
  "versions": [
    {
      "at": "2026-11-18T11:06:40.000Z",
      "parts": [
        {
          "path": "/home/ada/.claude/projects/-home-ada-demo/one.jsonl",
          "size": 7,
          "modified": 1794913600000,
          "sha256": "${HASH}",
          "pieces": [
            { "hash": "${HASH}", "size": 4, "stored": 9 },
            { "hash": "${HASH}", "size": 3, "stored": 8 }
          ],
          "source": { "size": 5, "sha256": "${HASH}" },
          "gone": true
        }
      ],
      "left": ["One is a link."]
    }
  ]
}
`;

function understood(text: string) {
  const parsed = parseManifest(text);
  if (parsed.kind !== 'manifest') throw new Error(parsed.message);
  return parsed;
}

describe('a manifest', () => {
  it('of version 1 is read whole, and written back with what was not understood', () => {
    const { manifest, newerVersion } = understood(FIRST);
    expect(newerVersion).toBeUndefined();
    expect(manifest).toMatchObject({ tool: 'claude-code', id: 'one', pinned: expect.any(String) });
    expect(manifest.versions[0].parts[0]).toMatchObject({ size: 7, gone: true, source: { size: 5 } });
    expect(JSON.parse(renderManifest(manifest, FIRST))).toEqual(JSON.parse(FIRST));
    const { pinned: _, ...unpinned } = manifest;
    expect(JSON.parse(renderManifest(unpinned, FIRST))).not.toHaveProperty('pinned');
  });

  it('of a newer version is read and known as such', () => {
    expect(understood(FIRST.replace('"version": 1', '"version": 2'))).toMatchObject({ newerVersion: 2 });
  });

  it.each([
    ['no JSON', 'no JSON'],
    ['a list', '[]'],
    ['an unknown tool', FIRST.replace('claude-code', 'unknown')],
    ['a relative path', FIRST.replaceAll('"/home/ada', '"home/ada')],
    ['no version kept', FIRST.replace(/"versions": \[[\s\S]*\]/, '"versions": []')],
    ['sizes that do not add up', FIRST.replace('"size": 7', '"size": 8')],
    ['a hash that is a path', FIRST.replace(`"hash": "${HASH}"`, '"hash": "../../x"')],
    ['a negative piece', FIRST.replace('"size": 4', '"size": -4').replace('"size": 7', '"size": -1')],
  ])('with %s is not taken for one', (_, text) => {
    expect(parseManifest(text).kind).toBe('unreadable');
  });

  it('never throws, whatever stands there', () => {
    const places = fc.tuple(fc.nat({ max: FIRST.length }), fc.nat({ max: 40 }), fc.string({ maxLength: 20 }));
    void fc.assert(
      fc.property(places, ([at, cut, put]) => {
        parseManifest(FIRST.slice(0, at) + put + FIRST.slice(at + cut));
      }),
      { numRuns: 500 },
    );
    void fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        parseManifest(JSON.stringify({ ...JSON.parse(FIRST), versions: value, __proto__: value }));
      }),
    );
  });

  it('has a name of its own for every path, fit for any disk', () => {
    const name = (path: string) => manifestName({ tool: 'claude-code', path });
    expect(name('/a/one.jsonl')).not.toBe(name('/b/one.jsonl'));
    for (const path of ['/a/../..', '/a/..', '/a/CON', '/a/x\0y', `/a/${'ä'.repeat(300)}`, '/a/ b:c*?'])
      expect(name(path)).toMatch(/^claude-code\/[A-Za-z0-9_-]{0,60}-[0-9a-f]{8}\.json$/);
  });
});
