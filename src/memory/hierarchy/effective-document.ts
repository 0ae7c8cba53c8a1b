import { type EffectiveNote, notesByPath } from './effective-notes.ts';
import type { Dialect, HierarchyReading, ResolvedFile, ResolvedHierarchy, Scope } from './hierarchy.ts';
import {
  fence,
  formatMarkdownCode,
  formatMarkdownSentence,
  formatMarkdownTable,
  formatMarkdownText,
  type TableColumn,
} from './inert-markdown.ts';
import { lostText } from './lost-text.ts';
import { shortPath } from './places.ts';
import { programNames } from './program-names.ts';

export interface EffectiveDocumentOptions {
  readonly dialect?: Dialect;
  readonly activeFile?: string | undefined;
  /** What paths are shown relative to. */
  readonly root?: string;
  readonly homeDirectory?: string;
  /** What repeats and what contradicts each other. */
  readonly notes?: readonly EffectiveNote[];
}

interface Context {
  readonly program: string;
  readonly reading: HierarchyReading;
  readonly loaded: readonly ResolvedFile[];
  readonly imported: ReadonlyMap<string, number>;
  readonly notes: ReadonlyMap<string, readonly EffectiveNote[]>;
  readonly name: (path: string) => string;
}

const origins: Record<Scope, string> = {
  managed: 'your organisation',
  user: 'yours, on this machine',
  project: 'checked in with the project',
  folder: 'checked in with the project',
  local: 'yours, in this project only',
  rules: 'checked in with the project',
  auto: 'written by an agent on this machine',
  session: 'notes of this session',
};

/** How much of what was cut off is shown, in UTF-16 units: the rest stands in the file. */
const MAX_LOST_UNITS = 20_000;

/**
 * The effective memory as a Markdown document for people: a table of all that loads; each loaded file with reason,
 * cost, origin and what was cut off; what repeats or contradicts; what a compaction takes away; then what does not
 * load and why. The files' own text is inert: fenced, so that no link, HTML or image in it comes to life.
 */
