import type { Transcript } from '../../history/transcript.ts';
import type { BriefLine } from './brief-line.ts';
import { type CheckRun, callsOf, checkRuns } from './call-outcomes.ts';
import { covers } from './check-command.ts';
import { inertCode, inertOutput } from './quoted-text.ts';

const OUTPUT_LINES = 15;
const OUTPUT_UNITS = 200;

/** The last check that failed and did not pass later, itself or as part of a whole. */
export function lastFailingCheck(transcript: Transcript): CheckRun | undefined {
  const runs = checkRuns(callsOf(transcript));
  return runs.findLast(
    ({ outcome, check }, index) =>
      outcome === 'failed' &&
      !runs.slice(index + 1).some((later) => later.outcome === 'passed' && covers(later.check, check)),
  );
}

export function failingCheckLines(transcript: Transcript): readonly BriefLine[] {
  const failed = lastFailingCheck(transcript);
  if (failed === undefined) return [];
  const { number, entry } = failed.call;
  const { exitCode, text = '' } = entry.result ?? {};
  const code = exitCode === undefined || exitCode === 0 ? '' : ` (exit code ${exitCode})`;
  return [
    {
      lead: `${inertCode(entry.command ?? entry.summary, 200)}${code}`,
      output: inertOutput(text, OUTPUT_LINES, OUTPUT_UNITS),
      sources: [{ kind: 'entry', number }],
      weight: 86,
    },
  ];
}
