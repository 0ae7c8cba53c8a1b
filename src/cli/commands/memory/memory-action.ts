import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import type { ExitCode, ParsedArguments } from '../../command.ts';
import type { CliSurroundings } from '../../surroundings.ts';

/** One word behind `varve memory`; its positionals are without that word. */
export type MemoryAction = (
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
) => Promise<ExitCode>;
