import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRunEvent } from '../../../src/agent/engine/event-lines.ts';
import { parseRunCommand } from '../../../src/agent/engine/run-commands.ts';
import { LineSplitter } from '../../../src/base/line-splitter.ts';

describe('the lines of a run channel', () => {
  it('are the same however the bytes arrive', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\n\r]/.test(text) && text.trim() !== '');
    fc.assert(
      fc.property(
        fc.array(line),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (lines, sizes) => {
          const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''));
          const heard: string[] = [];
          const splitter = new LineSplitter((one) => heard.push(one));
          for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
            const end = start + (sizes[turn % sizes.length] ?? 1);
            splitter.push(bytes.subarray(start, end));
            start = end;
          }
          expect(heard).toEqual(lines);
        },
      ),
    );
  });

  it('that are too long are dropped whole, and the next one is heard', () => {
    const heard: string[] = [];
    const splitter = new LineSplitter((line) => heard.push(line), 10);
    for (const piece of ['short\n', '0123456789', 'abc', 'def\nnext\n', 'last'])
      splitter.push(Buffer.from(piece));
    splitter.end();
    expect(heard).toEqual(['short', 'next', 'last']);
  });

  it('hold events and commands, and anything else is nothing', () => {
    expect(parseRunEvent('{"type":"heartbeat","time":1}')).toEqual({ type: 'heartbeat', time: 1 });
    for (const line of [
      '',
      'Warning: …',
      '[]',
      'null',
      '{"type":"heartbeat"}',
      '{"type":"toString","time":1}',
      '{"time":1}',
    ]) {
      expect(parseRunEvent(line)).toBeUndefined();
    }
    expect(parseRunCommand('{"type":"approval-answer","id":"a","decision":"once"}')).toEqual({
      type: 'approval-answer',
      id: 'a',
      decision: 'once',
    });
    for (const line of [
      'x',
      '{"type":"approval-answer","id":"a","decision":"yes"}',
      '{"type":"start"}',
      '{"type":"quit"}',
    ]) {
      expect(parseRunCommand(line)).toBeUndefined();
    }
  });
});
