import type { CheckedFile, CheckInput, CheckRule, Finding, WordedEntry } from '../check-input.ts';
import { isRecordOfThePast, loadingFiles, loadTogether } from '../loads-together.ts';
import { pathName, quote } from '../quote.ts';

const leastWords = 5;
/** Within one file the same short sentence under two headings may well be meant. */
const leastWordsInOneFile = 10;
/** Of equal entries in files that never load together, as many are remembered. */
const mostTwins = 50;
const mostPerFile = 50;

export const duplicateEntry: CheckRule = {
  name: 'duplicate-entry',
  severity: 'warning',
  summary: 'The same entry loads twice.',
  help: 'It costs its tokens twice, and the day one of the two is changed they contradict each other. Keep it in the broadest place where it holds, and take the other out.',
  find(input) {
    const first = new Map<string, WordedEntry[]>();
    return loadingFiles(input.files)
      .filter(({ kind, path }) => kind === 'memory' && !isRecordOfThePast(path))
      .flatMap((file) => inFile(input, file, first));
  },
};

function inFile(input: CheckInput, file: CheckedFile, first: Map<string, WordedEntry[]>): readonly Finding[] {
  const found: Finding[] = [];
  let left = 0;
  for (const entry of file.worded()) {
    if (entry.words.length < leastWords) continue;
    const key = entry.words.join(' ');
    const earlier = first.get(key) ?? [];
    const twin = earlier.find((other) => areTwins(other, entry));
    if (twin === undefined) {
      if (earlier.length < mostTwins) first.set(key, [...earlier, entry]);
    } else if (found.length < mostPerFile) found.push(finding(input, entry, twin));
    else left += 1;
  }
  if (left > 0) {
    const message = `${left} more entries of this file load twice. Keep one of each.`;
    found.push({ path: file.path, severity: 'info', message });
  }
  return found;
}

function areTwins(a: WordedEntry, b: WordedEntry): boolean {
  if (a.file.path === b.file.path) return b.words.length >= leastWordsInOneFile;
  return loadTogether(a.file, b.file) && !isIndexAndTopic(a, b);
}

// An auto memory index repeats the descriptions of its topic files: that is what it is for.
function isIndexAndTopic(a: WordedEntry, b: WordedEntry): boolean {
  return a.file.resolved?.scope === 'auto' && b.file.resolved?.scope === 'auto';
}

function finding(input: CheckInput, { file, entry }: WordedEntry, twin: WordedEntry): Finding {
  const isSameFile = twin.file.path === file.path;
  const where = isSameFile
    ? `in line ${twin.entry.line + 1}`
    : `in ${pathName(input, twin.file.path)}, line ${twin.entry.line + 1}`;
  return {
    path: file.path,
    range: file.at(entry.range),
    ...(isSameFile ? { severity: 'info' as const } : {}),
    message: `${quote(entry.text)} stands already ${where}, and both load together. Keep one.`,
    related: [{ path: twin.file.path, line: twin.entry.line, message: 'The same entry.' }],
  };
}
