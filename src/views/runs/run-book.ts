import type { RunEngine, RunTask } from '../../agent/engine/run-engine.ts';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { LiveRun } from './live-run.ts';

export interface RunBookOptions {
  readonly clock: Clock;
  readonly isUnsaved: (path: string) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** The runs this window started. It is rebuilt empty after a reload: what was cut off then stands in Sessions. */
export class RunBook implements Disposable {
  readonly #options: RunBookOptions;
  readonly #owned = new DisposableStore();
  readonly #changed: Emitter<LiveRun>;
  readonly #runs = new Map<string, LiveRun>();
  #count = 0;

  constructor(options: RunBookOptions) {
    this.#options = options;
    this.#changed = this.#owned.add(new Emitter<LiveRun>(options.onError));
  }

  get onDidChange() {
    return this.#changed.event;
  }

  get runs(): readonly LiveRun[] {
    return [...this.#runs.values()];
  }

  get(id: string): LiveRun | undefined {
    return this.#runs.get(id);
  }

  start(
    engine: RunEngine,
    place: { readonly folder: string; readonly title: string },
    task: RunTask,
  ): LiveRun {
    this.#count += 1;
    const id = `run-${this.#count}`;
    const live = this.#owned.add(
      new LiveRun({ id, ...place, task, run: engine.start(task), ...this.#options }),
    );
    this.#runs.set(id, live);
    live.onDidChange(() => this.#changed.fire(live));
    this.#changed.fire(live);
    return live;
  }

  clearEnded(): void {
    for (const run of this.runs) {
      if (!run.isEnded) continue;
      this.#runs.delete(run.id);
      this.#changed.fire(run);
    }
  }

  /** Closing their input lets the children end by themselves: they stop where they are and can be continued. */
  dispose(): void {
    this.#owned.dispose();
  }
}
