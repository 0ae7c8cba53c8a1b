import { relative } from 'node:path';
import type { RunEnd } from '../../agent/engine/run-session.ts';
import { environmentMask } from '../../agent/guard/secret-mask.ts';
import { sweepWhenDue } from '../../agent/housekeeping/sweep-when-due.ts';
import type { Session } from '../../agent/session/session.ts';
import type { SessionState } from '../../agent/session/session-state.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { readSettings, varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { retentionLimits } from '../retention-limits.ts';
import type { CliSurroundings } from '../surroundings.ts';

/**
 * After a run that ended well: looks at the commits it made, and proposes a milestone where it changed files. Both
 * wait for review; what fails here is said and does not make the run a failure. Where the process dies before the
 * journal has its mark, continuing the session does it, once.
 */
export async function rememberRun(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  session: Session,
  end: RunEnd,
): Promise<void> {
  if (workspace.setUpState !== 'no') await captureRun(cli, workspace, session.state, end);
  // Without the mark it is proposed at the next continuation: nothing is lost.
  await session.append({ type: 'capture-end' }).catch(() => {});
}

async function captureRun(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  state: SessionState,
  end: RunEnd,
): Promise<void> {
  const captured = await workspace.capture();
  if (!captured.ok)
    cli.terminal.say(`The commits of this run were not looked at: ${captured.error.message}\n`);
  const paths = state.filesWritten.map(({ path }) => relative(workspace.root, path));
  const proposed = captured.ok ? captured.value.proposed.length : 0;
  const milestone =
    paths.length === 0 ? undefined : await proposeMilestone(cli, workspace, state, end, paths);
  if (milestone && !milestone.ok) cli.terminal.say(`No milestone was proposed: ${milestone.error.message}\n`);
  const count = proposed + (milestone?.ok ? 1 : 0);
  if (count > 0 && cli.terminal.isInteractive) {
    cli.terminal.say(
      `${count} ${count === 1 ? 'proposal waits' : 'proposals wait'} for review: varve memory show\n`,
    );
  }
}

/** Once a day, behind the run: nobody waits for it but the end of the process. */
export async function sweepAfterRun(cli: CliSurroundings, workspace: MemoryWorkspace): Promise<void> {
  const read = await readSettings(cli.files, varveHome(cli.environment, cli.homeDirectory));
  // Settings that cannot be understood may ask to keep more: nothing goes then.
  if (!read.ok || read.value.problems.length > 0) return;
  const { files, clock } = cli;
  const { settings } = read.value;
  const around = { files, clock, owner: await currentOwner(), stateDirectory: workspace.stateDirectory };
  const said = await sweepWhenDue(around, retentionLimits(settings));
  if (said !== undefined) cli.terminal.say(`${said}\n`);
  const { archive } = settings;
  // Readers of all programs are loaded for those who want it only.
  if (Object.values(archive.tools).some(({ keep }) => keep) || archive.retentionDays !== undefined)
    await (await import('./keep-after-run.ts')).keepAfterRun(cli, archive);
}

async function proposeMilestone(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  state: SessionState,
  end: RunEnd,
  paths: readonly string[],
) {
  const files = paths.slice(0, 20).map((path) => `- ${path}`);
  const more = paths.length > 20 ? [`- and ${paths.length - 20} more`] : [];
  const mask = environmentMask(cli.environment);
  const said = mask(end.message.trim()).slice(0, 2_000);
  const body = [said, '', '**Files:**', ...files, ...more].join('\n');
  const source = `run:${state.header.session}`;
  // Its process may have died between the proposal and the mark in the journal.
  const waiting = await workspace.proposals();
  if (
    waiting.some(({ record, evidence }) => evidence.source === source && record.body.trim() === body.trim())
  )
    return undefined;
  return workspace.propose({
    kind: 'milestone',
    title: mask(state.title),
    body,
    source,
    group: 'run',
    paths,
  });
}
