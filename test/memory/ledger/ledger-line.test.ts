import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chainEnd,
  type LedgerLine,
  type LineBody,
  readLines,
  renderLine,
} from '../../../src/memory/ledger/ledger-line.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { ledgerText, makeScene, openLedger, operation, value } from './scene.ts';

const body = fc.record({
  type: fc.constant('end' as const),
  begin: fc.string({ unit: 'binary' }),
  time: fc.string(),
  outcome: fc.constantFrom('committed' as const, 'rolled-back' as const),
});

function render(bodies: readonly LineBody[]): { text: string; lines: LedgerLine[] } {
  const lines: LedgerLine[] = [];
  let text = '';
  for (const each of bodies) {
    const rendered = renderLine(each, chainEnd(lines));
    lines.push(rendered.line);
    text += rendered.text;
  }
  return { text, lines };
}

describe('the chain', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 8 }), (bodies) => {
        const { text, lines } = render(bodies);
        const read = readLines(Buffer.from(text));
        expect(read.lines).toEqual(lines);
        expect(read.problems).toEqual([]);
        expect(read.soundBytes).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('keeps every whole line of a torn file, and calls no torn tail a problem', () => {
    fc.assert(
      fc.property(
        fc.array(body, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        fc.uint8Array(),
        (bodies, cut, garbage) => {
          const { text, lines } = render(bodies);
          const whole = Buffer.from(text);
          const kept = whole.subarray(0, cut % (whole.byteLength + 1));
          const read = readLines(Buffer.concat([kept, garbage]));
          const newlines = kept.filter((byte) => byte === 0x0a).length;
          expect(read.lines).toEqual(lines.slice(0, newlines));
          expect(read.problems).toEqual([]);
        },
      ),
    );
  });

  it('tells of any changed byte before the last line', () => {
    fc.assert(
      fc.property(
        fc.array(body, { minLength: 3, maxLength: 6 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bodies, at, flip) => {
          const { text } = render(bodies);
          const whole = Buffer.from(text);
          const lastLine = whole.lastIndexOf(0x0a, whole.byteLength - 2) + 1;
          const position = at % lastLine;
          whole[position] = (whole[position] ?? 0) ^ flip;
          const read = readLines(whole);
          const isSeen = read.problems.length > 0 || read.soundBytes < whole.byteLength;
          // A line feed that became a carriage return and the like still has to be seen.
          expect(isSeen).toBe(true);
        },
      ),
    );
  });

  it('forgives a byte order mark and carriage returns', () => {
    const { text, lines } = render([{ type: 'header', version: 1, time: 'now' }]);
    expect(readLines(Buffer.from(`\uFEFF${text.replace('\n', '\r\n')}`)).lines).toEqual(lines);
  });
});

describe('a ledger file', () => {
  it('has its torn tail cut off and kept aside, and goes on', async () => {
    const scene = await makeScene(await temporaryDirectory());
    value(await (await openLedger(scene)).transact(operation, []));
    const whole = await ledgerText(scene);
    await appendFile(join(scene.stateDirectory, 'ledger.jsonl'), '{"seq":3,"type":"beg\0\0\0');
    const ledger = await openLedger(scene);
    expect(ledger.notices.map(({ kind }) => kind)).toEqual(['torn-tail']);
    expect(await ledgerText(scene)).toBe(whole);
    const kept = (await readdir(scene.stateDirectory)).find((name) => name.startsWith('ledger.torn-'));
    expect(await readFile(join(scene.stateDirectory, kept ?? ''), 'utf8')).toBe('{"seq":3,"type":"beg\0\0\0');
    value(await ledger.transact(operation, []));
    expect(await ledger.entries()).toHaveLength(2);
    expect(await ledger.verify()).toEqual([]);
  });

  it('that was edited by hand is told of by line, and still read', async () => {
    const scene = await makeScene(await temporaryDirectory());
    const ledger = await openLedger(scene);
    for (const note of ['one', 'two', 'three']) value(await ledger.transact({ ...operation, note }, []));
    const text = await ledgerText(scene);
    await writeFile(join(scene.stateDirectory, 'ledger.jsonl'), text.replace('"note":"two"', '"note":"2"'));
    const reopened = await openLedger(scene);
    expect((await reopened.verify()).map(({ line }) => line)).toEqual([4, 5]);
    expect((await reopened.entries()).map(({ note }) => note)).toEqual(['one', 'three']);
  });
});
