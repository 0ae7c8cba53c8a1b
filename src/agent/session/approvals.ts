import { replaceFile } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { redact } from '../../base/secrets.ts';
import type { Mask } from '../guard/secret-mask.ts';
import type { SessionProblem } from './session-problem.ts';

const ATTEMPTS = 5;

/** Rules that answers of *always* added for this project on this machine. Empty where nothing can be read. */
export async function readApprovals(files: Files, stateDirectory: string): Promise<readonly string[]> {
  const read = await readProjectFile(files, stateDirectory);
  return read ? allowOf(read.value) : [];
}

/**
 * Keeps a rule in `project.json`, beside what else stands there. Compared and swapped, so that of two runs that keep
 * something at once neither loses. A rule with a secret in it is not kept.
 */
export async function keepApproval(
  files: Files,
  stateDirectory: string,
  rule: string,
  mask: Mask = redact,
): Promise<Result<void, SessionProblem>> {
  if (mask(rule) !== rule) return failure({ kind: 'invalid', message: secretRule });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const read = await readProjectFile(files, stateDirectory);
    if (!read) break;
    const allow = allowOf(read.value);
    if (allow.includes(rule)) return success(undefined);
    const approvals = { ...objectOf(read.value['approvals']), allow: [...allow, rule] };
    const text = `${JSON.stringify({ ...read.value, approvals }, undefined, 2)}\n`;
    const path = projectFile(stateDirectory);
    const done = await replaceFile(files, { path, expected: sha256(read.bytes), bytes: Buffer.from(text) });
    if (done.ok) return success(undefined);
    if (done.error.kind === 'io') return failure({ kind: 'io', message: done.error.message });
  }
  return failure({
    kind: 'io',
    message: `The rule ${rule} holds for this run only: ${projectFile(stateDirectory)} could not be changed.`,
  });
}

const secretRule =
  'The rule holds for this run only: a secret stands in it, and those are not kept on disk. Have the command read it from the environment or a file, then allow it again.';

function projectFile(stateDirectory: string): string {
  return `${stateDirectory}/project.json`;
}

async function readProjectFile(files: Files, stateDirectory: string) {
  try {
    const bytes = await files.readFile(projectFile(stateDirectory));
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return { bytes, value: objectOf(value) };
  } catch {
    return undefined;
  }
}

function allowOf(value: Record<string, unknown>): readonly string[] {
  const { allow } = objectOf(value['approvals']);
  return Array.isArray(allow) ? allow.filter((rule) => typeof rule === 'string') : [];
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
