import { resolve } from 'node:path';
import { type OutputSchema, readOutputSchema } from '../../agent/loop/output-schema.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { CliSurroundings } from '../surroundings.ts';
import type { RunOptions, TextOrFile } from './run-options.ts';

/** What the options of a run name by text or by file, read. */
export interface RunTexts {
  /** In place of the fixed prompt. */
  readonly systemPrompt: string | undefined;
  /** Empty for none. */
  readonly appendSystemPrompt: string;
  readonly outputSchema: OutputSchema | undefined;
}

type Problem = { readonly message: string };

/** Reads them before anything is made: what cannot be read or is no schema ends the run before it began. */
export async function readRunTexts(
  cli: CliSurroundings,
  options: RunOptions,
): Promise<Result<RunTexts, Problem>> {
  const { systemPrompt, appendSystemPrompt, jsonSchema } = options;
  const named = systemPrompt === undefined ? [] : [systemPrompt];
  const texts: string[] = [];
  for (const source of [...named, ...appendSystemPrompt]) {
    const read = await readText(cli, source);
    if (!read.ok) return read;
    texts.push(read.value);
  }
  const schema = jsonSchema === undefined ? success(undefined) : await readOutputSchema(jsonSchema);
  if (!schema.ok) return failure({ message: `--json-schema ${schema.error}` });
  return success({
    systemPrompt: systemPrompt === undefined ? undefined : texts[0],
    appendSystemPrompt: texts.slice(named.length).join('\n\n'),
    outputSchema: schema.value,
  });
}

async function readText(cli: CliSurroundings, source: TextOrFile): Promise<Result<string, Problem>> {
  if ('text' in source) return success(source.text);
  try {
    const bytes = await cli.files.readFile(resolve(cli.cwd, source.file));
    return success(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failure({ message: `The file of ${source.option} cannot be read: ${why}` });
  }
}
