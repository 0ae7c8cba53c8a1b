import type { CheckedRecord, CheckInput, CheckRule, DerivedFile, Finding } from '../check-input.ts';
import type { CheckRange } from '../check-problem.ts';
import { quote } from '../quote.ts';

export const handEditedDelivery: CheckRule = {
  name: 'hand-edited-delivery',
  severity: 'warning',
  summary: 'A person wrote into a file that Varve makes anew.',
  help: 'Lines in the index or the delivery file that come from no record are lost with the next change of any record. Put them into a CLAUDE.md, an AGENTS.md or a rule of their own, or record them.',
  find: (input) => input.derived.flatMap((file) => handWritten(input, file)),
};

function handWritten(input: CheckInput, { path, actual, expected }: DerivedFile): readonly Finding[] {
  if (actual === undefined || actual === expected) return [];
  const wanted = new Set(expected.split('\n').map((line) => line.trim()));
  const names = input.records.map(({ record }: CheckedRecord) => record.name);
  const lines = actual.split(/\r\n|\r|\n/);
  const own = lines.flatMap((text, line) => (isOwn(text.trim(), wanted, names) ? [{ text, line }] : []));
  const [first] = own;
  if (first === undefined) return [];
  const range: CheckRange = {
    start: { line: first.line, column: 0 },
    end: { line: first.line, column: first.text.length },
  };
  const more = own.length > 1 ? ` and ${own.length - 1} more` : '';
  const message = `${quote(first.text)}${more} comes from no record and is lost when this file is made anew. Move it to a file of your own, or record it.`;
  return [{ path, range, message }];
}

// A line that links to a file beside the records was made by Varve, now or before its record changed or went.
function isOwn(line: string, wanted: ReadonlySet<string>, names: readonly string[]): boolean {
  if (line === '' || wanted.has(line) || /^(?:#{1,6} |<!--)/.test(line)) return false;
  // Marks that git left: a merge, not a person.
  if (/^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/.test(line)) return false;
  if (
    /^(?:\d+|One) more /.test(line) ||
    /^(?:No accepted records|Nothing is recorded|What this project)/.test(line)
  )
    return false;
  if (names.some((name) => line.includes(`${encodeURI(name)}.md`))) return false;
  return !/\]\((?:[^()\s]*\/)?(?:decision|milestone|convention|gotcha|preference|reference)-[^()\s/]+\.md\)/.test(
    line,
  );
}
