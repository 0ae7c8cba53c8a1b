import { subjectOfText } from '../../../memory/capture/rules/stated-decision.ts';
import type { Transcript } from '../../history/transcript.ts';
import { lastAnswerOf } from '../brief/brief-done.ts';
import { sessionTitle } from '../brief/brief-head.ts';
import { type CheckRun, callsOf, checkRuns, outcomeOf } from '../brief/call-outcomes.ts';
import { covers } from '../brief/check-command.ts';
import type { Learnt } from './learnt.ts';

const MOST_FILES = 20;
const saysGreen =
  /\b(?:all (?:the |of the |\d+ )?(?:\w+ ){0,2}(?:tests?|checks?|specs?|suites?) (?:now )?(?:pass|are (?:passing|green)|succeed)|(?:tests?|suite|build|everything|checks?) (?:is|are|now|all) (?:now )?(?:green|passing)|tests? (?:now )?pass(?:es)?\b)/i;

/**
 * A session that brought the tests from red to green by writing files, or whose last words say that all tests pass and
 * whose last run of them says so too. At most one; Varve's own runs propose theirs at their end.
 */
export function learnMilestone(transcript: Transcript): readonly Learnt[] {
  if (transcript.tool === 'varve') return [];
  const calls = callsOf(transcript);
  const tests = checkRuns(calls).filter(({ check }) => check.kind === 'test');
  const green = tests.at(-1);
  const title = sessionTitle(transcript);
  if (green?.outcome !== 'passed' || title.split(/\s+/).length < 3) return [];
  const red = redBefore(tests, green);
  const answer = lastAnswerOf(transcript);
  const said = answer !== undefined && answer.number > green.call.number && saysGreen.test(answer.entry.text);
  if (red === undefined && !said) return [];
  const from = red?.call.number ?? 0;
  const written = calls
    .filter(
      ({ number, entry }) => number > from && number < green.call.number && outcomeOf(entry) === 'passed',
    )
    .flatMap(({ entry }) => entry.writes);
  if (written.length === 0) return [];
  const command = oneLine(green.call.entry.command ?? green.call.entry.summary);
  const state = red === undefined ? 'passes, and the last words say so' : 'failed before and passes since';
  return [
    {
      kind: 'milestone',
      title,
      told: [
        `\`${command.replaceAll('`', "'")}\` ${state}.`,
        ...(answer === undefined
          ? []
          : [`The last words of the session: “${oneLine(answer.entry.text).slice(0, 600)}”`]),
      ],
      rule: 'turned-green',
      reason: `In this session ${command} ${state}, with files written in between.`,
      confidence: red === undefined ? 0.5 : 0.6,
      subject: subjectOfText('milestone', title),
      number: green.call.number,
      paths: [...new Set(written)].slice(0, MOST_FILES),
    },
  ];
}

/** The last run of the same check that failed; only where it then stayed green. */
function redBefore(tests: readonly CheckRun[], green: CheckRun): CheckRun | undefined {
  return tests.findLast(
    ({ call, outcome, check }) =>
      call.number < green.call.number && outcome === 'failed' && covers(green.check, check),
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
