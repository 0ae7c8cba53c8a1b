import type { TextRange } from '../file/memory-file.ts';
import type { CheckedFile } from './check-input.ts';
import { codeSpans, linesOf, type TextLine } from './prose.ts';

/** `npm run lint`, `make check`: a call of a script or target of the project, as written. */
export interface CommandMention {
  readonly tool: 'npm' | 'pnpm' | 'yarn' | 'bun' | 'make';
  /** With `run`: the script must be there. Without: it may be a command of the tool or a program. */
  readonly isExplicit: boolean;
  readonly script: string;
  readonly range: TextRange;
}

const shells = new Set([
  '',
  'sh',
  'bash',
  'shell',
  'zsh',
  'fish',
  'console',
  'shell-session',
  'terminal',
  'cmd',
  'powershell',
  'ps1',
]);
/** Called from another directory or for another package: which, is not for this rule to know. */
const elsewhere =
  /(?:^|[\s;&|(])(?:cd|pushd|npx|docker|kubectl|ssh|git clone|mkdir|yarn workspace|lerna|nx|degit|npm init|npm create|create-\S+)\b|(?:^|\s)(?:-w|--workspaces?|--filter|-F|-r|--recursive|-C|--prefix|--cwd|--dir|--directory|-f|--file|--makefile)(?:[\s=]|$)/;

/** Sentences that show how a thing is written, or speak of another place. */
const elsewhereInWords =
  /\bcd\s|\bin (?:the|a|an|your|each|every)\b.{0,40}\b(?:package|workspace|app|repo\w*|directory|folder|project)\b|\b(?:example|e\.g|such as|for instance|arbitrary|user[- ]defined|hypothetical|imagine|suppose|would|no longer|there is no|does not exist|doesn't exist|removed|renamed|instead of|not)\b/i;

/** Calls of scripts and targets in inline code and in shell blocks. */
export function commandMentions(file: CheckedFile): readonly CommandMention[] {
  const lines = linesOf(file.file);
  const passedOver = blocksOfElsewhere(lines);
  return lines.flatMap((line) => {
    if (line.fence === undefined) {
      if (elsewhereInWords.test(line.text)) return [];
      return codeSpans(line).flatMap(({ text, range }) => callsIn(text, range.start));
    }
    return shells.has(line.fence.language) && !passedOver.has(line.fence.block) ? inShell(line) : [];
  });
}

/** Blocks that go to another directory, and those whose last sentence before them does. */
function blocksOfElsewhere(lines: readonly TextLine[]): ReadonlySet<number> {
  const found = new Set<number>();
  let before = '';
  for (const { text, fence } of lines) {
    if (fence === undefined) before = text.trim() === '' ? before : text;
    else if (elsewhere.test(text) || elsewhereInWords.test(before)) found.add(fence.block);
  }
  return found;
}

function inShell({ text, start }: TextLine): readonly CommandMention[] {
  const prompt = /^\s*(?:[$%>]\s+)?/.exec(text)?.[0].length ?? 0;
  const comment = /(?:^|\s)#/.exec(text.slice(prompt));
  const end = comment === null ? text.length : prompt + comment.index;
  return callsIn(text.slice(prompt, end), start + prompt);
}

function callsIn(text: string, start: number): readonly CommandMention[] {
  if (elsewhere.test(text)) return [];
  const pieces = text.matchAll(/[^;&|()]+/g);
  return [...pieces].flatMap((piece) => {
    const lead = /^\s*(?:(?:[A-Za-z_]\w*=\S*|sudo|time|env)\s+)*/.exec(piece[0])?.[0].length ?? 0;
    const call = callOf(piece[0].slice(lead).trimEnd());
    const at = start + piece.index + lead;
    return call === undefined
      ? []
      : [{ ...call, range: { start: at, end: at + piece[0].slice(lead).trimEnd().length } }];
  });
}

function callOf(command: string): Omit<CommandMention, 'range'> | undefined {
  const [tool = '', ...rest] = command.split(/\s+/);
  const words = rest.filter((word) => !word.startsWith('-') && !/^\w+=/.test(word));
  const [first = '', second = ''] = words;
  if (tool === 'make') return named('make', first, true);
  if (tool !== 'npm' && tool !== 'pnpm' && tool !== 'yarn' && tool !== 'bun') return undefined;
  if (/^(?:run|run-script|rum|urn)$/.test(first)) return named(tool, second, true);
  if (tool === 'npm')
    return /^(?:test|start|stop|restart)$/.test(first) ? named(tool, first, true) : undefined;
  return named(tool, first, false);
}

const placeholders =
  /^(?:x|foo|bar|baz|name|script|scripts|script-name|scriptname|task|command|cmd|target|targets|some-\S+|my-\S+|your-\S+|sure|\S*[A-Z]{4,}\S*)$/;

function named(
  tool: CommandMention['tool'],
  script: string,
  isExplicit: boolean,
): Omit<CommandMention, 'range'> | undefined {
  return /^[\w][\w:./-]*$/.test(script) && !placeholders.test(script)
    ? { tool, script, isExplicit }
    : undefined;
}
