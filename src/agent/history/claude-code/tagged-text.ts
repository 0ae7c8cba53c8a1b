/**
 * Text in the tags in which the program writes what it puts in a person's place. Looked for by position alone: the
 * text is anybody's, and a pattern over it could take for ever.
 */

/** What stands between the first such tag and its end; undefined where there is none. */
export function tagged(text: string, tag: string): string | undefined {
  const open = `<${tag}>`;
  const from = text.indexOf(open);
  if (from === -1) return undefined;
  const to = text.indexOf(`</${tag}>`, from + open.length);
  return to === -1 ? undefined : text.slice(from + open.length, to);
}

/** Whether it begins with one of the tags, whatever attributes it has. */
export function beginsWithTag(text: string, tags: readonly string[]): boolean {
  const start = /^\s*<([a-z_-]{1,40})[\s>]/.exec(text.slice(0, 1000))?.[1];
  return start !== undefined && tags.includes(start);
}

/** Whether it stands in one of the tags as a whole. */
export function isAllTagged(text: string, tags: readonly string[]): boolean {
  const trimmed = text.trim();
  return tags.some((tag) => trimmed.startsWith(`<${tag}>`) && trimmed.endsWith(`</${tag}>`));
}
