export interface LeadingYaml {
  readonly yaml: string;
  /** Where the text begins that goes into context. */
  readonly bodyStart: number;
}

/**
 * The front matter as Claude Code 2.1.330 sees it: from a first line `---` to the next `---` wherever it stands, be it
 * within a line; blank space behind it goes too. Undefined where there is none: then the whole text is used, with its
 * byte order mark.
 */
export function leadingYaml(text: string): LeadingYaml | undefined {
  const open = /^\uFEFF?---\s*\n/.exec(text)?.[0];
  if (open === undefined) return undefined;
  // `\s*` above runs over blank lines: the closing marks may also be what it stopped at.
  const close = text.indexOf('---', open.length);
  if (close < 0) return undefined;
  const after = /\s*/y;
  after.lastIndex = close + 3;
  const gap = after.exec(text)?.[0] ?? '';
  return { yaml: text.slice(open.length, close), bodyStart: close + 3 + gap.length };
}
