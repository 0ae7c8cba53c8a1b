import { estimateTokens } from '../../../base/tokens.ts';
import { decisionLines } from './brief-decisions.ts';
import { doneLines } from './brief-done.ts';
import { failedLines } from './brief-failed.ts';
import { goalLines } from './brief-goal.ts';
import { briefHead } from './brief-head.ts';
import { type BriefLine, type BriefPart, renderLine } from './brief-line.ts';
import type { BriefMaterial } from './brief-material.ts';
import { nextLines } from './brief-next.ts';
import { questionLines } from './brief-questions.ts';
import { sinceLines, uncommittedLines } from './brief-since.ts';
import type { Source } from './citation.ts';
import { failingCheckLines } from './failing-check.ts';
import { fitParts } from './fit-parts.ts';
import { legendOf } from './legend.ts';

export const BRIEF_TOKENS = 2_000;

/** What somebody who goes on with a session needs to know. */
export interface Brief {
  /** Markdown for people, within the tokens asked for. */
  readonly text: string;
  readonly parts: readonly BriefPart[];
  /** Every source that the text cites, each once, in the order of the text. */
  readonly sources: readonly Source[];
}

/** Headings in their order: a refined brief has no others. */
export const briefTitles = [
  'Goal',
  'Decisions',
  'Done',
  'Next',
  'Tried and failed',
  'Open questions',
  'Last failing check',
  'Changed since',
  'Uncommitted now',
  'Notes',
] as const;

/**
 * The brief of any tool's session as Markdown of at most `tokens` estimated tokens. A pure function of its material:
 * no model, no clock. Every line ends with its sources; of too much the least important lines go first, whole.
 */
export function writeBrief(material: BriefMaterial, tokens = BRIEF_TOKENS): Brief {
  const lines: Readonly<Record<(typeof briefTitles)[number], readonly BriefLine[]>> = {
    Goal: goalLines(material.transcript),
    Decisions: decisionLines(material),
    Done: doneLines(material),
    Next: nextLines(material.transcript),
    'Tried and failed': failedLines(material),
    'Open questions': questionLines(material.transcript),
    'Last failing check': failingCheckLines(material.transcript),
    'Changed since': sinceLines(material),
    'Uncommitted now': uncommittedLines(material),
    Notes: noteLines(material.notes ?? ''),
  };
  return briefOf(
    material,
    briefTitles.map((title) => ({ title, lines: lines[title] })),
    tokens,
  );
}

/** The same of other lines, as a model may have put them. */
export function briefOf(
  material: BriefMaterial,
  parts: readonly BriefPart[],
  tokens = BRIEF_TOKENS,
  wordedBy?: string,
): Brief {
  // A line is rendered once, however often the whole is tried.
  const rendered = new Map<BriefLine, string>();
  const textOf = (line: BriefLine): string => {
    const text = rendered.get(line) ?? renderLine(line);
    rendered.set(line, text);
    return text;
  };
  const head = briefHead(material, wordedBy);
  const whole = (left: readonly BriefPart[]): string => render(material, head, left, textOf);
  const fitted = fitParts(
    parts,
    (left) => estimateTokens(whole(left)) - tokens,
    (line) => estimateTokens(textOf(line)),
  );
  return { text: whole(fitted), parts: fitted, sources: sourcesOf(fitted) };
}

function render(
  material: BriefMaterial,
  head: string,
  parts: readonly BriefPart[],
  textOf: (line: BriefLine) => string,
): string {
  const filled = parts
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => `## ${title}\n${lines.map(textOf).join('\n')}`);
  const legend = legendOf(material, sourcesOf(parts));
  return `${[head, ...filled, ...legend].join('\n\n')}\n`;
}

function sourcesOf(parts: readonly BriefPart[]): readonly Source[] {
  const all = parts.flatMap(({ lines }) => lines.flatMap(({ sources }) => sources));
  return [...new Map(all.map((source) => [JSON.stringify(source), source])).values()];
}

const NOTE_LINES = 40;

/** Line by line: what the agent noted is quoted as everything else. */
function noteLines(notes: string): readonly BriefLine[] {
  return notes
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, NOTE_LINES)
    .map((said, index) => ({
      lead: '',
      said,
      units: 300,
      sources: [{ kind: 'notes' }],
      weight: Math.max(34, 68 - index),
    }));
}
