import type { PromptEntry, Transcript } from '../../history/transcript.ts';
import type { BriefLine } from './brief-line.ts';
import { isOfKind, type Numbered, numbered } from './call-outcomes.ts';
import { withoutFrame } from './framed-brief.ts';

const FIRST_UNITS = 1_200;
const LATER_UNITS = 300;
const LATER_PROMPTS = 3;

/** What was asked for: the first prompt, and the last ones that say more than *go on*. */
export function goalLines(transcript: Transcript): readonly BriefLine[] {
  const prompts = promptsOf(transcript).filter(({ entry }) => saidIn(entry) !== '');
  const [first, ...later] = prompts;
  if (first === undefined) return [];
  const telling = later.filter(({ entry }) => !isNudge(saidIn(entry))).slice(-LATER_PROMPTS);
  return [
    { lead: '', said: saidIn(first.entry), units: FIRST_UNITS, sources: [source(first)], weight: 100 },
    ...telling.map((one, index) => ({
      lead: 'then',
      said: saidIn(one.entry),
      units: LATER_UNITS,
      sources: [source(one)],
      // The last request weighs the most: it is what was being worked on.
      weight: 80 + index * 4,
    })),
  ];
}

export function promptsOf(transcript: Transcript): readonly Numbered<PromptEntry>[] {
  return numbered(transcript).flatMap((one) => (isOfKind(one, 'prompt') ? [one] : []));
}

/** The person's own words: a brief that the session began with is not theirs. */
export function saidIn({ text }: PromptEntry): string {
  return withoutFrame(text).trim();
}

/** `yes`, `go on`, `continue please`: tells nothing of the goal. */
export function isNudge(text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  return words.length <= 4 && words.every((word) => nudges.has(word));
}

const nudges = new Set(
  'yes yep yeah ok okay sure no go on ahead continue proceed please do it thanks thank you good great perfect nice right exactly correct next again retry try keep going and now lgtm y k done fine ready'.split(
    ' ',
  ),
);

function source({ number }: Numbered) {
  return { kind: 'entry', number } as const;
}
