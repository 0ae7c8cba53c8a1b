import { Emitter } from '../../../base/event.ts';
import type { Result } from '../../../base/result.ts';
import type { CatalogueProblem, RefreshProgress, RefreshReport, SessionCatalogue } from './catalogue.ts';

type Refreshed = Result<RefreshReport, CatalogueProblem>;

/**
 * `here`, but that another catalogue reads the sessions while nothing of them is kept yet: reading all there are takes
 * memory that a process gives back only with its end, so `elsewhere` opens one in a process of its own. What that one
 * cannot do, or keep, is done here.
 */
export function firstReadElsewhere(
  here: SessionCatalogue,
  elsewhere: () => SessionCatalogue,
): SessionCatalogue {
  const progress = new Emitter<RefreshProgress>();
  here.onProgress((each) => progress.fire(each));
  const isAnyKnown = async (): Promise<boolean> => {
    const listed = await here.list({ limit: 1 });
    return !listed.ok || listed.value.known > 0;
  };
  /** Undefined: it is to be done here. */
  const readElsewhere = async (signal?: AbortSignal): Promise<Refreshed | undefined> => {
    const other = elsewhere();
    other.onProgress((each) => progress.fire(each));
    const done = await other.refresh(signal).finally(() => other.dispose());
    if (!done.ok) return done.error.kind === 'cancelled' ? done : undefined;
    return done.value.found === 0 || (await isAnyKnown()) ? done : undefined;
  };
  return {
    onProgress: progress.event,
    onDidChange: here.onDidChange,
    list: (request) => here.list(request),
    search: (request, signal) => here.search(request, signal),
    excerpts: (request, signal) => here.excerpts(request, signal),
    refresh: async (signal) => {
      const done = (await isAnyKnown()) ? undefined : await readElsewhere(signal);
      return done ?? here.refresh(signal);
    },
    dispose: () => {
      progress.dispose();
      here.dispose();
    },
  };
}
