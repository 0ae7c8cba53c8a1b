import { indexLimits } from '../hierarchy/limits.ts';
import type { MemoryRecord } from './record.ts';
import { acceptedInOrder, recordHook, recordTitle } from './record-parts.ts';
import { shorten } from './safe-text.ts';

const lineUnits = 200;
const emptyIndex = 'No accepted records yet.\n';

/**
 * `MEMORY.md`: one line for each accepted record, `- [Title](file.md) — hook`, within {@link indexLimits}. A pure
 * function of the records, whatever order they come in. What does not fit is counted in the last line.
 */
export function renderIndex(records: readonly MemoryRecord[]): string {
  const accepted = acceptedInOrder(records);
  if (accepted.length === 0) return emptyIndex;
  const lines = accepted.map(indexLine);
  const whole = `${lines.join('\n')}\n`;
  if (fits(whole, lines.length)) return whole;
  for (let kept = Math.min(lines.length, indexLimits.lines - 1); kept > 0; kept--) {
    const text = `${[...lines.slice(0, kept), leftOut(lines.length - kept)].join('\n')}\n`;
    if (fits(text, kept + 1)) return text;
  }
  return `${leftOut(lines.length)}\n`;
}

function fits(text: string, lines: number): boolean {
  return lines <= indexLimits.lines && text.trim().length <= indexLimits.units;
}

function leftOut(count: number): string {
  const records = count === 1 ? 'One more accepted record is' : `${count} more accepted records are`;
  return `${records} not listed here; the files stand beside this one.`;
}

function indexLine(record: MemoryRecord): string {
  const title = recordTitle(record).replace(/[[\]]/g, (bracket) => (bracket === '[' ? '(' : ')'));
  const link = `- [${title}](${encodeURI(record.name).replace(/[()]/g, encodeURIComponent)}.md)`;
  const hook = recordHook(record) || record.kind;
  return `${link} — ${shorten(hook, Math.max(40, lineUnits - link.length))}`;
}
