/** Words that carry meaning, lower case. */
export function tellingWords(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return new Set(words.filter((word) => word.length > 2));
}

/** Whether nearly all that a title says stands in one of the known texts already. */
export function isSaidIn(known: readonly ReadonlySet<string>[], title: string): boolean {
  const words = [...tellingWords(title)];
  if (words.length === 0) return false;
  return known.some((one) => words.filter((word) => one.has(word)).length / words.length >= 0.75);
}
