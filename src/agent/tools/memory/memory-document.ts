import { readFrontMatter } from '../../../memory/file/front-matter.ts';
import { setFrontMatterValue } from '../../../memory/file/front-matter-edit.ts';
import { type RecordKind, recordKinds } from '../../../memory/project/record-kind.ts';
import type { MemoryRecord } from '../../../memory/record/record.ts';
import { plainScalar, safeBody } from '../../../memory/record/safe-text.ts';

const longestTitle = 200;

/** What a document of the model says. */
export interface MemoryDocument {
  readonly title: string;
  readonly body: string;
}

/** A record as the model reads and edits it: its title as a heading, then its text. */
export function documentOf({ description, body }: MemoryRecord): string {
  return `# ${description}\n\n${body}\n`;
}

/**
 * Reads what the model wrote. The title is the first heading, else the front matter's description or name, else what
 * the file is called. The rest is the text.
 */
export function readDocument(text: string, name: string): MemoryDocument {
  const reading = readFrontMatter(text);
  const values = reading.frontMatter?.values ?? {};
  const rest = text.slice(reading.bodyStart).trim();
  const heading = /^#{1,6}[ \t]+([^\n]+?)[ \t#]*(?:\n|$)/.exec(rest);
  const named = [heading?.[1], values['description'], values['name']].find(
    (one) => typeof one === 'string' && one.trim() !== '',
  );
  const title = (typeof named === 'string' ? named : words(name))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longestTitle);
  const body = heading === null ? rest : rest.slice(heading[0].length).trim();
  return { title, body: body === '' ? `${title}.` : body };
}

/** The kind a file's name begins with, as records' names do; a reference where it begins with none. */
export function kindOfName(name: string): RecordKind {
  return recordKinds.find((kind) => name.toLowerCase().startsWith(kind)) ?? 'reference';
}

/** The text of a proposal's file with another title and text; the rest of it stays. */
export function withDocument(file: string, { title, body }: MemoryDocument): string {
  const titled = setFrontMatterValue(file, ['description'], plainScalar(title));
  const text = titled.ok ? titled.value : file;
  return `${text.slice(0, readFrontMatter(text).bodyStart)}${safeBody(body)}\n`;
}

function words(name: string): string {
  const found = name.replace(/[-_.]+/g, ' ').trim();
  return found.charAt(0).toUpperCase() + found.slice(1);
}
