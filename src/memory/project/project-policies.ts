import { join } from 'node:path';
import { readIfThere, replaceFile } from '../../base/atomic-write.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { type IoProblem, ioProblem } from '../../base/io-problem.ts';
import { acquireLock, type LockOwner } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { isJsonObject, type JsonObject, readVersionedJson, renderJson } from './json-format.ts';
import { type CapturePolicy, isCapturePolicy } from './settings.ts';

/** What was chosen for this project on this machine; what is missing follows the user's settings. */
export interface ProjectPolicies {
  /** What happens to records captured from the owner's own commits, of every kind. */
  readonly capture?: CapturePolicy;
}

const LOCK_TIMEOUT_MS = 5_000;

/** From `policies` of `project.json`. Empty where there is none, or none that can be read. */
export async function readProjectPolicies(files: Files, stateDirectory: string): Promise<ProjectPolicies> {
  const raw = await readRaw(files, stateDirectory).catch(() => undefined);
  return raw === undefined ? {} : policiesOf(raw.value);
}

/**
 * Replaces the policies; everything else in `project.json` survives. The state directory must stand
 * (`ensureStateDirectory`). What a newer Varve wrote, or what is no JSON, is not written over.
 */
export async function saveProjectPolicies(
  surroundings: {
    readonly files: Files;
    readonly clock: Clock;
    readonly owner: LockOwner;
    readonly home: string;
  },
  stateDirectory: string,
  policies: ProjectPolicies,
): Promise<Result<void, IoProblem>> {
  const { files, clock, owner, home } = surroundings;
  const path = join(stateDirectory, 'project.json');
  try {
    const lock = await acquireLock({
      files,
      clock,
      owner,
      path: join(home, 'lock'),
      timeoutMs: LOCK_TIMEOUT_MS,
    });
    if (!lock.ok) return failure({ kind: 'io', code: 'EBUSY', message: lock.error.message });
    try {
      return await save(files, path, stateDirectory, policies);
    } finally {
      await lock.value.release();
    }
  } catch (error) {
    return failure(ioProblem(error, `write ${path}`));
  }
}

async function save(
  files: Files,
  path: string,
  stateDirectory: string,
  policies: ProjectPolicies,
): Promise<Result<void, IoProblem>> {
  const raw = await readRaw(files, stateDirectory);
  if (raw === undefined) {
    const message = `${path} is missing, or was written by a newer Varve. Update Varve, or open the project again.`;
    return failure({ kind: 'io', code: 'EINVAL', message });
  }
  const old = isJsonObject(raw.value['policies']) ? raw.value['policies'] : {};
  const text = renderJson({ policies: { ...old, capture: undefined, ...policies } }, raw.value);
  const replaced = await replaceFile(files, {
    path,
    expected: raw.hash,
    bytes: Buffer.from(text),
    mode: 0o600,
  });
  if (replaced.ok) return success(undefined);
  if (replaced.error.kind === 'io') return failure(replaced.error);
  return failure({ kind: 'io', code: 'EBUSY', message: replaced.error.message });
}

async function readRaw(
  files: Files,
  stateDirectory: string,
): Promise<{ value: JsonObject; hash: string } | undefined> {
  const bytes = await readIfThere(files, join(stateDirectory, 'project.json'));
  if (bytes === null) return undefined;
  const read = readVersionedJson(Buffer.from(bytes).toString('utf8'), []);
  return read.kind === 'current' ? { value: read.value, hash: sha256(bytes) } : undefined;
}

function policiesOf(raw: JsonObject): ProjectPolicies {
  const policies = isJsonObject(raw['policies']) ? raw['policies'] : {};
  return isCapturePolicy(policies['capture']) ? { capture: policies['capture'] } : {};
}
