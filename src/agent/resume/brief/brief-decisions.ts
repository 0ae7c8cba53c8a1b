import { type Statement, statementsIn } from '../learn/statements.ts';
import { isSaidIn, tellingWords } from '../same-words.ts';
import { writtenOrRead } from './brief-files.ts';
import type { BriefLine } from './brief-line.ts';
import type { BriefMaterial, BriefRecord } from './brief-material.ts';
import { isCitableName } from './citation.ts';
import { inertWords } from './quoted-text.ts';

const MOST_RECORDS = 8;
const MOST_STATED = 6;

/** Records that concern what the session did, and what was decided in it that is no record yet. */
export function decisionLines(material: BriefMaterial): readonly BriefLine[] {
  const relevant = relevantRecords(material);
  return [...relevant.map(recordLine), ...statedLines(material)];
}

/** By the files they are about, by their own file, by their name in the conversation; the nearest first. */
function relevantRecords(material: BriefMaterial): readonly BriefRecord[] {
  const { written, read } = writtenOrRead(material);
  const told = material.transcript.entries
    .map((entry) => ('text' in entry ? entry.text : ''))
    .join('\n')
    .slice(0, 500_000);
  const score = ({ anchors, path, name }: BriefRecord): number => {
    if (written.has(path) || told.includes(name)) return 4;
    if (anchors.some((anchor) => written.has(anchor))) return 3;
    return read.has(path) || anchors.some((anchor) => read.has(anchor)) ? 2 : 0;
  };
  return material.records
    .filter(({ name, kind }) => isCitableName(name) && kind !== 'milestone')
    .map((record, index) => ({ record, index, score: score(record) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, MOST_RECORDS)
    .map(({ record }) => record);
}

function recordLine({ name, description, path, state }: BriefRecord, index: number): BriefLine {
  const waits = state === 'waits' ? ', waits for review' : '';
  const title = inertWords(description, 200);
  const isLink = /^[\w./-]+$/.test(path);
  return {
    lead: isLink ? `[${title}](${path})${waits}` : `${title}${waits}`,
    sources: [{ kind: 'record', name }],
    weight: 75 - index,
  };
}

function statedLines({ transcript, records }: BriefMaterial): readonly BriefLine[] {
  const known = records.map(({ description }) => tellingWords(description));
  return statementsIn(transcript)
    .filter(({ decision }) => !isSaidIn(known, decision.title))
    .slice(-MOST_STATED)
    .map(({ sentence, by, number }, index) => ({
      lead: `${whose[by]}, no record yet:`,
      said: sentence,
      units: 240,
      sources: [{ kind: 'entry', number }],
      weight: (by === 'agent' ? 58 : 72) + index * 0.1,
    }));
}

const whose: Readonly<Record<Statement['by'], string>> = {
  person: 'said by the person',
  confirmed: 'proposed by the agent and confirmed',
  agent: 'said by the agent',
};
