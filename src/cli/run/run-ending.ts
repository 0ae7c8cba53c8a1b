import { interruption } from '../../agent/loop/loop-config.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { ExitCode } from '../command.ts';
import type { CliSurroundings } from '../surroundings.ts';

/** What told a run to end before its time, and with which exit code. The first one counts. */
export interface RunEnding extends Disposable {
  readonly signal: AbortSignal;
  readonly reason: 'stopped' | 'interrupted';
  readonly exitCode: ExitCode;
  end(reason: 'stopped' | 'interrupted'): void;
  /** A reader that goes away ends nothing from now on, or does again. */
  letGo(on: boolean): void;
}

/**
 * SIGINT stops as a person does (130). SIGTERM, SIGHUP and a reader of our output that went away interrupt (143):
 * the turn stays unfinished and the session can be continued, as with `claude -p`.
 */
export function createRunEnding(cli: CliSurroundings): RunEnding {
  const controller = new AbortController();
  const owned = new DisposableStore();
  let reason: RunEnding['reason'] = 'interrupted';
  let isLetGo = false;
  const end = (why: RunEnding['reason']): void => {
    if (controller.signal.aborted) return;
    reason = why;
    controller.abort(why === 'interrupted' ? interruption : undefined);
  };
  owned.add(cli.onEndSignal((signal) => end(signal === 'SIGINT' ? 'stopped' : 'interrupted')));
  owned.add(cli.terminal.onClosed(() => isLetGo || end('interrupted')));
  return {
    signal: controller.signal,
    end,
    letGo: (on) => {
      isLetGo = on;
    },
    dispose: () => owned.dispose(),
    get reason() {
      return reason;
    },
    get exitCode(): ExitCode {
      return reason === 'stopped' ? 130 : 143;
    },
  };
}
