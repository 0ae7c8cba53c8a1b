import { describe, expect, it } from 'vitest';
import { QUESTION_GUARD_MS, readKeys } from '../../src/views/run/run-keys.ts';

const question = { kind: 'approval', canAlways: false, age: QUESTION_GUARD_MS } as const;
const open = { kind: 'question', age: QUESTION_GUARD_MS } as const;

describe('readKeys', () => {
  it.each([
    ['y', 'once'],
    ['Y', 'once'],
    ['s', 'session'],
    ['d', 'deny'],
    ['n', 'deny'],
  ])('answers a question with %s', (key, decision) => {
    expect(readKeys(key, '', question)).toEqual({ kind: 'answer', decision });
  });

  it('offers always only where a rule is offered', () => {
    expect(readKeys('a', '', question)).toBeUndefined();
    expect(readKeys('a', '', { ...question, canAlways: true })).toEqual({
      kind: 'answer',
      decision: 'always',
    });
  });

  it('does not take a key for an answer that was pressed before the question could be read', () => {
    expect(readKeys('y', '', { ...question, age: QUESTION_GUARD_MS - 1 })).toBeUndefined();
  });

  it('does not take a letter of a message for an answer', () => {
    expect(readKeys('y', 'please do not touch m', question)).toEqual({
      kind: 'edit',
      line: 'please do not touch my',
    });
  });

  it('does not take a paste for an answer', () => {
    expect(readKeys('yes', '', question)).toEqual({ kind: 'edit', line: 'yes' });
  });

  it('begins a message with any other key', () => {
    expect(readKeys('u', '', question)).toEqual({ kind: 'edit', line: 'u' });
  });

  it('makes one line of a paste of several, and sends none of it', () => {
    expect(readKeys('one\r\ntwo\r', '', undefined)).toEqual({ kind: 'edit', line: 'one two ' });
  });

  it('drops control characters of a paste', () => {
    expect(readKeys('\u001b[200~a\u001b[31mb\u001b[201~', '', undefined)).toEqual({
      kind: 'edit',
      line: 'a[31mb',
    });
  });

  it('sends a line on Enter, and nothing for an empty one', () => {
    expect(readKeys('\r', ' go on ', undefined)).toEqual({ kind: 'send', text: 'go on' });
    expect(readKeys('\r', '  ', question)).toBeUndefined();
  });

  it('stops on Ctrl+C, also in the middle of a line', () => {
    expect(readKeys('\u0003', 'half', question)).toEqual({ kind: 'stop' });
  });

  it('deletes whole characters', () => {
    expect(readKeys('\u007f', 'a🙂', undefined)).toEqual({ kind: 'edit', line: 'a' });
  });

  it('answers a question of the model with a whole line, not with a key', () => {
    expect(readKeys('y', '', open)).toEqual({ kind: 'edit', line: 'y' });
    expect(readKeys('\r', '2', open)).toEqual({ kind: 'send', text: '2' });
  });

  it('leaves a question to nobody on Esc, once it could be read and nothing is typed', () => {
    expect(readKeys('\u001b', '', open)).toEqual({ kind: 'skip' });
    expect(readKeys('\u001b', '', { ...open, age: QUESTION_GUARD_MS - 1 })).toBeUndefined();
    expect(readKeys('\u001b', 'half', open)).toEqual({ kind: 'edit', line: '' });
    expect(readKeys('\u001b', '', question)).toBeUndefined();
  });

  it('ignores arrows', () => {
    expect(readKeys('\u001b[A', 'x', undefined)).toBeUndefined();
  });
});
