import type { ChangedFile, ChangedLine } from './change-set.ts';

export interface AddedComment {
  readonly path: string;
  /** One-based first line in the new file. */
  readonly line: number;
  /** Comment marks removed, lines kept. */
  readonly text: string;
  readonly isDocument: boolean;
}

const document = /\.(?:md|mdx|markdown|rst|adoc|txt)$/i;
const code =
  /\.(?:[cm]?[jt]sx?|vue|svelte|py|pyi|rb|go|rs|java|kt|kts|scala|swift|c|h|cc|cpp|hpp|cs|php|sh|bash|zsh|ps1|sql|lua|r|ex|exs|erl|hs|clj|cljs|ml|dart|tf|ya?ml|toml|ini|css|scss|less|html|xml|proto|graphql|nix|zig)$|(?:^|\/)(?:Dockerfile|Makefile|Rakefile|Gemfile|Jenkinsfile)$/i;

/** Generated, foreign, repeated or Varve's own: what stands there was not decided by this commit. */
const passedOver =
  /^\.varve\/|^\.claude\/rules\/varve\.md$|(?:^|\/)(?:node_modules|vendor|third_party|dist|build|out|fixtures?|__fixtures__|testdata|snapshots?|__snapshots__|tests?|__tests__|specs?|e2e|examples?|samples?)\/|[._-](?:test|spec)s?\.\w+$|\.min\.\w+$|\.lock$|(?:^|\/)(?:changelog|changes|history|news|licen[cs]e|copying|notice|code_of_conduct|package-lock)[^/]*$/i;

const largestFile = 3_000;
const marks = /^\s*(?:\/\/+|\/\*+|\*+\/|\*+(?=\s|$)|#+(?!!)|--+|;+|"""|'''|<!--|\{-|%+)\s?/;
const trailing = /^.*[;{},)\]]\s*(?:\/\/|#|--)\s+(?=\S)/;

/** Comments and document lines that the files' changes added and did not only move, in the order of the change. */
export function commentsOf(files: readonly ChangedFile[]): readonly AddedComment[] {
  const moved = new Set(files.flatMap((file) => file.removed.map((line) => bare(line.text))));
  return files.flatMap((file) => {
    const isDocument = document.test(file.path);
    if (file.binary || passedOver.test(file.path) || file.added.length > largestFile) return [];
    if (!isDocument && !code.test(file.path)) return [];
    return blocksOf(file.path, file.added, isDocument, moved);
  });
}

function blocksOf(
  path: string,
  added: readonly ChangedLine[],
  isDocument: boolean,
  moved: ReadonlySet<string>,
): readonly AddedComment[] {
  const blocks: { path: string; line: number; text: string; isDocument: boolean }[] = [];
  let last: ChangedLine | undefined;
  let fenced = false;
  for (const line of added) {
    if (isDocument && /^\s*(?:```|~~~)/.test(line.text)) fenced = !fenced;
    const text = isDocument ? documentText(line.text, fenced) : commentText(line.text);
    const usable = text !== undefined && (text === '' || !moved.has(bare(line.text)));
    const open = blocks.at(-1);
    if (!usable) last = undefined;
    else if (open !== undefined && last !== undefined && last.line + 1 === line.line) {
      open.text += `\n${text}`;
      last = line;
    } else {
      blocks.push({ path, line: line.line, text, isDocument });
      last = line;
    }
  }
  return blocks;
}

function documentText(line: string, fenced: boolean): string | undefined {
  if (fenced || /^\s*(?:>|\||```|~~~|<!--)|^(?: {4}|\t)(?!\s*[-*+])/.test(line)) return undefined;
  return line.replace(/^#+\s+.*$/, '').replace(/[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}/g, '');
}

function commentText(line: string): string | undefined {
  const own = marks.exec(line);
  if (own !== null)
    return line
      .slice(own[0].length)
      .replace(/\s*(?:\*+\/|-->|-\}|"""|''')\s*$/, '')
      .trim();
  const behind = trailing.exec(line);
  return behind === null ? undefined : line.slice(behind[0].length).trim();
}

function bare(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}
