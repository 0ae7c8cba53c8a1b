import type { MemoryRecord } from './record.ts';
import { safeLine, shorten } from './safe-text.ts';

const titleUnits = 90;

/** The record's first line, as one safe line without heading marks and final stop; its description where the body is empty. */
export function recordTitle(record: Pick<MemoryRecord, 'body' | 'description'>): string {
  const first = record.body.split('\n').find((line) => line.trim() !== '') ?? '';
  const plain = safeLine(first.replace(/^\s*#+\s*/, '')).replace(/\.$/, '');
  const usable = plain === '' || plain.startsWith('**') ? record.description : plain;
  return shorten(usable, titleUnits);
}

/** The description without what the title said already; empty where nothing is left. */
export function recordHook(record: Pick<MemoryRecord, 'body' | 'description'>): string {
  const title = recordTitle(record).replace(/…$/, '');
  const description = safeLine(record.description);
  if (!description.toLowerCase().startsWith(title.toLowerCase())) return description;
  return description.slice(title.length).replace(/^[\s.;:,–—-]+/, '');
}

/** The text after `**Why:**` (or another label) up to the next label or paragraph, on one line; undefined where there is none. */
export function recordPart(
  record: Pick<MemoryRecord, 'body'>,
  label: 'Why' | 'How to apply' | 'Considered' | 'Supersedes',
): string | undefined {
  const start = record.body.indexOf(`**${label}:**`);
  if (start < 0) return undefined;
  const rest = record.body.slice(start + label.length + 5);
  const end = rest.search(/\n\s*\n|\*\*(?:Why|How to apply|Considered|Supersedes):\*\*/);
  const text = safeLine(end < 0 ? rest : rest.slice(0, end));
  return text === '' ? undefined : text;
}

/** Kinds an agent acts on come first, so that a limit cuts milestones before decisions. */
const kindOrder = ['decision', 'convention', 'gotcha', 'preference', 'reference', 'milestone'];

/** The accepted records in the order of index and delivery: by kind, the newest first, ties by id. */
export function acceptedInOrder(records: readonly MemoryRecord[]): readonly MemoryRecord[] {
  const rank = (record: MemoryRecord): number => kindOrder.indexOf(record.kind);
  return records
    .filter((record) => record.status === 'accepted')
    .sort((a, b) => rank(a) - rank(b) || compare(b.id, a.id) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
