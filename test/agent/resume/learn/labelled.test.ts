import { describe, expect, it } from 'vitest';
import { learnFrom } from '../../../../src/agent/resume/learn/learn-from.ts';
import { toldSession } from '../told-session.ts';
import type { Dialogue } from './dialogue.ts';
import { heldOutDialogues } from './dialogues-held-out.ts';
import { lastDialogues } from './dialogues-last.ts';
import { tunedDialogues } from './dialogues-tuned.ts';
import { unseenDialogues } from './dialogues-unseen.ts';

interface Score {
  readonly right: number;
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

function scoreOf(dialogues: readonly Dialogue[]): Score {
  const [wrong, missed] = [[] as string[], [] as string[]];
  let right = 0;
  for (const { style, told, expected } of dialogues) {
    const left = [...expected];
    for (const { kind, title } of learnFrom(toldSession(told))) {
      const at = left.findIndex(([wanted, words]) => wanted === kind && title.toLowerCase().includes(words));
      if (at < 0) wrong.push(`${style}: ${kind}: ${title}`);
      else {
        left.splice(at, 1);
        right += 1;
      }
    }
    missed.push(...left.map(([kind, words]) => `${style}: ${kind}: ${words}`));
  }
  return { right, wrong, missed };
}

describe('what is learnt from labelled dialogues', () => {
  it('of those the rules were tuned on', () => {
    expect(scoreOf(tunedDialogues)).toMatchInlineSnapshot(`
      {
        "missed": [
          "another language: convention: pnpm",
        ],
        "right": 17,
        "wrong": [],
      }
    `);
  });

  it('of those that were looked at after a first score', () => {
    expect(scoreOf(heldOutDialogues)).toMatchInlineSnapshot(`
      {
        "missed": [
          "a flag that was missing: gotcha: mode normal",
          "limits lifted: convention: limit",
          "non-native English: convention: iso",
        ],
        "right": 14,
        "wrong": [],
      }
    `);
  });

  it('of those that were looked at after a score on them, too', () => {
    expect(scoreOf(unseenDialogues)).toMatchInlineSnapshot(`
      {
        "missed": [
          "choosing by number: decision: api service",
          "planning document: decision: sqlite",
          "thinking aloud: decision: monolith",
        ],
        "right": 11,
        "wrong": [],
      }
    `);
  });

  it('of those that were written last', () => {
    expect(scoreOf(lastDialogues)).toMatchInlineSnapshot(`
      {
        "missed": [
          "frustration: convention: legacy",
        ],
        "right": 11,
        "wrong": [],
      }
    `);
  });
});
