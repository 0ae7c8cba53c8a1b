import { join } from 'node:path';
import { type AnchorFreshness, anchorName, type Freshness } from '../../freshness/anchor.ts';
import type { CheckedRecord, CheckInput, CheckRule, Finding } from '../check-input.ts';
import type { CheckFix } from '../check-problem.ts';
import { pathName, quote } from '../quote.ts';

/** A record about an end is not stale because something ended. */
const aboutAnEnd =
  /\b(?:remov|delet|drop|retir|replac|renam|mov(?:e|ed|ing)\b|without|no longer|get rid|abandon)/i;
const mostNamed = 3;
const mostLooked = 50;

export const stale: CheckRule = {
  name: 'stale',
  severity: 'warning',
  summary: 'The code that an accepted record speaks of was changed or is gone.',
  help: 'What the record says may be past. Read it beside the code: say that it is *still true* (its anchors are then taken anew), *update* it, or *retire* it. Code that stands unchanged in another place is only noted; *still true* follows it. White space, line breaks and comments never count. Milestones speak of their day and are passed over, and so are records about an end.',
  async find(input) {
    const states = new Map<string, AnchorFreshness[]>();
    for (const state of input.freshness) {
      const known = states.get(state.recordId);
      if (known === undefined) states.set(state.recordId, [state]);
      else known.push(state);
    }
    const found: Finding[] = [];
    for (const checked of input.records) {
      if (!speaksOfCode(checked)) continue;
      found.push(...(await judge(input, checked, states.get(checked.record.id) ?? [])));
    }
    return found;
  },
};

// A milestone speaks of its day; that its files changed later makes it no less true.
function speaksOfCode({ record, evidence }: CheckedRecord): boolean {
  if (record.status !== 'accepted' || record.kind === 'milestone' || evidence === undefined) return false;
  return !aboutAnEnd.test(record.description);
}

async function judge(
  input: CheckInput,
  checked: CheckedRecord,
  states: readonly AnchorFreshness[],
): Promise<readonly Finding[]> {
  const hashed = states.filter(({ hasHash }) => hasHash);
  const past = hashed.filter(({ state }) => state === 'stale' || state === 'gone');
  const moved = hashed.filter(({ state }) => state === 'moved');
  const found: Finding[] = [];
  if (past.length > 0) found.push(pastFinding(input, checked, past));
  if (moved.length > 0) found.push(movedFinding(input, checked, moved));
  if (hashed.length > 0) return found;
  const gone = await allPathsGone(input, checked, states);
  return gone.length === 0 ? [] : [pathsFinding(input, checked, gone)];
}

function pastFinding(
  input: CheckInput,
  { path, record }: CheckedRecord,
  past: readonly AnchorFreshness[],
): Finding {
  const words: Partial<Record<Freshness, string>> = {
    stale: 'was changed since',
    gone: 'is nowhere any more',
  };
  const parts = (['stale', 'gone'] as const).flatMap((state) => {
    const of = past.filter((one) => one.state === state);
    return of.length === 0 ? [] : [`${listed(of.map(placeThen(input)))}, which ${words[state]}`];
  });
  return {
    path,
    message: `${quote(record.description)} speaks of ${parts.join('; and of ')}. Say that it is still true, update it, or retire it.`,
    fixes: [stillTrue(record.id), retire(record.id)],
  };
}

function movedFinding(
  input: CheckInput,
  { path, record }: CheckedRecord,
  moved: readonly AnchorFreshness[],
): Finding {
  const places = moved.map((one) => {
    const now = one.now === undefined ? '' : ` (now ${named(input, one.now)})`;
    return `${named(input, one)}${now}`;
  });
  return {
    path,
    severity: 'info',
    message: `${quote(record.description)} speaks of code that stands elsewhere now: ${listed(places)}. Say that it is still true, and it follows.`,
    fixes: [stillTrue(record.id)],
  };
}

/** Of a record without hashes only the paths can speak, and only when none of them is there. */
async function allPathsGone(
  input: CheckInput,
  { evidence }: CheckedRecord,
  states: readonly AnchorFreshness[],
): Promise<readonly string[]> {
  if (states.some(({ state }) => state !== 'gone')) return [];
  const quoted = evidence?.evidence.flatMap((item) => ('path' in item ? [item.path] : [])) ?? [];
  const places = [...new Set([...states.map(({ path }) => path), ...quoted])].slice(0, mostLooked);
  const isGone = new Set(states.map(({ path }) => path));
  for (const place of places)
    if (!isGone.has(place) && (await input.surroundings.exists(join(input.root, place)))) return [];
  return places;
}

function pathsFinding(
  input: CheckInput,
  { path, record }: CheckedRecord,
  places: readonly string[],
): Finding {
  const shown = listed(places.map((place) => named(input, { path: place })));
  const verb = places.length === 1 ? 'is' : 'are';
  return {
    path,
    message: `${quote(record.description)} rests on ${shown}, which ${verb} no longer there. Say that it is still true, update it, or retire it.`,
    fixes: [stillTrue(record.id), retire(record.id)],
  };
}

function placeThen(input: CheckInput) {
  return (one: AnchorFreshness): string => {
    const isElsewhere = one.now !== undefined && one.now.path !== one.path;
    return isElsewhere && one.now !== undefined
      ? `${named(input, one)} (now ${named(input, one.now)})`
      : named(input, one);
  };
}

/** A symbol comes out of a file that anybody may have written: shown as one short line. */
function named(
  input: CheckInput,
  { path, symbol }: { readonly path: string; readonly symbol?: string },
): string {
  const shown = symbol?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, 120);
  return anchorName({
    path: pathName(input, join(input.root, path)),
    ...(shown === undefined ? {} : { symbol: shown }),
  });
}

function listed(places: readonly string[]): string {
  const rest = places.length > mostNamed ? ` and ${places.length - mostNamed} more` : '';
  return `${places.slice(0, mostNamed).join('; ')}${rest}`;
}

function stillTrue(id: string): CheckFix {
  return { kind: 'still-true', title: 'Still true', id };
}

function retire(id: string): CheckFix {
  return { kind: 'retire', title: 'Retire the record', id };
}
