import type { ToolResult } from './tool.ts';
import { failedResult } from './tool-input.ts';

export interface Replacement {
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean | undefined;
}

interface Replaced {
  readonly after: string;
  readonly places: number;
}

/**
 * Puts one exact text in place of another, or says in a sentence for the model why not. `shown` names the file. Line
 * ends of the file are kept.
 */
export function replaceText(text: string, input: Replacement, shown: string): Replaced | ToolResult {
  const { from, to } = inLineEndsOf(text, input);
  if (from === to) return failedResult('old_string and new_string are equal: there is nothing to change.');
  const places = positions(text, from);
  if (places.length === 0) {
    return failedResult(
      `old_string does not stand in ${shown}. Read the file again and copy the text exactly, with its indentation and without line numbers.`,
    );
  }
  if (places.length > 1 && input.replace_all !== true) {
    const lines = places.slice(0, 10).map((at) => lineAt(text, at));
    return failedResult(
      `old_string stands in ${shown} ${places.length} times (lines ${lines.join(', ')}). Give more of the lines around the one you mean, or set replace_all.`,
    );
  }
  // split and join: a replacement text with `$&` must stay what it is.
  return { after: text.split(from).join(to), places: places.length };
}

/** Models write "\n"; in a file with CRLF that means the file's own line end. */
function inLineEndsOf(text: string, input: Replacement): { readonly from: string; readonly to: string } {
  const { old_string: from, new_string: to } = input;
  const isWindows = text.includes('\r\n') && !/(^|[^\r])\n/.test(text);
  if (!isWindows) return { from, to };
  return { from: from.replace(/\r?\n/g, '\r\n'), to: to.replace(/\r?\n/g, '\r\n') };
}

function positions(text: string, part: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
