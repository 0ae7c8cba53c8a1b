import { join } from 'node:path';
import type { CheckedRecord, CheckInput, CheckRule, Finding } from '../check-input.ts';
import { pathName, quote } from '../quote.ts';

/** A record about an end is not stale because something ended. */
const aboutAnEnd =
  /\b(?:remov|delet|drop|retir|replac|renam|mov(?:e|ed|ing)\b|without|no longer|get rid|abandon)/i;
const mostLooked = 50;

export const stale: CheckRule = {
  name: 'stale',
  severity: 'warning',
  summary: 'Everything that an accepted record points to is gone.',
  help: 'The files named by the evidence of this record are no longer there, so what it says is probably past. Retire it, or edit it and name what it is about now.',
  async find(input) {
    const found: Finding[] = [];
    for (const checked of input.records) {
      const finding = await judge(input, checked);
      if (finding !== undefined) found.push(finding);
    }
    return found;
  },
};

async function judge(
  input: CheckInput,
  { path, record, evidence }: CheckedRecord,
): Promise<Finding | undefined> {
  // A milestone speaks of its day; that its files went later makes it no less true.
  if (record.status !== 'accepted' || record.kind === 'milestone' || evidence === undefined) return undefined;
  if (aboutAnEnd.test(record.description)) return undefined;
  const named = [
    ...evidence.anchors.map((anchor) => anchor.path),
    ...evidence.evidence.flatMap((item) => ('path' in item ? [item.path] : [])),
  ];
  const places = [...new Set(named)].slice(0, mostLooked);
  if (places.length === 0) return undefined;
  for (const place of places) if (await input.surroundings.exists(join(input.root, place))) return undefined;
  const shown = places.slice(0, 3).map((place) => pathName(input, join(input.root, place)));
  const rest = places.length > 3 ? ` and ${places.length - 3} more` : '';
  const message = `${quote(record.description)} rests on ${shown.join(', ')}${rest}, which ${places.length === 1 ? 'is' : 'are'} no longer there. Retire the record, or edit it.`;
  return { path, message };
}