export function renderEffectiveDocument(
  reading: HierarchyReading,
  options: EffectiveDocumentOptions = {},
): string {
  const { hierarchy } = reading;
  const dialect = options.dialect ?? 'claude-code';
  const notes = options.notes ?? [];
  const loaded = hierarchy.files.filter(({ state }) => state === 'loaded');
  const context: Context = {
    program: programNames[dialect],
    reading,
    loaded,
    imported: tokensByImporter(loaded),
    notes: notesByPath(notes),
    name: (path) => formatMarkdownCode(shortPath(path, options)),
  };
  const others = hierarchy.files.filter(({ state }) => state !== 'loaded');
  const parts = [
    `# Effective memory\n\n${beginning(context, options.activeFile)}\n\n${totals(context, hierarchy.tokens)}`,
    ...(context.loaded.length === 0 ? [] : [summary(context)]),
    ...context.loaded.map((file, index) => block(context, file, index + 1)),
    ...(notes.length === 0 ? [] : [notesSection(context, notes)]),
    ...(dialect === 'claude-code' ? compactionSection(context) : []),
    ...(others.length === 0 ? [] : [absent(context, others)]),
    ...(hierarchy.problems.length === 0 ? [] : [problems(context, hierarchy)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function beginning({ program, name }: Context, activeFile: string | undefined): string {
  return activeFile === undefined
    ? `What ${program} reads here when a session starts.`
    : `What ${program} reads here with ${name(activeFile)} open.`;
}

function totals({ loaded }: Context, tokens: number): string {
  if (loaded.length === 0) return 'Nothing loads here.';
  return `${loaded.length} ${loaded.length === 1 ? 'file' : 'files'}, about ${count(tokens)} tokens.`;
}

function summary(context: Context): string {
  const marks = context.loaded.map((file) => marksOf(context, file).join(', '));
  const isClean = marks.every((mark) => mark === '');
  const rows = context.loaded.map((file, index) => [
    String(index + 1),
    context.name(file.path),
    count(file.tokens),
    file.trigger === 'read' ? 'when a file is read' : 'at the start',
    ...(isClean ? [] : [marks[index] || 'none']),
  ]);
  const columns: readonly TableColumn[] = [
    { title: 'Order', align: 'right' },
    { title: 'File' },
    { title: 'Tokens', align: 'right' },
    { title: 'Loads' },
    ...(isClean ? [] : [{ title: 'To look at' }]),
  ];
  return `## Summary\n\n${formatMarkdownTable(columns, rows)}`;
}

function marksOf(context: Context, file: ResolvedFile): readonly string[] {
  return [...(file.cutOff === undefined ? [] : ['cut off']), ...noteCounts(context, file)];
}

function noteCounts({ notes }: Context, { path }: ResolvedFile): readonly string[] {
  const own = notes.get(path) ?? [];
  const repeats = own.filter(({ kind }) => kind === 'repeat').length;
  const conflicts = own.length - repeats;
  return [
    ...(repeats === 0 ? [] : [repeats === 1 ? '1 repeat' : `${repeats} repeats`]),
    ...(conflicts === 0 ? [] : [conflicts === 1 ? '1 conflict' : `${conflicts} conflicts`]),
  ];
}

function block(context: Context, file: ResolvedFile, position: number): string {
  const facts = [
    `${formatMarkdownSentence(file.reason)}.`,
    `About ${count(file.tokens)} tokens.`,
    `Origin: ${origins[file.scope]}.`,
    whatIf(context, file),
    ...(context.notes.has(file.path) ? [`To look at: ${noteCounts(context, file).join(', ')}.`] : []),
    ...(file.cutOff === undefined ? [] : [`**Cut off**: ${formatMarkdownText(file.cutOff)}.`]),
  ];
  return [
    `## ${position}. ${context.name(file.path)}`,
    facts.join(' '),
    fence(file.text, 'markdown'),
    ...lost(context, file),
  ].join('\n\n');
}

// What a file imports goes with it.
function whatIf({ imported }: Context, file: ResolvedFile): string {
  const more = imported.get(file.path) ?? 0;
  const withImports = more === 0 ? '' : `, with all it imports −${count(file.tokens + more)}`;
  return `Without this file: −${count(file.tokens)} tokens${withImports}.`;
}

/** By path: tokens of all that came in through the imports of a file, at any depth. */
function tokensByImporter(loaded: readonly ResolvedFile[]): ReadonlyMap<string, number> {
  const parents = new Map(loaded.map(({ path, parent }) => [path, parent]));
  const sums = new Map<string, number>();
  for (const { parent, tokens } of loaded) {
    const seen = new Set<string>();
    for (let path = parent; path !== undefined && !seen.has(path); path = parents.get(path)) {
      seen.add(path);
      sums.set(path, (sums.get(path) ?? 0) + tokens);
    }
  }
  return sums;
}

function lost({ reading, name }: Context, file: ResolvedFile): readonly string[] {
  const found = lostText(file, reading.files.get(file.path));
  if (found === undefined) return [];
  const shown = found.text.slice(0, MAX_LOST_UNITS).replace(/[\ud800-\udbff]$/, '');
  const rest = found.text.length - shown.length;
  const more = rest === 0 ? '' : ` ${count(rest)} more characters are not shown here.`;
  return [
    `### Cut off from ${name(file.path)}`,
    `No agent reads this. It begins at line ${found.line + 1} of the file.${more}`,
    fence(shown, 'markdown'),
  ];
}

function notesSection(context: Context, notes: readonly EffectiveNote[]): string {
  const section = (title: string, kind: EffectiveNote['kind']) => {
    const own = notes.filter((note) => note.kind === kind);
    return own.length === 0 ? [] : [`### ${title}\n\n${own.map((one) => noteLine(context, one)).join('\n')}`];
  };
  const parts = [...section('Conflicts', 'conflict'), ...section('Repeats', 'repeat')];
  return `## Repeats and conflicts\n\n${parts.join('\n\n')}`;
}

function noteLine({ name }: Context, { path, line, text }: EffectiveNote): string {
  const place = line === undefined ? name(path) : `${name(path)}, line ${line}`;
  return `- ${place}: ${formatMarkdownText(text)}`;
}

/** What a read brought in is dropped by a compaction (Claude Code 2.1.330; its documentation, context window). */
function compactionSection({ loaded, name }: Context): readonly string[] {
  const files = loaded.filter(({ trigger }) => trigger === 'read');
  if (files.length === 0) return [];
  const rows = files.map(
    (file) => `- ${name(file.path)}, about ${count(file.tokens)} tokens: ${formatMarkdownText(file.reason)}`,
  );
  const tokens = files.reduce((sum, file) => sum + file.tokens, 0);
  const start = `About ${count(tokens)} tokens came with a file that was read. When the conversation is compacted they are dropped, and each returns with the next read of a file that calls for it. Everything else is read again from the disk.`;
  return [`## Lost after a compaction, returns on a read\n\n${start}\n\n${rows.join('\n')}`];
}

function absent({ name }: Context, files: readonly ResolvedFile[]): string {
  const rows = files.map((file) => {
    const state = file.state === 'on-demand' ? `On demand, about ${count(file.tokens)} tokens` : 'Skipped';
    return [name(file.path), state, formatMarkdownSentence(file.reason)];
  });
  const columns = [{ title: 'File' }, { title: 'State' }, { title: 'Why' }];
  return `## Does not load here\n\n${formatMarkdownTable(columns, rows)}`;
}

function problems({ name }: Context, hierarchy: ResolvedHierarchy): string {
  const rows = hierarchy.problems.map(
    ({ path, message }) => `- ${name(path)}: ${formatMarkdownText(message)}`,
  );
  return `## Problems\n\n${rows.join('\n')}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
