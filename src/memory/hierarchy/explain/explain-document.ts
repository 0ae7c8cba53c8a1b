import type { Dialect } from '../hierarchy.ts';
import {
  formatMarkdownCode,
  formatMarkdownSentence,
  formatMarkdownTable,
  formatMarkdownText,
} from '../inert-markdown.ts';
import { type ShortPathBases, shortPath } from '../places.ts';
import { programNames } from '../program-names.ts';
import type { Explanation } from './explanation.ts';

const titles = {
  loaded: 'loads',
  'on-demand': 'loads on demand',
  skipped: 'does not load',
  'not-read': 'does not load',
} as const;

/** An explanation as a short Markdown document for people. Names and reasons in it are inert. */
export function renderExplanation(explanation: Explanation, bases: ShortPathBases = {}): string {
  const name = (path: string) => formatMarkdownCode(shortPath(path, bases));
  const { path, what, state, reason, dialect } = explanation;
  const title =
    what === 'directory' ? `# What loads from ${name(path)}` : `# Why ${name(path)} ${titles[state]}`;
  const parts = [
    title,
    `${formatMarkdownSentence(reason)}.`,
    forWhom(dialect, explanation.activeFile, name),
    ...section('How it comes in', chainLines(explanation, name)),
    ...section('Its patterns', patternLines(explanation, name)),
    ...section('Facts', lines(explanation.facts)),
    ...section('What would make it load', lines(explanation.remedies)),
    ...section('Who reads it here', readerLines(explanation.readBy)),
    ...belowTable(explanation, name),
  ];
  return `${parts.join('\n\n')}\n`;
}

function forWhom(dialect: Dialect, activeFile: string | undefined, name: (path: string) => string): string {
  const program = programNames[dialect];
  return activeFile === undefined
    ? `This is the answer for ${program} when a session starts.`
    : `This is the answer for ${program} with ${name(activeFile)} open.`;
}

function section(title: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : [`## ${title}\n\n${rows.join('\n')}`];
}

function lines(sentences: readonly string[]): readonly string[] {
  return sentences.map((sentence) => `- ${formatMarkdownText(sentence)}`);
}

function chainLines({ chain }: Explanation, name: (path: string) => string): readonly string[] {
  if (chain.length < 2) return [];
  return chain.map(
    ({ path, state, reason }, index) =>
      `${index + 1}. ${name(path)} ${titles[state]}: ${formatMarkdownText(reason)}`,
  );
}

function patternLines(
  { patterns, activeFile }: Explanation,
  name: (path: string) => string,
): readonly string[] {
  const against = activeFile === undefined ? '' : name(activeFile);
  return patterns.map(({ pattern, matches }) => {
    const answer =
      matches === undefined ? '' : matches ? ` matches ${against}` : ` does not match ${against}`;
    return `- ${formatMarkdownCode(pattern)}${answer}`;
  });
}

function readerLines(readBy: readonly Dialect[]): readonly string[] {
  return readBy.map((dialect) => `- ${programNames[dialect]}`);
}

function belowTable({ below }: Explanation, name: (path: string) => string): readonly string[] {
  if (below.length === 0) return [];
  const states = { loaded: 'Loads', 'on-demand': 'On demand', skipped: 'Skipped' };
  const rows = below.map(({ path, state, tokens, reason }) => [
    name(path),
    states[state],
    tokens.toLocaleString('en'),
    formatMarkdownSentence(reason),
  ]);
  const columns = [
    { title: 'File' },
    { title: 'State' },
    { title: 'Tokens', align: 'right' as const },
    { title: 'Why' },
  ];
  return [formatMarkdownTable(columns, rows)];
}
