import { readRecordFiles } from '../inbox/record-files.ts';
import type { EditContext } from './edit-context.ts';
import type { MemoryProblem } from './memory-workspace.ts';

/** The record or proposal that says the same already: promoting it again would only repeat it. */
export async function promotedBefore(
  { surroundings, places }: EditContext,
  description: string,
): Promise<MemoryProblem | undefined> {
  for (const place of [places.memory, places.proposed, places.machineInbox]) {
    const { records } = await readRecordFiles(surroundings.files, place);
    const same = records.find(({ record }) => record.description === description);
    if (same === undefined) continue;
    const what = same.record.status === 'proposed' ? 'waits for review in the Inbox' : 'is in project memory';
    const message = `"${description}" ${what} already.`;
    return { kind: 'conflict', message, path: same.path };
  }
  return undefined;
}
