import { basename } from 'node:path';
import {
  type Command,
  forEachChild,
  type ParsedScript,
  parse,
  type Redirection,
  type SyntaxNode,
} from 'unbash';
import { type ShellWord, shellWord } from './shell-word.ts';
import { isShell, unwrap } from './wrappers.ts';

/** One program call somewhere in a command line, with what it runs in turn. */
export interface ShellCall {
  /** With its words from the name on; assignments before it are apart. */
  readonly words: readonly ShellWord[];
  /** Name without directory. */
  readonly baseName: string;
  /** Whether it is sure which program this is; if not, there is a doubt. */
  readonly isKnown: boolean;
  /** Names of variables set before the command, or by itself. */
  readonly assigns: readonly string[];
  /** What it wraps. A transparent one may be allowed by a rule for what it wraps. */
  readonly inner: readonly ShellCall[];
  readonly isTransparent: boolean;
  /** It runs a file of shell commands, and what that holds is not seen. */
  readonly runsFile: boolean;
}

export interface ShellRedirect {
  readonly effect: 'read' | 'write';
  readonly target: ShellWord;
}

/** All a command line would do as far as its text shows. */
export interface ShellReading {
  /** Every call outside wrappers, also in substitutions, loops and functions, in order of the text. */
  readonly calls: readonly ShellCall[];
  readonly redirects: readonly ShellRedirect[];
  /** Why it cannot be judged by rules, as ends of the sentence "… cannot be judged: ". Empty when it can. */
  readonly doubts: readonly string[];
}

const maxLength = 20_000;
const maxCalls = 500;
const maxDepth = 8;

