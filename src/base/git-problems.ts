import { stat } from 'node:fs/promises';
import type { GitProblem } from './git.ts';
import { errorCode } from './io-problem.ts';
import { redact } from './secrets.ts';

export function cancelled(): GitProblem {
  return { kind: 'cancelled', message: 'Cancelled.' };
}

export function tooLarge(maxBytes: number): GitProblem {
  return { kind: 'too-large', message: `Git answered with more than ${maxBytes} bytes.` };
}

/** Why a process could not be started in this directory. */
export async function notStarted(directory: string, error: unknown): Promise<GitProblem> {
  const isThere = await stat(directory).then(
    () => true,
    () => false,
  );
  if (!isThere) return { kind: 'failed', message: `The directory ${directory} is not there.` };
  if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EACCES') {
    return { kind: 'failed', message: `Git could not be started: ${errorCode(error) ?? 'unknown reason'}.` };
  }
  return { kind: 'no-git', message: 'Git was not found. Install git, or put it in PATH.' };
}

/** What git said on standard error before it ended with a failure, as a sentence. */
export function refused(directory: string, complaint: string): GitProblem {
  if (/detected dubious ownership/i.test(complaint)) {
    return {
      kind: 'failed',
      message: `Git does not read ${directory}: it belongs to another user. If you trust it, run: git config --global --add safe.directory "${directory}"`,
    };
  }
  if (/not a git repository|must be run in a work tree|cannot use bare repository/i.test(complaint)) {
    return { kind: 'no-repository', message: `${directory} is not inside a git working tree.` };
  }
  const lines = complaint.split(/\r?\n/).filter((line) => line.trim() !== '');
  const said = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? 'it gave no reason';
  return { kind: 'failed', message: `Git failed: ${withoutCredentials(said).slice(0, 500)}` };
}

function withoutCredentials(text: string): string {
  return redact(text.replace(/\/\/[^/\s@]{1,500}@/g, '//'));
}
