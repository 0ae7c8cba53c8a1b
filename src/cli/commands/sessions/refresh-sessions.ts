import type { RefreshReport, SessionCatalogue } from '../../../agent/history/catalogue/catalogue.ts';
import { showHidden } from '../../../memory/record/safe-text.ts';
import type { ExitCode } from '../../command.ts';
import type { CliSurroundings, EndSignal } from '../../surroundings.ts';

/** Fewer are read before anybody wonders. */
const WORTH_TELLING = 100;
const ENDINGS: Readonly<Record<EndSignal, ExitCode>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 };

/**
 * Does something that may take long the first time: tells a person at a terminal how far it is, and stops at Ctrl+C,
 * keeping what was read. Answers the exit code where it was stopped.
 */
export async function withProgress<T>(
  cli: CliSurroundings,
  catalogue: SessionCatalogue,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly value: T; readonly stopped?: ExitCode }> {
  const stop = new AbortController();
  let stopped: ExitCode | undefined;
  let isDrawn = false;
  const ending = cli.onEndSignal((signal) => {
    stopped = ENDINGS[signal];
    stop.abort();
  });
  const progress = catalogue.onProgress(({ done, total }) => {
    if (!cli.terminal.isInteractive || total < WORTH_TELLING) return;
    isDrawn = true;
    cli.terminal.say(`\rReading earlier work: ${done} of ${total}`);
  });
  try {
    const value = await work(stop.signal);
    return { value, ...(stopped !== undefined && { stopped }) };
  } finally {
    if (isDrawn) cli.terminal.say('\r\u001B[K');
    progress.dispose();
    ending.dispose();
  }
}

/** Brings the list up to date. What could not be is said, and what is known is listed. */
export async function refreshSessions(
  cli: CliSurroundings,
  catalogue: SessionCatalogue,
): Promise<ExitCode | undefined> {
  const { value, stopped } = await withProgress(cli, catalogue, (signal) => catalogue.refresh(signal));
  if (stopped !== undefined) return stopped;
  if (value.ok) sayProblems(cli, value.value);
  else if (value.error.kind === 'busy')
    cli.terminal.say('Another Varve is reading the sessions just now: what it has so far is listed.\n');
  else cli.terminal.say(`${showHidden(value.error.message)}\n`);
  return undefined;
}

function sayProblems(cli: CliSurroundings, { problems }: RefreshReport): void {
  for (const problem of problems) cli.terminal.say(`${showHidden(problem)}\n`);
}
