import type { TimelineRecord } from '../../../memory/timeline/timeline.ts';
import { byArea, byMonth } from '../../../memory/timeline/timeline.ts';
import {
  areaHeading,
  monthHeading,
  renderTimeline,
  titlesOf,
} from '../../../memory/timeline/timeline-text.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { type ExitCode, flag, type ParsedArguments, text } from '../../command.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { shortId } from '../../proposal-line.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { MemoryAction } from './memory-action.ts';

/** Decisions and milestones as they came, by month or by area; with `--operations` what was done to this memory. */
export const log: MemoryAction = async (cli, args, workspace) => {
  const limit = Number(text(args, 'limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1)
    return sayProblem(cli, { message: '--limit is a number from 1 on.' });
  return flag(args, 'operations')
    ? operations(cli, args, workspace, limit)
    : timeline(cli, args, workspace, limit);
};

async function timeline(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  limit: number,
): Promise<ExitCode> {
  const by = text(args, 'by') ?? 'time';
  if (by !== 'time' && by !== 'area')
    return sayProblem(cli, { message: `--by is time or area, not "${by}".` });
  const all = await workspace.timeline();
  const shown = all.slice(0, limit);
  if (flag(args, 'json')) return outJson(cli, { version: 1, records: shown.map(asJson) });
  const [groups, headingOf] =
    by === 'area' ? ([byArea(shown), areaHeading] as const) : ([byMonth(shown), monthHeading] as const);
  await cli.terminal.out(renderTimeline(groups, headingOf, titlesOf(all)));
  if (all.length === 0) cli.terminal.say('Nothing was accepted into this memory yet.\n');
  if (all.length > limit)
    cli.terminal.say(`${all.length - limit} older: --limit ${all.length} shows them.\n`);
  return 0;
}

function asJson({ record, path, area, supersedes, supersededBy }: TimelineRecord): object {
  return { ...record, path, area, supersedes, supersededBy };
}

async function operations(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  limit: number,
): Promise<ExitCode> {
  const entries = [...(await workspace.log())].reverse().slice(0, limit);
  if (flag(args, 'json')) return outJson(cli, { version: 1, entries });
  for (const entry of entries) {
    const undone = entry.undoes === undefined ? '' : ` (takes back ${shortId(entry.undoes)})`;
    const time = entry.time.slice(0, 16).replace('T', ' ');
    await cli.terminal.out(
      `${shortId(entry.id)}  ${time}  ${entry.action.padEnd(10)} ${entry.subject.join(', ')}${undone}  ${entry.who}\n`,
    );
  }
  if (entries.length === 0) cli.terminal.say('Nothing was done to this memory yet.\n');
  return 0;
}
