import { subjectOfText } from '../../../memory/capture/rules/stated-decision.ts';
import type { CallEntry, Transcript } from '../../history/transcript.ts';
import { commandOf } from '../brief/brief-done.ts';
import { callsOf, checkRuns, type Numbered, type Outcome, outcomeOf } from '../brief/call-outcomes.ts';
import { shellCore } from './command-core.ts';
import { failureLine } from './failure-line.ts';
import type { Learnt } from './learnt.ts';

const MOST = 3;
/** Beyond it nobody can say which change it was. */
const MOST_CHANGED = 3;

interface Trouble {
  readonly line: string;
  readonly failed: readonly Numbered<CallEntry>[];
  readonly passed: Numbered<CallEntry>;
}

/**
 * Failures of the surroundings (a missing module, a port in use, a wrong version …) that came more than once in the
 * same words, and the few steps after which the same command went well. What a test says of the code is not meant: it
 * is the work itself.
 */
export function learnGotchas(transcript: Transcript): readonly Learnt[] {
  const calls = callsOf(transcript);
  return troubles(calls)
    .flatMap((trouble) => gotchaOf(trouble, calls) ?? [])
    .slice(-MOST);
}

/** By command and failure, those that ended well. */
function troubles(calls: readonly Numbered<CallEntry>[]): readonly Trouble[] {
  const checks = new Map(checkRuns(calls).map((run) => [run.call.number, run.outcome]));
  const outcome = (call: Numbered<CallEntry>): Outcome => checks.get(call.number) ?? outcomeOf(call.entry);
  const executed = calls.filter(({ entry }) => entry.act === 'execute');
  const open = new Map<string, { readonly line: string; readonly failed: Numbered<CallEntry>[] }>();
  const ended: Trouble[] = [];
  for (const call of executed) {
    const core = shellCore(commandOf(call.entry));
    const result = outcome(call);
    if (result === 'failed') {
      const line = failureLine(call.entry.result?.text ?? '');
      const known = open.get(core);
      if (line === undefined) open.delete(core);
      else if (known?.line === line) known.failed.push(call);
      else open.set(core, { line, failed: [call] });
    } else if (result === 'passed') {
      const known = open.get(core);
      if (known !== undefined && known.failed.length > 1) ended.push({ ...known, passed: call });
      open.delete(core);
    }
  }
  return ended;
}

function gotchaOf(
  { line, failed, passed }: Trouble,
  calls: readonly Numbered<CallEntry>[],
): Learnt | undefined {
  const last = failed.at(-1);
  if (last === undefined) return undefined;
  const between = calls.filter(({ number }) => number > last.number && number < passed.number);
  const fix = fixOf(between, last, passed);
  if (fix === undefined) return undefined;
  const command = shellCore(commandOf(last.entry));
  const what = `\`${plain(command)}\` fails with “${line}”`;
  return {
    kind: 'gotcha',
    title: `${what}: ${fix.words}`,
    told: [`${what}. It failed ${failed.length} times in this session and went well after: ${fix.words}.`],
    rule: 'repeated-failure',
    reason: `The same command failed ${failed.length} times in the same words, then went well.`,
    confidence: 0.6,
    subject: subjectOfText('failure', `${command} ${line}`),
    number: passed.number,
    paths: fix.paths,
  };
}

interface Fix {
  readonly words: string;
  readonly paths: readonly string[];
}

/** What was done in between: one or two commands, or a change of a few files; undefined where it was neither or much. */
function fixOf(
  between: readonly Numbered<CallEntry>[],
  failed: Numbered<CallEntry>,
  passed: Numbered<CallEntry>,
): Fix | undefined {
  const done = between.filter(({ entry }) => outcomeOf(entry) === 'passed');
  const paths = [...new Set(done.flatMap(({ entry }) => entry.writes))];
  const commands = [
    ...new Set(
      done
        .filter(({ entry }) => entry.act === 'execute' && changesThings(commandOf(entry)))
        .map(({ entry }) => shellCore(commandOf(entry))),
    ),
  ];
  // Another way to call it: with a variable, an option, from another folder.
  const isOtherwise = commandOf(passed.entry).trim() !== commandOf(failed.entry).trim();
  if (commands.length > 2 || paths.length > MOST_CHANGED) return undefined;
  if (commands.length > 0)
    return { words: `run ${commands.map((one) => `\`${plain(one)}\``).join(', then ')} first`, paths };
  if (paths.length > 0)
    return {
      words: `it took a change of ${paths.map((path) => `\`${plain(baseOf(path))}\``).join(', ')}`,
      paths,
    };
  return isOtherwise ? { words: `run it as \`${plain(commandOf(passed.entry))}\``, paths: [] } : undefined;
}

/** Looking at things mends nothing. */
function changesThings(command: string): boolean {
  return !/^\s*(?:(?:cd\s+\S+|export\s+\S+)\s*(?:&&|;)\s*)*(?:ls|cat|head|tail|grep|rg|find|which|echo|pwd|git\s+(?:status|log|diff|show|branch)|env|printenv|ps|df|du|wc|stat|file|type|node\s+(?:-v|--version)|\S+\s+--version|curl|lsof|ss|netstat|sleep|tree|sed\s+-n)\b/.test(
    command,
  );
}

function baseOf(path: string): string {
  return path.replaceAll('\\', '/').split('/').at(-1) ?? path;
}

function plain(text: string): string {
  return text.replaceAll('`', "'").replace(/\s+/g, ' ').trim().slice(0, 120);
}
