import { expect, test } from 'vitest';
import { readLocomo } from '../../scripts/bench/locomo.ts';

const dialogue = {
  sample_id: 'conv-1',
  conversation: {
    speaker_a: 'Ada',
    session_10: [{ speaker: 'Ada', dia_id: 'D10:1', text: 'Late.' }],
    session_10_date_time: '9 May 2023',
    session_2: [
      { speaker: 'Ada', dia_id: 'D2:1', text: 'Look!', blip_caption: 'a dog on a beach' },
      { speaker: 'Bo', dia_id: 'D:2:02', text: 7 },
      { speaker: 'Bo' },
    ],
    session_3: [],
    session_4_date_time: 'never met',
  },
  qa: [
    { question: 'What?', evidence: ['D2:1'] },
    { question: 'Both?', evidence: ['D2:1; D10:1', 'D2:01'] },
    { question: 'Mistyped?', evidence: ['D:10:1', '(D2:2)'] },
    { question: 'Gone?', evidence: ['D99:1', 'D', ''] },
    { question: 'None?', evidence: [] },
    { question: 'Missing?' },
    { evidence: ['D2:1'] },
    { question: 'Alone?', evidence: 'D2:3' },
  ],
};

test('sessions come in the order of their numbers, with captions and dates', () => {
  expect(readLocomo([dialogue])[0]?.sessions).toEqual([
    {
      id: 'D2',
      date: '',
      turns: [
        { id: 'D2:1', speaker: 'Ada', text: 'Look!\na dog on a beach' },
        { id: 'D2:2', speaker: 'Bo', text: '7' },
        { id: 'D2:3', speaker: 'Bo', text: '' },
      ],
    },
    { id: 'D10', date: '9 May 2023', turns: [{ id: 'D10:1', speaker: 'Ada', text: 'Late.' }] },
  ]);
});

test('evidence is read however it is written; questions without any that exists are left out', () => {
  expect(readLocomo(dialogue)[0]?.questions).toEqual([
    { text: 'What?', evidence: ['D2:1'] },
    { text: 'Both?', evidence: ['D2:1', 'D10:1'] },
    { text: 'Mistyped?', evidence: ['D10:1', 'D2:2'] },
    { text: 'Alone?', evidence: ['D2:3'] },
  ]);
});

test('a file without dialogues is refused in a sentence', () => {
  for (const json of [[], {}, null, 'text', [[1]], [{ conversation: { session_1: 'no list' } }]])
    expect(() => readLocomo(json)).toThrow('no dialogue');
});
