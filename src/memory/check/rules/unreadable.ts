import type { CheckedFile, CheckInput, CheckRule, Finding } from '../check-input.ts';

export const unreadable: CheckRule = {
  name: 'unreadable',
  severity: 'error',
  summary: 'A file cannot be read as what it is meant to be.',
  help: 'The file is no regular file, is not UTF-8, is too large or too deeply nested to be taken apart, or stands among the records and is none. Agents read it wrongly or not at all: restore it from git, or save it as UTF-8.',
  find: (input) => [
    ...input.unreadable
      .filter(({ isMerge }) => isMerge !== true)
      .map(({ path, message }) => ({ path, message })),
    ...skipped(input),
    ...settings(input),
    ...input.files.flatMap(inFile),
  ],
};

function skipped({ hierarchy }: CheckInput): readonly Finding[] {
  return hierarchy.files
    .filter(({ state, reason }) => state === 'skipped' && /cannot be read/.test(reason))
    .map(({ path }) => ({
      path,
      message: 'It is there but cannot be read: no regular file, or no permission. Agents leave it out.',
    }));
}

/** Settings of Claude Code that decide what loads. */
function settings({ hierarchy }: CheckInput): readonly Finding[] {
  return hierarchy.problems
    .filter(({ path, message }) => path.endsWith('.json') && /settings/i.test(message))
    .map(({ path, message }) => ({ path, message }));
}

function inFile(file: CheckedFile): readonly Finding[] {
  const { path } = file;
  const found: Finding[] = [];
  if (!isUtf8(file)) {
    const message = 'The file is not UTF-8: agents read signs of replacement in it. Save it as UTF-8.';
    found.push({ path, severity: 'warning', message, ...firstReplacement(file) });
  }
  for (const { message, range } of file.file.problems) {
    if (range !== undefined && isFrontMatter(file, range.start)) continue;
    found.push({ path, severity: 'warning', message, ...(range && { range: file.at(range) }) });
  }
  return found;
}

// Bytes that are no UTF-8 were replaced when it was read, so that the text is longer than the file.
function isUtf8({ file, resolved }: CheckedFile): boolean {
  if (resolved === undefined || resolved.bytes === 0 || !file.text.includes('\uFFFD')) return true;
  return Buffer.byteLength(file.text, 'utf8') === resolved.bytes;
}

function firstReplacement(file: CheckedFile): Pick<Finding, 'range'> {
  const start = file.file.text.indexOf('\uFFFD');
  return { range: file.at({ start, end: start + 1 }) };
}

function isFrontMatter({ file }: CheckedFile, start: number): boolean {
  return file.frontMatter !== undefined && start <= file.frontMatter.range.start;
}
