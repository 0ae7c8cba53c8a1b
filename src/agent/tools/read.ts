import * as z from 'zod/mini';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { binaryKind } from './file-kind.ts';
import type { ReadState } from './read-state.ts';
import type { Tool, ToolContext, ToolPlan, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';
import { absolutePath, decodeText, loadFile, shownPath } from './tool-paths.ts';

const maxLines = 2000;
const maxLineLength = 2000;
const maxCharacters = 60_000;
/** Limit of the Messages API for one picture; nothing is sent that the server would refuse. */
const maxPictureBytes = 5 * 1024 * 1024;

const shape = z.strictObject({
  path: z.string().check(z.describe('File, absolute or from the workspace root')),
  offset: z.optional(z.int().check(z.gte(1), z.describe('First line, from 1'))),
  limit: z.optional(z.int().check(z.gte(1), z.describe(`Lines at most, ${maxLines} unless told`))),
});

type ReadInput = z.infer<typeof shape>;

export interface ReadDependencies {
  readonly files: Files;
  readonly readState: ReadState;
}

/** Shows a picture, or a text file with line numbers, and remembers what was seen, so that it may be edited. */
export function createReadTool(dependencies: ReadDependencies): Tool {
  return {
    definition: toolDefinition(
      'read',
      'Read a text file, or see a picture (PNG, JPEG, GIF, WebP). Lines come as "number<tab>text"; the number is not part of the file. Read a file before editing it.',
      shape,
    ),
    effect: 'read',
    plan: async (input, context) => {
      const parsed = parseInput('read', shape, input);
      return isResult(parsed) ? parsed : planRead(dependencies, parsed, context);
    },
  };
}

function planRead(dependencies: ReadDependencies, input: ReadInput, context: ToolContext): ToolPlan {
  const path = absolutePath(context.root, input.path);
  const shown = shownPath(context.root, path);
  return {
    summary: `Read ${shown}`,
    effect: 'read',
    permission: { tool: 'read', effect: 'read', path },
    detail: shown,
    run: () => readFile(dependencies, input, path, shown),
  };
}

async function readFile(
  { files, readState }: ReadDependencies,
  input: ReadInput,
  path: string,
  shown: string,
): Promise<ToolResult> {
  const loaded = await loadFile(files, path, shown);
  if (isResult(loaded)) return loaded;
  const text = decodeText(loaded.bytes);
  if (text === undefined) return binaryResult(loaded.bytes, shown);
  readState.remember(loaded.path, sha256(loaded.bytes));
  if (text === '') return goodResult(`${shown} is empty.`);
  return numbered(text, input.offset ?? 1, Math.min(input.limit ?? maxLines, maxLines), shown);
}

/** A picture is shown; of anything else is said what it is. */
function binaryResult(bytes: Uint8Array, shown: string): ToolResult {
  const found = binaryKind(bytes);
  const size = `${bytes.length} bytes`;
  if (found.kind === 'unknown') return failedResult(`${shown} is not UTF-8 text (${size}) and is not shown.`);
  if (found.kind === 'other')
    return failedResult(
      `${shown} is ${found.name} (${size}), not UTF-8 text, and is not shown. ${found.advice}`,
    );
  if (bytes.length > maxPictureBytes) {
    return failedResult(
      `${shown} is a picture of ${size}, more than the ${maxPictureBytes} that are shown. Make it smaller first.`,
    );
  }
  const data = Buffer.from(bytes).toString('base64');
  const picture = { type: 'image', source: { type: 'base64', media_type: found.mediaType, data } } as const;
  return { ok: true, text: `${shown}: a picture (${found.mediaType}, ${size}).`, images: [picture] };
}

function numbered(text: string, offset: number, limit: number, shown: string): ToolResult {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (offset > lines.length)
    return failedResult(`${shown} has ${lines.length} lines only; offset ${offset} is past its end.`);
  const out: string[] = [];
  let characters = 0;
  for (const [index, line] of lines.slice(offset - 1, offset - 1 + limit).entries()) {
    const cut =
      line.length > maxLineLength
        ? `${line.slice(0, maxLineLength)} [${line.length - maxLineLength} characters left out]`
        : line;
    characters += cut.length;
    if (characters > maxCharacters && out.length > 0) break;
    out.push(`${offset + index}\t${cut}`);
  }
  const last = offset + out.length - 1;
  const rest = lines.length - last;
  if (rest > 0) out.push(`[${rest} more lines; read on with offset ${last + 1}]`);
  return goodResult(out.join('\n'));
}
