import { dropHistoryCache } from '../../../agent/housekeeping/drop-history-cache.ts';
import { planTextPurge, purgeText } from '../../../agent/housekeeping/purge.ts';
import { planArchivePurge, purgeArchive } from '../../../agent/housekeeping/purge-archive.ts';
import type { StateSurroundings } from '../../../agent/housekeeping/state-references.ts';
import { type ExitCode, flag, type ParsedArguments } from '../../command.ts';
import { count } from '../../count.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import { historyHere } from '../sessions/history-here.ts';
import { sayPurged } from './say-purged.ts';

const MAX_TEXT_BYTES = 1024 * 1024;

/** Out of this project's state and out of what is kept of other programs' sessions. */
export async function purgeOneText(
  cli: CliSurroundings,
  args: ParsedArguments,
  around: StateSurroundings,
): Promise<ExitCode> {
  if (cli.input.isTerminal)
    cli.terminal.say('Type or paste the text; end it with Ctrl+D on a line of its own.\n');
  const given = await cli.input.readAll(MAX_TEXT_BYTES);
  if (given === undefined) return sayProblem(cli, { message: 'The text is longer than 1 MB.' });
  const text = given.replace(/\r?\n$/, '');
  const here = await historyHere(cli);
  const [plan, ofArchive] = [await planTextPurge(around, text), await planArchivePurge(here.around, text)];
  if (!plan.ok) return sayProblem(cli, plan.error);
  if (!ofArchive.ok) return sayProblem(cli, ofArchive.error);
  const kept = (names: readonly string[]) => names.map((name) => `archive/${name}`);
  const rewritten = [...plan.value.rewritten, ...kept(ofArchive.value.rewritten)];
  const removed = [...plan.value.removed, ...kept(ofArchive.value.removed)];
  const { untouched } = plan.value;
  const { originals } = ofArchive.value;
  const nothing = rewritten.length + removed.length === 0;
  const isDone = flag(args, 'yes') && !nothing;
  if (isDone) {
    const done = [await purgeText(around, plan.value)];
    if (kept([...ofArchive.value.rewritten, ...ofArchive.value.removed]).length > 0)
      done.push(await purgeArchive(here.around, ofArchive.value));
    await dropHistoryCache(cli.files, here.varveHome);
    for (const each of done) if (!each.ok) return sayProblem(cli, each.error);
  }
  if (flag(args, 'json'))
    return outJson(cli, { version: 1, done: isDone, rewritten, removed, untouched, originals });
  for (const path of rewritten) await cli.terminal.out(`cut out of  ${path}\n`);
  for (const path of removed) await cli.terminal.out(`deleted     ${path}\n`);
  for (const path of [...untouched, ...originals]) await cli.terminal.out(`left        ${path}\n`);
  if (untouched.length > 0)
    cli.terminal.say(
      'What is left names it inside a chain of hashes and cannot be changed without breaking it.\n',
    );
  if (originals.length > 0)
    cli.terminal.say(
      "Files of other programs are theirs: Varve never writes them. Delete them with the program's own means.\n",
    );
  return sayPurged(cli, isDone, count(rewritten.length + removed.length, 'file'), nothing);
}