// What terminals hide or shells and people read differently; tab and line feed are fine.
const invisible =
  /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}|[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/u;
// What a person takes for a separator, a quote or a sign of the shell, and the shell for a letter.
const lookalike =
  /[\u037e\u2018-\u201f\u2044\u2215\u2223\u22c5\u2758\u2768-\u2775\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/u;

interface Draft {
  readonly calls: ShellCall[];
  readonly redirects: ShellRedirect[];
  readonly doubts: Set<string>;
}

/** Reads a command line for bash. Never throws; what cannot be read is a doubt. */
export function readShell(source: string): ShellReading {
  const draft: Draft = { calls: [], redirects: [], doubts: new Set() };
  if (source.length > maxLength) draft.doubts.add('it is too long');
  else {
    if (invisible.test(source)) draft.doubts.add('it holds invisible or control characters');
    if (lookalike.test(withoutQuotes(source)))
      draft.doubts.add('it holds characters that look like signs of the shell and are not');
    readSource(draft, source, 0);
  }
  if (draft.calls.length > maxCalls) draft.doubts.add('it has too many parts');
  return { calls: draft.calls, redirects: draft.redirects, doubts: [...draft.doubts] };
}

/** Roughly what stands outside of quotes: these characters are fine in a message. */
function withoutQuotes(source: string): string {
  return source.replace(/'[^']*'|"(?:[^"\\]|\\.)*"/gs, '');
}

/** A call and all that it wraps. */
export function allCalls(calls: readonly ShellCall[]): readonly ShellCall[] {
  return calls.flatMap((call) => [call, ...allCalls(call.inner)]);
}

function readSource(draft: Draft, source: string, depth: number): void {
  if (depth > maxDepth) {
    draft.doubts.add('it is nested too deeply');
    return;
  }
  try {
    visit(draft, parse(source), depth);
  } catch {
    draft.doubts.add('it cannot be parsed');
  }
}

function visit(draft: Draft, node: SyntaxNode, depth: number): void {
  if (draft.calls.length > maxCalls) return;
  noteErrors(draft, node);
  if (node.type === 'Command') readCommand(draft, node, depth);
  if (node.type === 'Redirected') for (const redirect of node.redirects) readRedirect(draft, redirect);
  if (node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution') {
    if (node.script === undefined) draft.doubts.add('a substitution in it cannot be parsed');
  }
  if ((node.type === 'TestCommand' || node.type === 'ArithmeticCommand') && hasSubscript(node))
    draft.doubts.add('a subscript in it may run a command');
  forEachChild(node, (child) => visit(draft, child, depth));
}

/** Bash evaluates subscripts in arithmetic, also in the operands of `[[ a -eq b ]]` and behind their quotes. */
function hasSubscript(node: SyntaxNode): boolean {
  if (node.type === 'Word' && /\[[^\]]*[$`]/.test(node.value)) return true;
  let found = false;
  forEachChild(node, (child) => {
    found ||= hasSubscript(child);
  });
  return found;
}

function noteErrors(draft: Draft, node: SyntaxNode): void {
  if (node.type !== 'Script') return;
  const script: ParsedScript = node;
  if ((script.errors ?? []).length > 0) draft.doubts.add('it cannot be parsed');
}

function readCommand(draft: Draft, command: Command, depth: number): void {
  for (const redirect of command.redirects) readRedirect(draft, redirect);
  const args = command.args.map((arg) => (arg.type === 'Word' ? shellWord(arg) : assignmentWord(arg.text)));
  const words = command.name === undefined ? args : [shellWord(command.name), ...args];
  const assigns = [
    ...command.prefix.flatMap((part) => (part.type === 'Assignment' ? [part.name] : [])),
    ...command.args.flatMap((part) => (part.type === 'Assignment' ? [part.name] : [])),
  ];
  if (words.length === 0 && assigns.length === 0) return;
  draft.calls.push(readCall(draft, words, assigns, depth));
}

function assignmentWord(text: string): ShellWord {
  const isStatic = !/[$`*?[{]/.test(text);
  return { value: text, text, isStatic, isTailGlob: false, isDisguised: false, hasTilde: false };
}

function readCall(
  draft: Draft,
  words: readonly ShellWord[],
  assigns: readonly string[],
  depth: number,
): ShellCall {
  const name = words[0];
  const baseName = name === undefined ? '' : basename(name.value);
  if (name !== undefined && !isKnownName(name)) {
    draft.doubts.add(`which program "${name.text}" is, is not known yet`);
    return { words, baseName, isKnown: false, assigns, inner: [], isTransparent: false, runsFile: false };
  }
  const inner: ShellCall[] = [];
  let isTransparent = false;
  for (const wrapped of unwrap(baseName, words)) {
    if (wrapped.kind === 'hidden') draft.doubts.add(wrapped.why);
    else if (wrapped.kind === 'script') inner.push(...readScript(draft, wrapped.source, depth + 1));
    else if (wrapped.words.length > 0) {
      isTransparent = wrapped.isTransparent;
      inner.push(readCall(draft, wrapped.words, [], depth));
    }
  }
  noteHiddenSubscript(draft, baseName, words);
  const runsFile = isShellFile(baseName, words, inner);
  return { words, baseName, isKnown: true, assigns, inner, isTransparent, runsFile };
}

/** `source x`, `. x`, and `bash x` whose words are the file and what it is given. */
function isShellFile(name: string, words: readonly ShellWord[], inner: readonly ShellCall[]): boolean {
  if (name === 'source' || name === '.') return words.length > 1;
  return isShell(name) && inner.some((call) => words.includes(call.words[0] ?? noWord));
}

const noWord: ShellWord = {
  value: '',
  text: '',
  isStatic: true,
  isTailGlob: false,
  isDisguised: false,
  hasTilde: false,
};

/** Shell source inside a word: its calls belong to the call, its redirects and doubts to the whole. */
function readScript(draft: Draft, source: string, depth: number): readonly ShellCall[] {
  const inner: Draft = { calls: [], redirects: draft.redirects, doubts: draft.doubts };
  readSource(inner, source, depth);
  return inner.calls;
}

function isKnownName(name: ShellWord): boolean {
  return name.isStatic && !name.isDisguised && name.value !== '' && !/\s/.test(name.value);
}

const evaluating = new Set([
  'let',
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
  'read',
  'unset',
  'printf',
  'test',
  '[',
  'mapfile',
  'readarray',
  'wait',
]);

/** Bash evaluates subscripts in the arguments of these, even quoted ones: `test -v 'a[$(id)]'`. */
function noteHiddenSubscript(draft: Draft, baseName: string, words: readonly ShellWord[]): void {
  if (!evaluating.has(baseName)) return;
  if (words.some((word) => /\[[^\]]*[$`]/.test(word.value) && word.isStatic))
    draft.doubts.add('a subscript in it may run a command');
}

function readRedirect(draft: Draft, redirect: Redirection): void {
  if (redirect.type !== 'Redirect' || redirect.target === undefined) return;
  const target = shellWord(redirect.target);
  const isDescriptor =
    (redirect.operator === '>&' || redirect.operator === '<&') && /^(\d+-?|-)$/.test(target.value);
  if (isDescriptor && target.isStatic) return;
  const effect = redirect.operator === '<' || redirect.operator === '<&' ? 'read' : 'write';
  draft.redirects.push({ effect, target });
}
