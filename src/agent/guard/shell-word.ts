import type { DoubleQuotedChild, Word, WordPart } from 'unbash';

/** A word of a command as far as it is known before the shell runs. */
export interface ShellWord {
  /** Its value where `isStatic`, else as near as can be said. */
  readonly value: string;
  /** As written. */
  readonly text: string;
  /** The shell will not change it: no expansion, substitution, glob or brace. */
  readonly isStatic: boolean;
  /** Not static only because of `*`, `?` or `[…]` after a static beginning: can name files, not options. */
  readonly isTailGlob: boolean;
  /** Written with `$'…'`, which hides what it says. */
  readonly isDisguised: boolean;
  /** Begins with an unquoted `~`. */
  readonly hasTilde: boolean;
}

export function shellWord(word: Word): ShellWord {
  const parts = word.parts ?? [];
  const isStatic = parts.every(isStaticPart);
  return {
    value: isStatic ? word.value : approximate(word, parts),
    text: word.text,
    isStatic,
    isTailGlob: !isStatic && isTailGlob(parts),
    isDisguised: parts.some((part) => part.type === 'AnsiCQuoted' || part.type === 'LocaleString'),
    hasTilde: word.text.startsWith('~'),
  };
}

/** Expansions that can only be digits. */
const numeric = new Set(['$?', '$#', '$$', '$!']);

function isStaticPart(part: WordPart | DoubleQuotedChild): boolean {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return true;
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.every(isStaticPart);
    case 'SimpleExpansion':
      return numeric.has(part.text);
    default:
      return false;
  }
}

function isTailGlob(parts: readonly WordPart[]): boolean {
  const first = parts[0];
  if (first === undefined || first.type !== 'Literal' || first.value === '' || first.value.startsWith('-'))
    return false;
  return parts.every((part) => part.type === 'Glob' || isStaticPart(part));
}

function approximate(word: Word, parts: readonly WordPart[]): string {
  return parts.length === 0
    ? word.value
    : parts.map((part) => ('value' in part ? part.value : part.text)).join('');
}
