import { readProjectPolicies } from '../project/project-policies.ts';
import type { RecordKind } from '../project/record-kind.ts';
import { type CapturePolicy, readSettings, varveHome } from '../project/settings.ts';
import type { OpenProject } from './open-project.ts';

/**
 * What happens to a record that the owner's own commits state: what was chosen for this project on this machine, else
 * the user's default. The repository may leave a kind out and so tighten it; it can never loosen.
 */
export async function capturePolicy(open: OpenProject): Promise<(kind: RecordKind) => CapturePolicy> {
  const { files, environment, homeDirectory } = open.surroundings;
  const settings = await readSettings(files, varveHome(environment, homeDirectory));
  const chosen = await readProjectPolicies(files, open.project.stateDirectory);
  const kept = open.project.kinds;
  return (kind) => {
    if (kept !== undefined && !kept.includes(kind)) return 'never';
    return chosen.capture ?? (settings.ok ? settings.value.settings.capture[kind] : 'proposed');
  };
}
