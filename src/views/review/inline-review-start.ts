import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** Begins to review inside files once a workspace is open: before, there is no proposal to show. */
export function startInlineReview(folders: WorkspaceFolders, onError: (error: unknown) => void): Disposable {
  const owned = new DisposableStore();
  let isEnded = false;
  let isStarted = false;
  const start = async (): Promise<void> => {
    const { InlineReview } = await import('./inline-review.ts');
    if (!isEnded) owned.add(new InlineReview({ folders, onError }));
  };
  owned.add(
    folders.onDidChange(({ change }) => {
      if (change !== 'opened' || isStarted) return;
      isStarted = true;
      void start().catch(onError);
    }),
  );
  owned.add({
    dispose: () => {
      isEnded = true;
    },
  });
  return owned;
}
