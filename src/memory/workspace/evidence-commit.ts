import type { Git } from '../../base/git.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { Proposal } from '../inbox/proposal.ts';
import { safeLine } from '../record/safe-text.ts';
import type { MemoryProblem } from './memory-workspace.ts';

/** Commits looked through, and what is shown of one. */
const MAX_COMMITS = 50_000;
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * The commit a proposal was captured from, as `git show` prints it. Evidence names a patch, not a commit (a rebase keeps
 * the patch), so it is found by its author date, which the record keeps, and its subject; the newest of several.
 */
export async function evidenceCommit(
  git: Git | undefined,
  { record, evidence }: Pick<Proposal, 'record' | 'evidence'>,
): Promise<Result<string, MemoryProblem>> {
  const patch = evidence.evidence.find((item) => 'patch' in item);
  if (git === undefined || patch === undefined) return notFound();
  const commit = await findCommit(git, Date.parse(record.modified), patch.subject);
  if (commit === undefined) return notFound();
  const show = ['show', '--no-color', '--no-ext-diff', '--no-textconv', '--stat', '--patch', commit];
  const shown = await git.text(show, { maxBytes: MAX_BYTES });
  if (shown.ok) return success(`${shown.value}\n`);
  if (shown.error.kind !== 'too-large') return failure({ kind: 'io', message: shown.error.message });
  const short = await git.text(['show', '--no-color', '--no-ext-diff', '--stat', commit], {
    maxBytes: MAX_BYTES,
  });
  return short.ok ? success(`${short.value}\n`) : failure({ kind: 'io', message: short.error.message });
}

async function findCommit(git: Git, time: number, subject: string | undefined): Promise<string | undefined> {
  const log = await git.text([
    'log',
    '--all',
    '--no-show-signature',
    `--max-count=${MAX_COMMITS}`,
    '--format=%H%x00%at%x00%s',
  ]);
  if (!log.ok) return undefined;
  const second = String(Math.floor(time / 1000));
  const sameTime = log.value
    .split('\n')
    .map((line) => line.split('\0'))
    .filter(([, at]) => at === second);
  const sameSubject = sameTime.find(([, , said = '']) => subject !== undefined && safeLine(said) === subject);
  return (sameSubject ?? (sameTime.length === 1 ? sameTime[0] : undefined))?.[0];
}

function notFound(): Result<never, MemoryProblem> {
  const message =
    'The commit this came from is not in this clone. Fetch the branch it is on, then try again.';
  return failure({ kind: 'not-found', message });
}
