import type { Source } from './citation.ts';
import { markOf } from './citation.ts';
import { quotedWords } from './quoted-text.ts';

/** One thing that a brief says, with where it comes from. */
export interface BriefLine {
  /** Ours, or made inert already. */
  readonly lead: string;
  /** Words of somebody, quoted behind the lead and cut to `units`. */
  readonly said?: string;
  readonly units?: number;
  /** Lines of output below it, inert already: shown in a fence. */
  readonly output?: readonly string[];
  readonly sources: readonly Source[];
  /** How much is lost without it, 0 to 100: the lightest goes first. */
  readonly weight: number;
}

/** A heading and what stands below it, in the order of its telling. */
export interface BriefPart {
  readonly title: string;
  readonly lines: readonly BriefLine[];
}

export function renderLine({ lead, said, units, output, sources }: BriefLine): string {
  const quote = said === undefined ? '' : quotedWords(said, units ?? 300);
  const marks = sources.map(markOf).join(' ');
  const line = `- ${[lead, quote, marks].filter((piece) => piece !== '').join(' ')}`;
  return output === undefined || output.length === 0 ? line : `${line}\n\n${fenced(output)}`;
}

/** Longer than any run of backticks in it: nothing in it ends it. */
function fenced(lines: readonly string[]): string {
  const longest = lines.join('\n').match(/`+/g) ?? [];
  const marks = '`'.repeat(Math.max(3, ...longest.map((run) => run.length + 1)));
  return [`${marks}text`, ...lines, marks].join('\n');
}
