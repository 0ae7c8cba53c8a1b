/** `a.{ts,tsx}` → `a.ts`, `a.tsx`. Over `limit` patterns in all, the pattern comes back as it is. */
export function expandBraces(pattern: string, limit: number): string[] {
  const done: string[] = [];
  const waiting = [pattern];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const group = firstGroup(next);
    if (group === undefined) done.push(next);
    else waiting.push(...group.parts.map((part) => group.before + part + group.after).toReversed());
    if (done.length + waiting.length > limit) return [pattern];
  }
  return done;
}

/** Splits at commas outside braces: `src/**, *.{ts,tsx}` is two patterns. */
export function splitList(text: string): string[] {
  return splitOutsideBraces(text)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function firstGroup(pattern: string): { before: string; parts: string[]; after: string } | undefined {
  for (let open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', open + 1)) {
    if (pattern[open - 1] === '\\') continue;
    const close = closingBrace(pattern, open);
    if (close === undefined) return undefined;
    const parts = splitOutsideBraces(pattern.slice(open + 1, close));
    if (parts.length > 1) return { before: pattern.slice(0, open), parts, after: pattern.slice(close + 1) };
  }
  return undefined;
}

function closingBrace(pattern: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === '{') depth += 1;
    else if (pattern[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}

function splitOutsideBraces(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth = Math.max(0, depth - 1);
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
