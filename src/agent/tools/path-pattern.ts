import type { Result } from '../../base/result.ts';
import { type LinePattern, readLinePattern } from './line-pattern.ts';

type Problem = { readonly message: string };

/**
 * Reads a glob over paths with `/`: `*` and `?` within a name, `**` over directories, `[abc]`, `[!abc]`, `{one,two}`
 * and `\` before a character that is meant as it is. Names with a leading dot match too. Made into an RE2 expression:
 * a glob comes from a model, and `+(a*)b` would hold a backtracking one for ever.
 */
export async function readPathPattern(glob: string): Promise<Result<LinePattern, Problem>> {
  const source = expressionOf(glob);
  const read = typeof source === 'string' ? await readLinePattern(`^(?:${source})$`, false) : undefined;
  if (read?.ok) return read;
  return {
    ok: false,
    error: {
      message: `"${glob}" is not a valid glob. It may hold *, **, ?, [abc] and {one,two}; put \\ before a character that is meant as it is.`,
    },
  };
}

/** Undefined where a bracket or brace is not closed. */
function expressionOf(glob: string): string | undefined {
  let source = '';
  let braces = 0;
  for (let at = 0; at < glob.length; ) {
    const rest = glob.slice(at, at + 3);
    const character = glob[at] ?? '';
    if (rest === '**/' && (at === 0 || glob[at - 1] === '/')) {
      source += '(?:[^/]+/)*';
      at += 3;
      continue;
    }
    if (rest.startsWith('**')) {
      source += '.*';
      at += 2;
      continue;
    }
    if (character === '[') {
      const end = glob.indexOf(']', at + 2);
      if (end === -1) return undefined;
      source += characterClass(glob.slice(at + 1, end));
      at = end + 1;
      continue;
    }
    if (character === '{') braces += 1;
    if (character === '}') braces -= 1;
    if (braces < 0) return undefined;
    if (character === '\\') at += 1;
    source += character === '\\' ? literal(glob[at] ?? '\\') : piece(character, braces > 0);
    at += 1;
  }
  return braces === 0 ? source : undefined;
}

function piece(character: string, isInBraces: boolean): string {
  switch (character) {
    case '*':
      return '[^/]*';
    case '?':
      return '[^/]';
    case '{':
      return '(?:';
    case '}':
      return ')';
    case ',':
      return isInBraces ? '|' : ',';
    default:
      return literal(character);
  }
}

function characterClass(content: string): string {
  const isNot = /^[!^]/.test(content);
  return `[${isNot ? '^/' : ''}${content.slice(isNot ? 1 : 0).replace(/[\\[\]^&~]/g, '\\$&')}]`;
}

function literal(character: string): string {
  return /[\w/\s]/.test(character) || (character.codePointAt(0) ?? 0) > 0x7f ? character : `\\${character}`;
}
