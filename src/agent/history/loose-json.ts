import { ENTRY_UNITS } from './transcript.ts';

/** A JSON object of somebody else: what it holds is asked for by name and kind, and may be anything. */
export type LooseObject = Readonly<Record<string, unknown>>;

/** Undefined for what is no JSON object. Nesting is bounded by the line: what is too deep for the parser is none. */
export function parseLoose(text: string): LooseObject | undefined {
  try {
    return looseObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function looseObject(value: unknown): LooseObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as LooseObject)
    : undefined;
}

/** Own properties only: a key named `__proto__` or `constructor` reaches nothing. */
export function fieldOf(object: LooseObject | undefined, name: string): unknown {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

export function objectField(object: LooseObject | undefined, name: string): LooseObject | undefined {
  return looseObject(fieldOf(object, name));
}

export function textField(object: LooseObject | undefined, name: string): string | undefined {
  const value = fieldOf(object, name);
  return typeof value === 'string' ? value : undefined;
}

export function numberField(object: LooseObject | undefined, name: string): number | undefined {
  const value = fieldOf(object, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function flagField(object: LooseObject | undefined, name: string): boolean {
  return fieldOf(object, name) === true;
}

export function listField(object: LooseObject | undefined, name: string): readonly unknown[] {
  const value = fieldOf(object, name);
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; what is none is left out. */
export function objectsField(object: LooseObject | undefined, name: string): readonly LooseObject[] {
  return listField(object, name).flatMap((value): readonly LooseObject[] => {
    const found = looseObject(value);
    return found ? [found] : [];
  });
}

/** Milliseconds since the epoch from an ISO text, seconds or milliseconds; undefined for anything else. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof time !== 'number' || !Number.isFinite(time) || time <= 0) return undefined;
  // Seconds until the year 2286 are below what milliseconds were in 1970's fourth month.
  return Math.round(time < 10_000_000_000 ? time * 1000 : time);
}

/** One entry's text, see {@link ENTRY_UNITS}. */
export function entryText(text: string, units = ENTRY_UNITS): string {
  return text.length <= units ? text : `${text.slice(0, units - 1)}…`;
}

const SUMMARY_UNITS = 300;

/** A summary: one line, at most 300 units. */
export function summaryText(text: string): string {
  return entryText(
    text
      .slice(0, SUMMARY_UNITS * 8)
      .trim()
      .replace(/\s+/g, ' '),
    SUMMARY_UNITS,
  );
}
