import { parseEvidence, renderEvidence } from './evidence-file.ts';
import { mergeSides } from './merge-marks.ts';
import type { Evidence } from './record.ts';

/**
 * The evidence file that two sides of a merge come to, by the same rule in every clone: where they differ in nothing but
 * what a machine took (anchors, rule, reason, confidence), the text that is smaller by its UTF-16 units. Undefined where
 * the text holds no two sides, or they differ in what a person has to decide: the source, what is superseded or
 * required, the standing, what supports it.
 */
export function settledEvidence(text: string): string | undefined {
  const sides = mergeSides(text);
  if (sides === undefined) return undefined;
  const [ours, theirs] = [parseEvidence(sides.ours), parseEvidence(sides.theirs)];
  if (!ours.ok || !theirs.ok) return undefined;
  if (decidedPart(ours.value) !== decidedPart(theirs.value)) return undefined;
  const [first, second] = [sides.ours, sides.theirs].map((side) => side.replace(/\r\n/g, '\n'));
  return first !== undefined && second !== undefined && first < second ? first : second;
}

function decidedPart(evidence: Evidence): string {
  const { rule: _rule, reason: _reason, confidence: _confidence, ...decided } = evidence;
  return renderEvidence({ ...decided, anchors: [] });
}
