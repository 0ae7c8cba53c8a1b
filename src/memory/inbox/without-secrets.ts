import { basename, dirname } from 'node:path';
import { failure } from '../../base/result.ts';
import { firstSecretLine } from '../../base/secrets.ts';
import type { FileChange } from '../ledger/operation.ts';
import { decodeExactly, type Planned } from './record-bytes.ts';

/**
 * The plan, unless it would put what looks like a secret into a record or its evidence: a person may have pasted one
 * into a proposal since it was captured. The refusal names file and line, never the secret.
 */
export function withoutSecrets(planned: Planned): Planned {
  if (!planned.ok) return planned;
  for (const change of planned.value) {
    const found = change.after === null ? undefined : firstSecretLine(decodeExactly(change.after) ?? '');
    if (found === undefined) continue;
    const path = sourceOf(change, planned.value);
    // A record that was accepted long ago and goes to the archive says nothing new.
    if (path !== change.path && basename(dirname(path)) === 'memory') continue;
    const message = `Line ${found.line} of ${basename(path)} holds what looks like a secret (${found.kind}). Take it out, then try again.`;
    return failure({ kind: 'secret', message, path });
  }
  return planned;
}

/** The file a person can edit: what is accepted moves from its proposal. */
function sourceOf(change: FileChange, all: readonly FileChange[]): string {
  const name = basename(change.path);
  return all.find(({ path, after }) => after === null && basename(path) === name)?.path ?? change.path;
}
