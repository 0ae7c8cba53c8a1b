const TITLE_UNITS = 120;

/** Of a prompt its first paragraph in one line: what a person attached stands behind their own words. */
export function titleOf(prompt: string): string {
  const [said = ''] = prompt.trim().split(/\n\s*\n/, 1);
  const line = said.replace(/\s+/g, ' ');
  return line.length <= TITLE_UNITS ? line : `${line.slice(0, TITLE_UNITS - 1).trimEnd()}…`;
}
