import type { CallEntry, Transcript } from '../../history/transcript.ts';
import { commandOf } from './brief-done.ts';
import type { BriefLine } from './brief-line.ts';
import { type BriefMaterial, fromRoot } from './brief-material.ts';
import { callsOf, checkRuns, type Numbered, outcomeOf } from './call-outcomes.ts';
import { covers } from './check-command.ts';
import type { Source } from './citation.ts';
import { lastFailingCheck } from './failing-check.ts';
import { inertCode, inertWords } from './quoted-text.ts';

const MOST = 10;

/** What did not work, and what took its place: whoever goes on need not try it again. */
export function failedLines(material: BriefMaterial): readonly BriefLine[] {
  const lines = [
    ...revertedLines(material),
    ...failedCommands(material.transcript),
    ...failedEdits(material),
  ];
  return lines.slice(-MOST * 2);
}

/** Commands other than checks that failed and never went well later; the newest last. */
function failedCommands(transcript: Transcript): readonly BriefLine[] {
  const calls = callsOf(transcript).filter(({ entry }) => entry.act === 'execute');
  const checks = new Map(checkRuns(calls).map((run) => [run.call.number, run]));
  const standing = lastFailingCheck(transcript);
  const lastFailed = new Map<string, { readonly call: Numbered<CallEntry>; readonly times: number }>();
  for (const call of calls) {
    const key = commandOf(call.entry).replace(/\s+/g, ' ').trim();
    const outcome = checks.get(call.number)?.outcome ?? outcomeOf(call.entry);
    if (outcome === 'failed') lastFailed.set(key, { call, times: (lastFailed.get(key)?.times ?? 0) + 1 });
    else if (outcome === 'passed') lastFailed.delete(key);
  }
  return [...lastFailed.values()]
    .filter(({ call }) => {
      const run = checks.get(call.number);
      // A check tells of the code and not of a way tried: where it passed later it is over, and the last has its part.
      return (
        run === undefined ||
        (run.call.number !== standing?.call.number && !isCovered(run, [...checks.values()]))
      );
    })
    .slice(-MOST)
    .map(({ call, times }, index) => failedLine(call, times, insteadOf(call, calls), 44 + index));
}

type Runs = ReturnType<typeof checkRuns>;

function isCovered(run: Runs[number], all: Runs): boolean {
  return all.some(
    ({ call, outcome, check }) =>
      call.number > run.call.number && outcome === 'passed' && covers(check, run.check),
  );
}

/** The next command of the same program that went well. */
function insteadOf(
  failed: Numbered<CallEntry>,
  calls: readonly Numbered<CallEntry>[],
): Numbered<CallEntry> | undefined {
  const program = programOf(failed.entry);
  const near = calls.filter(({ number }) => number > failed.number).slice(0, 6);
  return near.find(({ entry }) => outcomeOf(entry) === 'passed' && programOf(entry) === program);
}

/** The program behind `cd x &&` and assignments, with its first word: `npm install` is not `npm test`. */
function programOf(entry: CallEntry): string {
  const plain = commandOf(entry).replace(/^\s*(?:cd\s+\S+\s*(?:&&|;)\s*|\w+=\S*\s+)*/, '');
  const [program = '', word = ''] = plain.trim().split(/\s+/, 2);
  return /^[a-z][\w:-]*$/.test(word) ? `${program} ${word}` : program;
}

function failedLine(
  call: Numbered<CallEntry>,
  times: number,
  instead: Numbered<CallEntry> | undefined,
  weight: number,
): BriefLine {
  const often = times > 1 ? ` ${times} times` : '';
  const why = lastWords(call.entry.result?.text ?? '');
  const because = why === '' ? '' : `: “${why}”`;
  const then = instead === undefined ? '' : `; then ${inertCode(commandOf(instead.entry), 120)} went well`;
  const sources: Source[] = [{ kind: 'entry', number: call.number }];
  if (instead !== undefined) sources.push({ kind: 'entry', number: instead.number });
  return {
    lead: `${inertCode(commandOf(call.entry), 160)} failed${often}${because}${then}`,
    sources,
    weight,
  };
}

/** The line of the output that says what was wrong, else its last. */
function lastWords(text: string): string {
  const lines = text
    .slice(-8_192)
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' &&
        !/^<\/?[\w-]+>$|^(?:npm (?:ERR!|error) )?(?:A complete log|exit code|\[exit)/i.test(line),
    );
  const telling = lines.findLast((line) =>
    /\b(?:error|cannot|can't|could not|not found|no such|failed|denied|unknown|invalid|refused)\b/i.test(
      line,
    ),
  );
  return inertWords(telling ?? lines.at(-1) ?? '', 140);
}

/** Edits of a file that were refused and after which no edit of it went through. */
function failedEdits({ transcript, root }: BriefMaterial): readonly BriefLine[] {
  const failed = new Map<string, Numbered<CallEntry>>();
  for (const call of callsOf(transcript)) {
    if (call.entry.act !== 'write') continue;
    const { writes, summary } = call.entry;
    const paths = writes.length > 0 ? writes : [summary];
    if (outcomeOf(call.entry) === 'failed') for (const path of paths) failed.set(path, call);
    // A call that failed may name its file from the folder it works in.
    if (outcomeOf(call.entry) === 'passed')
      for (const path of paths)
        for (const open of [...failed.keys()]) if (isSameFile(open, path)) failed.delete(open);
  }
  return [...failed].slice(-4).map(([path, call]) => {
    const why = lastWords(call.entry.result?.text ?? '');
    return {
      lead: `an edit of ${inertCode(fromRoot(root, path), 160)} failed${why === '' ? '' : `: “${why}”`}`,
      sources: [{ kind: 'entry', number: call.number }],
      weight: 46,
    };
  });
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one.replaceAll('\\', '/'), other.replaceAll('\\', '/')];
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}

const reverting =
  /\bgit\s+(?:-C\s+\S+\s+)?(?:checkout\s+(?:\S+\s+)?--\s+\S|restore\s+(?!--staged\b)\S|reset\s+--hard\b|revert\s+\S|stash(?:\s+(?:push|-u|save)\b|\s*$|\s*&&)|clean\s+-\w*f)/;

/** Work that was thrown away on purpose. */
function revertedLines({ transcript }: BriefMaterial): readonly BriefLine[] {
  return callsOf(transcript)
    .filter(({ entry }) => reverting.test(entry.command ?? '') && outcomeOf(entry) === 'passed')
    .slice(-4)
    .map(({ entry, number }) => ({
      lead: `taken back with ${inertCode(commandOf(entry), 160)}`,
      sources: [{ kind: 'entry', number }],
      weight: 64,
    }));
}
