import { answerKeepQuestions } from '../../../agent/history/archive/answer-question.ts';
import { keepAll } from '../../../agent/history/archive/keep-all.ts';
import { type KeepQuestion, keepQuestions } from '../../../agent/history/archive/keep-question.ts';
import { keepSession } from '../../../agent/history/archive/keep-session.ts';
import type { HistoryReader } from '../../../agent/history/history-reader.ts';
import { archiveLimits } from '../../../agent/housekeeping/keep-when-due.ts';
import type { ArchiveSettings } from '../../../memory/project/archive-settings.ts';
import { readSettings } from '../../../memory/project/settings.ts';
import { type ExitCode, flag, type ParsedArguments } from '../../command.ts';
import { count } from '../../count.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import { type HistoryHere, historyHere, readersAsked } from './history-here.ts';
import { questionLines, sizeWords } from './keep-text.ts';
import type { SessionsAction } from './sessions-action.ts';

/** Without anything it asks, with the size it would take; `--yes` and `--no` answer for good. */
export const keep: SessionsAction = async (cli, args) => {
  const here = await historyHere(cli);
  const asked = readersAsked(here, args);
  if (!asked.ok) return sayProblem(cli, asked.error);
  if (flag(args, 'yes') && flag(args, 'no'))
    return sayProblem(cli, { message: 'Say --yes or --no, not both.' });
  if (args.positionals.length > 0) return keepThese(cli, args, here);
  const settings = await readSettings(cli.files, here.varveHome);
  if (!settings.ok) return sayProblem(cli, settings.error);
  const { archive } = settings.value.settings;
  const questions = await keepQuestions(here.around, here.machine, asked.value, archive);
  if (flag(args, 'yes') || flag(args, 'no')) return answer(cli, args, here, questions);
  if (flag(args, 'all')) return keepAnswered(cli, args, here, { questions, archive });
  return ask(cli, args, questions);
};

/** What a person names is kept whatever was answered. */
async function keepThese(cli: CliSurroundings, args: ParsedArguments, here: HistoryHere): Promise<ExitCode> {
  for (const word of args.positionals) {
    const found = await here.find(word);
    if (!found.ok) return sayProblem(cli, found.error);
    const { reader, file, isArchived } = found.value;
    if (file.tool === 'varve')
      return sayProblem(cli, {
        message: `Varve keeps its own sessions itself. To keep this one for good: varve sessions pin ${file.id}`,
      });
    if (isArchived) {
      await cli.terminal.out(`${file.id}  kept; ${reader.name} has deleted it\n`);
      continue;
    }
    if (flag(args, 'dry-run')) {
      await cli.terminal.out(`${file.id}  would be kept\n`);
      continue;
    }
    const done = await keepSession(here.around, here.machine, reader, file, { again: true });
    if (!done.ok) return sayProblem(cli, done.error);
    const { how, size, stored, left } = done.value;
    const words = how === 'unchanged' ? 'kept before and not changed since' : 'kept';
    await cli.terminal.out(
      `${file.id}  ${words}  (${sizeWords(size)}, ${sizeWords(stored)} in the archive)\n`,
    );
    for (const each of left) sayProblem(cli, { message: each });
  }
  return 0;
}

async function ask(
  cli: CliSurroundings,
  args: ParsedArguments,
  questions: readonly KeepQuestion[],
): Promise<ExitCode> {
  if (flag(args, 'json')) return outJson(cli, { version: 1, tools: questions });
  for (const question of questions) await cli.terminal.out(questionLines(question));
  if (questions.length === 0) cli.terminal.say('No other program has sessions here.\n');
  return 0;
}

/** Of the tools that were not asked about yet; of those that `--tool` names in any case. */
async function answer(
  cli: CliSurroundings,
  args: ParsedArguments,
  here: HistoryHere,
  questions: readonly KeepQuestion[],
): Promise<ExitCode> {
  const isYes = flag(args, 'yes');
  const open = questions.filter(
    (question) => args.values['tool'] !== undefined || question.answer === undefined,
  );
  if (open.length === 0)
    return sayProblem(cli, { message: 'Nothing is to be answered. Name a program: --tool TOOL.' });
  if (flag(args, 'dry-run')) return ask(cli, args, open);
  const parts = { files: cli.files, clock: cli.clock, home: here.varveHome, owner: here.around.owner };
  const saved = await answerKeepQuestions(parts, open, isYes);
  if (!saved.ok) return sayProblem(cli, saved.error);
  const names = open.map(({ name }) => name).join(', ');
  if (isYes)
    return keepNow(cli, args, here, { tools: open.map(({ tool }) => tool), archive: saved.value.archive });
  cli.terminal.say(
    `Sessions of ${names} are not kept. What is kept of them stays: varve purge --kept TOOL.\n`,
  );
  return 0;
}

async function keepAnswered(
  cli: CliSurroundings,
  args: ParsedArguments,
  here: HistoryHere,
  { questions, archive }: { readonly questions: readonly KeepQuestion[]; readonly archive: ArchiveSettings },
): Promise<ExitCode> {
  const yes = questions.filter(({ answer: given }) => given?.keep === true);
  const open = questions.filter(({ answer: given }) => given === undefined);
  for (const question of open) cli.terminal.say(questionLines(question));
  if (yes.length > 0 && !flag(args, 'dry-run'))
    return keepNow(cli, args, here, { tools: yes.map(({ tool }) => tool), archive });
  if (flag(args, 'json')) return outJson(cli, { version: 1, tools: yes });
  for (const { name, sessions, kept } of yes)
    await cli.terminal.out(`${name}  ${count(sessions - kept, 'session')} would be kept\n`);
  return yes.length > 0 || open.length === 0 ? 0 : 1;
}

async function keepNow(
  cli: CliSurroundings,
  args: ParsedArguments,
  here: HistoryHere,
  { tools, archive }: { readonly tools: readonly string[]; readonly archive: ArchiveSettings },
): Promise<ExitCode> {
  const { around, machine } = here;
  const readers = here.readers.filter(({ tool }: HistoryReader) => tools.includes(tool));
  const stop = new AbortController();
  const ending = cli.onEndSignal(() => stop.abort());
  const done = await keepAll({
    around,
    machine,
    readers,
    limits: archiveLimits(archive),
    signal: stop.signal,
  }).finally(() => ending.dispose());
  if (flag(args, 'json')) await outJson(cli, { version: 1, ...done });
  else
    await cli.terminal.out(
      `${count(done.kept, 'session')} kept, ${done.unchanged} unchanged; the archive takes ${sizeWords(done.usedBytes)}\n`,
    );
  for (const message of [...done.problems, ...(done.stopped === undefined ? [] : [done.stopped])])
    sayProblem(cli, { message });
  return done.stopped === undefined ? 0 : 1;
}
