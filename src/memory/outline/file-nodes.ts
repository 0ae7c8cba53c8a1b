import { basename, dirname, isAbsolute } from 'node:path';
import { estimateTokens } from '../../base/tokens.ts';
import type { Entry, MemoryFile, Section } from '../file/memory-file.ts';
import type { ResolvedFile } from '../hierarchy/hierarchy.ts';
import { shortPath } from '../hierarchy/places.ts';
import { formatTokens } from './format-tokens.ts';
import type { NodeIds } from './node-id.ts';
import type { OutlineNode } from './outline.ts';
import { type Readers, readByWords, readerNames } from './reader-words.ts';
import { type Saving, withoutIt } from './what-if.ts';

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export interface FileContext {
  readonly ids: NodeIds;
  readonly root: string;
  readonly homeDirectory: string;
  /** Unless told, nobody is said to read a file. */
  readonly readers?: Readers | undefined;
  /** By path of each loaded file: what would not load without it. */
  readonly savings: ReadonlyMap<string, Saving>;
}

/** The node of one resolved file, with its sections and entries where it was parsed. */
export function fileNode(
  context: FileContext,
  parent: string,
  file: ResolvedFile,
  parsed: MemoryFile | undefined,
): OutlineNode {
  const id = context.ids.next(parent, 'file', file.path);
  const isShown = file.state !== 'skipped' && parsed !== undefined;
  const readBy = context.readers && readerNames(context.readers.get(file.path) ?? []);
  return {
    id,
    kind: 'file',
    label: fileLabel(context, file),
    description: describeFile(file),
    scope: file.scope,
    tokens: file.state === 'loaded' ? file.tokens : 0,
    path: file.path,
    explanation: explainFile(file, context.savings.get(file.path), readBy),
    state: file.state,
    ...(readBy === undefined ? {} : { readBy }),
    children: isShown ? sectionChildren({ ids: context.ids, file }, id, parsed.sections, parsed.text) : [],
  };
}

/** How a file is called in the tree. */
export function fileLabel(context: FileContext, file: Pick<ResolvedFile, 'path' | 'scope'>): string {
  const short = file.scope === 'auto' ? basename(file.path) : shortPath(file.path, context);
  // A place that is nobody's home (a configuration directory of one's own) says its end; the explanation says all.
  const label = isAbsolute(short) ? `…/${basename(dirname(short))}/${basename(short)}` : short;
  return plainText(label);
}

/** Names and reasons come from files: what cannot be seen is made visible. */
export function plainText(text: string): string {
  return text.replace(INVISIBLE, '\uFFFD');
}

function describeFile(file: ResolvedFile): string {
  if (file.state === 'skipped') return 'skipped';
  return [
    tokenWords(file.tokens),
    ...(file.state === 'on-demand' ? ['on demand'] : []),
    ...(file.cutOff === undefined ? [] : ['cut off']),
  ].join(' · ');
}

function explainFile(
  file: ResolvedFile,
  saving: Saving | undefined,
  readBy: readonly string[] | undefined,
): string {
  const states = { loaded: 'Loads', 'on-demand': 'Loads on demand', skipped: 'Does not load' };
  const isLoaded = file.state === 'loaded' && saving !== undefined;
  const sentences = [
    `${file.path} — ${states[file.state]}: ${file.reason}.`,
    ...(file.state === 'skipped' ? [] : [`About ${tokenWords(file.tokens)}.`]),
    ...(file.cutOff === undefined ? [] : [`Over its limit: ${file.cutOff}.`]),
    ...(isLoaded ? [withoutIt(saving)] : []),
    ...(readBy === undefined ? [] : [readByWords(readBy)]),
  ];
  return plainText(sentences.join(' '));
}

interface SectionContext {
  readonly ids: NodeIds;
  readonly file: ResolvedFile;
}

// What stands before the first heading belongs to the file itself.
function sectionChildren(
  context: SectionContext,
  parent: string,
  sections: readonly Section[],
  text: string,
): OutlineNode[] {
  return sections.flatMap((section) =>
    section.depth === 0
      ? section.entries.map((entry) => entryNode(context, parent, entry))
      : [sectionNode(context, parent, section, text)],
  );
}

function sectionNode(context: SectionContext, parent: string, section: Section, text: string): OutlineNode {
  const { file, ids } = context;
  const id = ids.next(parent, 'section', section.title);
  const entries = section.entries.map((entry) => entryNode(context, id, entry));
  const children = [...entries, ...sectionChildren(context, id, section.sections, text)];
  const isCutOff = children.length > 0 && children.every((child) => child.state === 'skipped');
  const tokens = estimateTokens(text.slice(section.range.start, section.range.end));
  const title = section.title === '' ? 'Untitled section' : section.title;
  return {
    id,
    kind: 'section',
    label: title,
    description: isCutOff ? 'cut off' : tokenWords(tokens),
    scope: file.scope,
    tokens: file.state === 'loaded' && !isCutOff ? tokens : 0,
    path: file.path,
    range: section.range,
    line: section.line,
    explanation: `Section "${title}", line ${section.line + 1}, about ${tokenWords(tokens)}.${pieceWords(file, tokens, isCutOff)}`,
    state: isCutOff ? 'skipped' : file.state,
    children,
  };
}

function entryNode({ file, ids }: SectionContext, parent: string, entry: Entry): OutlineNode {
  const isCutOff = file.cutOff !== undefined && !file.text.includes(entry.text.trim());
  const tokens = estimateTokens(entry.text);
  return {
    id: ids.next(parent, 'entry', entry.id),
    kind: 'entry',
    label: entry.label,
    description: isCutOff ? 'cut off' : tokenWords(tokens),
    scope: file.scope,
    tokens: file.state === 'loaded' && !isCutOff ? tokens : 0,
    path: file.path,
    range: entry.range,
    line: entry.line,
    explanation: `${entry.label}, line ${entry.line + 1}, about ${tokenWords(tokens)}.${pieceWords(file, tokens, isCutOff)}`,
    state: isCutOff ? 'skipped' : file.state,
    children: [],
  };
}

// A file cut to a limit takes up what is left free: without a piece of it, what was cut off moves in.
function pieceWords(file: ResolvedFile, tokens: number, isCutOff: boolean): string {
  if (isCutOff) return ' It is beyond the limit of the file and does not load.';
  if (file.state !== 'loaded') return '';
  if (file.cutOff !== undefined) return ' Without it, more of what is cut off would load.';
  return ` ${withoutIt({ own: tokens, withImports: tokens })}`;
}

export function tokenWords(tokens: number): string {
  return `${formatTokens(tokens)} ${tokens === 1 ? 'token' : 'tokens'}`;
}
