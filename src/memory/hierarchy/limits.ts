/** Limits of Claude Code 2.1.330; sources in its documentation (memory, errors) and in the published program. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** The file itself counts as one: four hops. */
export const MAX_IMPORT_DEPTH = 5;
export const MAX_TOPIC_FILES = 200;
/** Imports of one file that are looked at: a bound of ours. */
export const MAX_IMPORTS = 2000;
/** Characters of one file, and of all together, from which Claude Code warns (in a 200k context window). */
export const WARN_FILE_UNITS = 40_000;
export const WARN_TOTAL_UNITS = 120_000;

/** What loads of a MEMORY.md: lines, and UTF-16 units of the trimmed text. OpenClaw reads as many lines. */
export const indexLimits = { lines: 200, units: 25_000 } as const;
const RECALL_BYTES = 4096;

export interface Cut {
  readonly text: string;
  /** In words, where something was cut off. */
  readonly cutOff?: string;
}

/** The part of an auto memory index that loads: the first 200 lines or 25,000 UTF-16 units of the trimmed text. */
export function cutIndex(text: string): Cut {
  const whole = text.trim();
  const total = countLines(whole);
  const byLines = whole.split('\n').slice(0, indexLimits.lines).join('\n');
  const kept = byLines.length <= indexLimits.units ? byLines : cutAtLine(byLines, indexLimits.units);
  if (kept.length === whole.length) return { text: kept };
  const keptLines = countLines(kept);
  const isWithinLine = whole[kept.length] !== '\n';
  if (isWithinLine)
    return {
      text: kept,
      cutOff: `what follows the first ${indexLimits.units.toLocaleString('en')} characters is cut off`,
    };
  return {
    text: kept,
    cutOff: `${lineSpan(keptLines + 1, total)} of ${total} ${total - keptLines === 1 ? 'is' : 'are'} cut off`,
  };
}

/** The part of a topic file that recall reads: its first 4,096 bytes. */
export function cutTopic(text: string): Cut {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= RECALL_BYTES) return { text };
  // A character cut in two at the border is dropped.
  const kept = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, RECALL_BYTES), {
    stream: true,
  });
  return {
    text: kept,
    cutOff: `what follows the first 4,096 of ${bytes.length.toLocaleString('en')} bytes is cut off`,
  };
}

function cutAtLine(text: string, units: number): string {
  const lineEnd = text.lastIndexOf('\n', units);
  return lineEnd > 0 ? text.slice(0, lineEnd) : text.slice(0, units).replace(/[\ud800-\udbff]$/, '');
}

function countLines(text: string): number {
  return text.split('\n').length;
}

function lineSpan(first: number, last: number): string {
  return first === last ? `line ${first}` : `lines ${first}–${last}`;
}
