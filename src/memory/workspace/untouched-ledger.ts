import { currentOwner } from '../../base/process-identity.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { ledgerProblem } from './problems.ts';

/**
 * The history of the project to be read, for who promised to write nothing: an unfinished operation stays unfinished.
 * Undefined where nothing is set up.
 */
export async function untouchedLedger(open: OpenProject): Promise<Result<Ledger | undefined, MemoryProblem>> {
  if (open.project.isSetUp === 'no') return success(undefined);
  const { files, clock } = open.surroundings;
  const opened = await Ledger.open({
    files,
    clock,
    owner: await currentOwner(),
    root: open.project.root,
    stateDirectory: open.project.stateDirectory,
    prepare: () => open.prepare(),
    readOnly: 'Nothing is written in a dry run.',
  });
  return opened.ok ? opened : failure(ledgerProblem(opened.error));
}
