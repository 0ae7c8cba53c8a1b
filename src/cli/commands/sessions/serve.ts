import { serveCatalogue } from '../../../agent/history/catalogue/serve-catalogue.ts';
import { LineSplitter } from '../../../base/line-splitter.ts';
import { historyHere } from './history-here.ts';
import { openSessionsHere } from './open-sessions.ts';
import type { SessionsAction } from './sessions-action.ts';

/** `varve sessions --serve`, for an editor: JSON lines in and out until standard input ends. */
export const serve: SessionsAction = async (cli) => {
  const catalogue = openSessionsHere(await historyHere(cli), 0);
  const server = serveCatalogue(catalogue, (line) => void cli.terminal.out(line));
  const lines = new LineSplitter((line) => server.take(line));
  await new Promise<void>((resolve) => {
    cli.terminal.onClosed(resolve);
    cli.onEndSignal(() => resolve());
    cli.input.listen((bytes) => lines.push(bytes), resolve);
  });
  await server.end();
  catalogue.dispose();
  return 0;
};
