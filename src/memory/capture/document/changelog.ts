const name =
  /(?:^|\/)(?:change[-_]?logs?|changes|history|news|releases?|release[-_]?notes)(?:\.(?:md|markdown|rst|txt|adoc))?$/i;
const foreign =
  /^\.varve\/|(?:^|\/)(?:node_modules|vendor|third[_-]party|fixtures?|testdata|examples?|templates?)\//i;

/** The directory whose changes a changelog tells, as a package's name; empty at the root; undefined: no changelog. */
export function changelogPackage(path: string): string | undefined {
  if (!name.test(path) || foreign.test(path)) return undefined;
  const folders = path.split('/').slice(0, -1);
  const folder = folders.at(-1) ?? '';
  return /^(?:docs?|documentation|doc)$/i.test(folder) ? '' : folder.toLowerCase();
}

export interface ChangelogSection {
  readonly version: string;
  /** The first thing it tells, without marks. */
  readonly told?: string;
}

const heading =
  /^\s*(?:#{1,4}\s+|=+\s+|\*\*)?(?:\[|`)?(?:version\s+|release\s+)?v?(\d+\.\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?)(?:\]|`)?(?:\([^)]*\))?(?:\*\*)?(?:\s*[-–—:(/,].*|\s+\(?\d{4}.*|\s+released.*|\s*)$/i;

/** The versions a changelog has a section for, as it lists them; what is unreleased has none. */
export function changelogSections(text: string): readonly ChangelogSection[] {
  const lines = text.split(/\r?\n/).slice(0, 20_000);
  const sections: { version: string; told?: string }[] = [];
  for (const [index, line] of lines.entries()) {
    const version = line.length > 160 ? undefined : heading.exec(line)?.[1];
    const isHeading = /^\s*(?:#|=+\s|\*\*)/.test(line) || /^\s*[-=~^]{3,}\s*$/.test(lines[index + 1] ?? '');
    if (version !== undefined && isHeading) sections.push({ version });
    else if (sections.length > 0) tell(sections.at(-1), line);
  }
  return sections;
}

function tell(section: { told?: string } | undefined, line: string): void {
  if (section === undefined || section.told !== undefined) return;
  if (
    /^\s*(?:#|=+\s|\*\*[^*]+\*\*\s*:?\s*$|[-=~^]{3,}\s*$|$)/.test(line) ||
    /^\s*_?\(?\d{4}-\d\d-\d\d/.test(line)
  )
    return;
  const told = line
    .replace(/^\s*(?:[-*+•]|\d+[.)])\s+/, '')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|__/g, '')
    .replace(/\s*\((?:#?\w{1,12}[, ]*)+\)/g, '')
    .trim();
  if (told.replace(/[^\p{L}]/gu, '').length >= 8) section.told = told.replace(/[.\s]+$/, '');
}
