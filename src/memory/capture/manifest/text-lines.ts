/** Longer than any line a person writes into a manifest; patterns are only tried on what is bounded. */
const longest = 2_000;

/** Lines of a text, those longer than any that a person writes left out. */
export function textLines(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line.length <= longest);
}
