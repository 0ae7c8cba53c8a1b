import { recordTitle } from '../../../memory/record/record-parts.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import type { Milestone } from './session-groups.ts';

/** Of the project, by the time they are about. */
export async function acceptedMilestones(workspace: MemoryWorkspace): Promise<readonly Milestone[]> {
  const records = await workspace.timeline();
  return records.flatMap(({ record }) => {
    const time = Date.parse(record.modified);
    const counts = record.kind === 'milestone' && record.status === 'accepted' && Number.isFinite(time);
    return counts ? [{ title: recordTitle(record), time }] : [];
  });
}
