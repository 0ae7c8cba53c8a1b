import { join } from 'node:path';
import type { RewindPlan } from '../../agent/session/checkpoint/plan-rewind.ts';
import { applyUnifiedDiff } from '../../base/text-diff.ts';

/** One file of a multi-file diff; a side that is undefined does not exist. */
export interface PreviewChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Both sides of each file, as far as they are text; of others the sentence that stands for a diff. */
export async function planChanges(
  { root, changes }: Pick<RewindPlan, 'root' | 'changes'>,
  readText: (path: string) => Promise<string>,
): Promise<readonly PreviewChange[]> {
  return Promise.all(
    changes.map(async ({ path: way, kind, diff }) => {
      const path = join(root, way);
      const before = kind === 'create' ? undefined : await readText(path).catch(() => '');
      if (kind === 'remove') return { path, before, after: undefined };
      const isText = /^@@ /m.test(diff);
      return { path, before, after: (isText ? applyUnifiedDiff(before ?? '', diff) : undefined) ?? diff };
    }),
  );
}
