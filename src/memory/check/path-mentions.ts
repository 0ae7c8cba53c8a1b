import type { CheckedFile } from './check-input.ts';
import { codeSpans, linesOf, linkTargets, type Mention, type TextLine } from './prose.ts';

/** Something in a memory file that reads like the path of a file of this project. */
export interface PathMention extends Mention {
  /** The path, `/` between its parts, without fragment, line number and leading `./`. */
  readonly path: string;
  /** A link says by itself that it leads to a file; code needs more evidence. */
  readonly isLink: boolean;
  /** The line it stands in, with the one before where that belongs to it. */
  readonly sentence: string;
}

type Found = Omit<PathMention, 'sentence'>;

/** Paths named in inline code and in links, wherever they may lead. Examples, patterns and addresses are left out. */
export function pathMentions(file: CheckedFile): readonly PathMention[] {
  const lines = linesOf(file.file);
  return lines.flatMap((line, index) => {
    const spans = codeSpans(line).flatMap((span) => fromCode(span));
    const links = linkTargets(line).flatMap((link) => fromLink(link));
    const sentence = withLineBefore(line, lines[index - 1]);
    return [...spans, ...links].map((mention) => ({ ...mention, sentence }));
  });
}

/** A sentence may begin in the line before; not where a list item or a paragraph begins. */
function withLineBefore({ text }: TextLine, before: TextLine | undefined): string {
  const begins = /^[\s>]*(?:[-*+]|\d{1,9}[.)])\s|^\s*[|#]/.test(text);
  if (begins || before === undefined || before.fence !== undefined || before.text.trim() === '') return text;
  return `${before.text}\n${text}`;
}

const characters = /^[\w.@+~ -][\w.@+~/ -]*$/;
/** Words that stand for a name somebody else has to put in. */
const placeholder =
  /(?:^|[/._-])(?:foo|bar|baz|qux|quux|xxx+|yyy+|nnn+|name|names|example|examples?|sample|placeholder|path|dir|file|filename|folder|module|package|feature|component|user|owner|repo|org|username|x|y|n|some\w*|your\w*|my\w*|new\w*|old\w*|whatever|something|todo)(?=$|[/._-])/i;
const allCapitals =
  /(?:^|\/)[A-Z][A-Z0-9]*_[A-Z0-9_]+(?=$|[/.])|(?:^|\/)(?:NAME|FILE|DIR|PATH|X+|Y+|N+)(?=$|[/.-])|YYYY|XX|NNN|[Nn]ame[A-Z]/;
/** What a build, a package manager or a tool makes: not there in a fresh clone, and rightly so. */
const made =
  /(?:^|\/)(?:node_modules|dist|build|out|output|target|coverage|vendor|tmp|temp|cache|logs?|generated|__pycache__|\.venv|venv|\.next|\.nuxt|\.turbo|\.git|\.cache|\.vscode-test|bin|obj|public|www|site|_site|artifacts|results?|reports?)(?:\/|$)/i;
const domain =
  /^(?:[\w-]+\.)+(?:com|org|net|io|dev|ai|app|co|edu|gov|md\/|sh\/|me|in|us|uk|de|fr|rs|gg|xyz|site|page|cloud|tech)(?:\/|$)/i;

function fromCode(span: Mention): readonly Found[] {
  const path = cleaned(span.text);
  if (path === undefined || !path.includes('/') || path.includes(' ')) return [];
  if (/^[/~@]/.test(span.text) || /^\.\.?$/.test(path)) return [];
  return isExample(path) || made.test(path) ? [] : [{ ...span, path, isLink: false }];
}

function fromLink(link: Mention): readonly Found[] {
  if (/^(?:[a-z][a-z0-9+.-]*:|#|\/|\?|<|~|\\|\{|\$|@)/i.test(link.text)) return [];
  const path = cleaned(decoded(link.text.replace(/[?#].*$/, '')));
  if (path === undefined || path === '') return [];
  // A word in brackets behind brackets is often no link at all: `[key](value)`.
  if (!/[/.]/.test(path) || !/\.[a-z0-9]{1,8}$|\/$|\//i.test(path)) return [];
  return isExample(path) || /(?:^|\/)node_modules\//.test(path) ? [] : [{ ...link, path, isLink: true }];
}

function cleaned(text: string): string | undefined {
  const path = text
    .replace(/(?:#L?\d+(?:-L?\d+)?|:\d+(?:[:-]\d+)*)$/, '')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/{2,}/g, '/');
  if (path.length > 250 || !characters.test(path) || /\.\.\./.test(path)) return undefined;
  return path;
}

function isExample(path: string): boolean {
  return (
    placeholder.test(path) || allCapitals.test(path) || domain.test(path) || /^\d+(?:\/\d+)+$/.test(path)
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
