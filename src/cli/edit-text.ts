import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { failure, type Result, success } from '../base/result.ts';
import type { CliSurroundings } from './surroundings.ts';

const MAX_TEXT_BYTES = 1024 * 1024;

type Text = Result<string, { readonly message: string }>;

/** The editor of whoever sits at the terminal; undefined where nobody does or none is set. */
export function editorOf(cli: CliSurroundings): string | undefined {
  const editor = cli.environment['VISUAL'] ?? cli.environment['EDITOR'];
  return cli.input.isTerminal && editor !== undefined && editor !== '' ? editor : undefined;
}

/** The text as it is when the person closed the editor. A copy is edited, readable by its owner alone, and taken away. */
export async function editText(
  cli: CliSurroundings,
  editor: string,
  name: string,
  text: string,
): Promise<Text> {
  const copy = join(tmpdir(), `varve-${randomBytes(6).toString('hex')}-${name}.md`);
  await cli.files.writeNew(copy, Buffer.from(text), 0o600);
  try {
    const code = await cli.openEditor(editor, copy);
    if (code !== 0) return failure({ message: `${editor} ended with code ${code}; nothing was changed.` });
    return success(Buffer.from(await cli.files.readFile(copy)).toString('utf8'));
  } finally {
    await cli.files.removeFile(copy).catch(() => {});
  }
}

/** A file, or with `-` standard input, at most 1 MB. */
export async function readTextFile(cli: CliSurroundings, file: string): Promise<Text> {
  if (file === '-') {
    const all = await cli.input.readAll(MAX_TEXT_BYTES);
    return all === undefined ? failure({ message: 'Standard input is larger than 1 MB.' }) : success(all);
  }
  try {
    const path = resolve(cli.cwd, file);
    const status = await cli.files.status(path);
    if (status !== undefined && status.size > MAX_TEXT_BYTES)
      return failure({ message: `${file} is larger than 1 MB.` });
    return success(Buffer.from(await cli.files.readFile(path)).toString('utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failure({ message: `${file} cannot be read: ${why}` });
  }
}
