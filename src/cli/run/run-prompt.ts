import { failure, type Result, success } from '../../base/result.ts';
import type { CliSurroundings } from '../surroundings.ts';

/** As `claude -p`: standard input is taken up to 10 MB. */
const MAX_INPUT_BYTES = 10 * 1024 * 1024;
/** A pipe that was opened and never written to is not waited for longer than this when there is a prompt already. */
const QUIET_MS = 3_000;

/** The prompt from the arguments and, where something is piped in, from standard input below it. Empty when there is none. */
export async function readPrompt(
  cli: CliSurroundings,
  positionals: readonly string[],
): Promise<Result<string, string>> {
  if (positionals.length > 1) return failure('One prompt is expected: put it in quotes.');
  const [given = ''] = positionals;
  if (cli.input.isTerminal) return success(given);
  const piped = given === '' ? await cli.input.readAll(MAX_INPUT_BYTES) : await readUnlessQuiet(cli);
  if (piped === undefined)
    return failure('Standard input is larger than 10 MB. Put it in a file and name the file.');
  return success([given, piped.trimEnd()].filter((part) => part !== '').join('\n'));
}

function readUnlessQuiet(cli: CliSurroundings): Promise<string | undefined> {
  return new Promise((resolve) => {
    const pieces: Uint8Array[] = [];
    let size = 0;
    const done = (text: string | undefined): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve(text);
    };
    const timer = setTimeout(() => {
      cli.terminal.say(
        'Nothing came on standard input for 3 s; going on without it. To say there is none: < /dev/null\n',
      );
      done('');
    }, QUIET_MS);
    const listening = cli.input.listen(
      (bytes) => {
        clearTimeout(timer);
        pieces.push(bytes);
        size += bytes.length;
        if (size > MAX_INPUT_BYTES) done(undefined);
      },
      () => done(Buffer.concat(pieces).toString('utf8')),
    );
  });
}
