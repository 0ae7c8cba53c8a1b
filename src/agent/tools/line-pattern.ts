import { failure, type Result, success } from '../../base/result.ts';

/** A regular expression whose time grows with the length of the line and of the pattern only, whatever either is. */
export interface LinePattern {
  test(line: string): boolean;
}

/**
 * Reads a pattern written in JavaScript's syntax. The engine is RE2's (`re2js`), because a pattern comes from a model
 * and a text from anywhere, and `(a+)+$` would hold JavaScript's own for ever. It has no look-around and no
 * back-references; the problem's message says so to the model.
 */
export async function readLinePattern(
  pattern: string,
  ignoreCase: boolean,
): Promise<Result<LinePattern, { readonly message: string }>> {
  const { RE2JS } = await import('re2js');
  try {
    const flags = ignoreCase ? RE2JS.CASE_INSENSITIVE : 0;
    return success(RE2JS.compile(RE2JS.translateRegExp(pattern), flags));
  } catch (error) {
    return failure({ message: whyNot(pattern, error instanceof Error ? error.message : '') });
  }
}

function whyNot(pattern: string, detail: string): string {
  if (/\(\?<?[=!]/.test(detail))
    return `"${pattern}" uses look-around, which grep does not have. Search for what can be said without it, and look through what is found.`;
  if (/escape sequence: `\\(?:\d|k)/.test(detail))
    return `"${pattern}" uses a back-reference, which grep does not have. Search for what can be said without it, and look through what is found.`;
  if (detail.includes('repeat count'))
    return `"${pattern}" repeats more than 1000 times; use +, * or a smaller number.`;
  const where = /: (`[\s\S]*`)$/.exec(detail)?.[1];
  return `"${pattern}" is not a valid regular expression${where === undefined ? '' : ` at ${where}`}. Escape its special characters.`;
}
