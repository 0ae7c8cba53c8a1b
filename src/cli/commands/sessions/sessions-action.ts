import type { ExitCode, ParsedArguments } from '../../command.ts';
import type { CliSurroundings } from '../../surroundings.ts';

/** One word behind `varve sessions`; its positionals are without that word. It opens a project only where it needs one. */
export type SessionsAction = (cli: CliSurroundings, args: ParsedArguments) => Promise<ExitCode>;
