import type { CheckedFile, CheckRule, Finding } from '../check-input.ts';
import type { CheckRange } from '../check-problem.ts';
import { quote } from '../quote.ts';

export const truncated: CheckRule = {
  name: 'truncated',
  severity: 'error',
  summary: 'A part of this file never reaches the agent.',
  help: 'Claude Code 2.1.330 loads the first 200 lines or 25,000 characters of an auto memory index and leaves out a file larger than 4 MiB as a whole; of a topic file recall reads 4,096 bytes. The rest is dropped without a word. Shorten the file, or move what stands at its end to a file of its own.',
  find: ({ files, hierarchy }) => [
    ...files.flatMap(cutFile),
    ...hierarchy.files
      .filter(({ state, reason }) => state === 'skipped' && /larger than 4 MiB/.test(reason))
      .map(({ path }) => ({
        path,
        message: 'Larger than 4 MiB: Claude Code leaves it out as a whole. Split or shorten it.',
      })),
  ],
};

function cutFile(file: CheckedFile): readonly Finding[] {
  const { resolved, path } = file;
  if (resolved?.cutOff === undefined || resolved.state === 'skipped') return [];
  const range = lostRange(file);
  if (resolved.state === 'on-demand') {
    const message = `When this is recalled, ${resolved.cutOff}. Put what matters first, or split the file.`;
    return [{ path, severity: 'warning', message, ...(range === undefined ? {} : { range }) }];
  }
  const first = range === undefined ? undefined : firstLostLine(file, range.start.line);
  const begins = first === undefined ? '' : `, beginning with ${quote(first)}`;
  const message = `Over its limit: ${resolved.cutOff}${begins}. Agents do not see it: shorten the file.`;
  return [{ path, message, ...(range === undefined ? {} : { range }) }];
}

/** From the first lost unit to the end; undefined where comments were stripped and the places no longer agree. */
function lostRange(file: CheckedFile): CheckRange | undefined {
  const { text } = file.file;
  const kept = file.resolved?.text ?? '';
  const start = text.indexOf(kept);
  if (kept === '' || start < 0) return undefined;
  const after = text.slice(start + kept.length);
  const lost = start + kept.length + (/^\s*/.exec(after)?.[0].length ?? 0);
  return file.at({ start: lost, end: text.trimEnd().length });
}

function firstLostLine({ file }: CheckedFile, line: number): string | undefined {
  return file.text.split(/\r\n|\r|\n/)[line];
}
