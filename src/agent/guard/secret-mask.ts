import { findSecrets } from '../../base/secrets.ts';

/** Takes secrets out of a text: what looks like one with high confidence, and exact values that are known to be. */
export type Mask = (text: string) => string;

interface Hidden {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

const secretName = /(^|_)(key|token|secret|password|passwd|credentials?|auth)(_|$)/i;
const leastLength = 12;
const leastOwnLength = 8;

/** Values of an environment that are secrets by the name of their variable; those of the run's own keys even when short. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const least = name.startsWith('ANTHROPIC_') ? leastOwnLength : leastLength;
    const isSecret = value !== undefined && value.length >= least && secretName.test(name);
    // A path or an address is where a secret is, not what it is.
    return isSecret && !/^(\/|~|[A-Za-z]:\\|https?:\/\/[^@]*$)/.test(value) ? [value] : [];
  });
}

/** What a run of this environment hides: see {@link secretsOf}. */
export function environmentMask(environment: Readonly<Record<string, string | undefined>>): Mask {
  return createMask(secretsOf(environment));
}

/** A mask for these exact values beside what is found by its form. */
export function createMask(values: readonly string[]): Mask {
  const known = [...new Set(values)].filter((value) => value !== '').sort((a, b) => b.length - a.length);
  return (text) => {
    let result = '';
    let position = 0;
    for (const { kind, start, end } of hiddenIn(text, known)) {
      result += `${text.slice(position, start)}[redacted ${kind}]`;
      position = end;
    }
    return result + text.slice(position);
  };
}

/** In order, not overlapping. */
function hiddenIn(text: string, known: readonly string[]): readonly Hidden[] {
  const found: Hidden[] = [...findSecrets(text)];
  for (const value of known)
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length))
      found.push({ kind: 'key', start: at, end: at + value.length });
  const merged: Hidden[] = [];
  for (const next of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || next.start >= last.end) merged.push(next);
    else if (next.end > last.end) merged[merged.length - 1] = { ...last, end: next.end };
  }
  return merged;
}

const heldLetters = 4_096;
const heldKeyLetters = 32_768;
const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/;
const keyEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY[^\n]*\n/;

/** Text that comes in pieces. */
export interface MaskedStream {
  /** What of the text so far may be shown. */
  add(piece: string): string;
  /** The rest. */
  end(): string;
}

/**
 * Masks what comes in pieces, a secret cut in two by them too: whole lines are let through, the last one is held back
 * until it ends, a private key until its end is there. What goes on for 4,096 letters without a line end is let
 * through but for its last 4,096.
 */
export function createMaskedStream(mask: Mask): MaskedStream {
  let held = '';
  return {
    add: (piece) => {
      held += piece;
      const cut = cutOf(held);
      const ready = held.slice(0, cut);
      held = held.slice(cut);
      return ready === '' ? '' : mask(ready);
    },
    end: () => {
      const rest = held;
      held = '';
      return rest === '' ? '' : mask(rest);
    },
  };
}

function cutOf(held: string): number {
  const lineEnd = Math.max(held.lastIndexOf('\n'), held.lastIndexOf('\r')) + 1;
  const key = held.search(keyBegin);
  if (key !== -1 && key < lineEnd && !keyEnd.test(held.slice(key)) && held.length - key < heldKeyLetters)
    return key;
  if (held.length - lineEnd <= 2 * heldLetters) return lineEnd;
  const cut = held.length - heldLetters;
  const across = findSecrets(held).find(({ start, end }) => start < cut && end > cut);
  return across?.start ?? cut;
}
