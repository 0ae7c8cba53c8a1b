// The decision documents and tags a history holds, found by plain means of its own: nothing here is shared with the
// rules that are measured. It lists every file that a commit ever added in a place of decisions and that looks like one.
import { execFileSync } from 'node:child_process';
import { basename, dirname, posix } from 'node:path';

export interface TrueDocument {
  readonly path: string;
  readonly title: string;
  readonly status?: string;
  /** Paths of documents it says it takes the place of, or that say so of it. */
  readonly supersedes: readonly string[];
}

export interface Truth {
  readonly documents: readonly TrueDocument[];
  /** Annotated or semantic versions. */
  readonly tags: readonly string[];
  readonly areTagsDense: boolean;
}

export function readTruth(directory: string): Truth {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'core.quotepath=false', ...args], {
      cwd: directory,
      encoding: 'utf8',
      maxBuffer: 1024 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const paths = addedPaths(git).filter(isPlace);
  const documents = paths.map((path) => ({ path, text: lastText(git, path) })).filter(isDocument);
  const commits = Number(git('rev-list', '--count', 'HEAD'));
  const tags = tagsOf(git);
  return {
    documents: documents.map((document) => trueDocument(document, documents)),
    tags: tags.map(({ name }) => name),
    areTagsDense: tags.filter(({ isBare }) => isBare).length * 20 > commits,
  };
}

interface Found {
  readonly path: string;
  readonly text: string;
}

type Run = (...args: readonly string[]) => string;

/** Renames are an end and a beginning here: a file under its new name has to be found under it. */
function addedPaths(git: Run): readonly string[] {
  const names = git('log', '-m', '--no-renames', '--diff-filter=A', '--name-only', '--format=', 'HEAD');
  return [...new Set(names.split('\n').filter((name) => name !== ''))].sort();
}

function isPlace(path: string): boolean {
  const file = basename(path);
  const folders = dirname(path).toLowerCase().split('/');
  if (
    !/\.(?:md|markdown|adoc|rst)$/i.test(file) ||
    /^(?:readme|index|_.*|(?:adr-?|\d{4}-)?template(?:-\w+)*)\.\w+$/i.test(file)
  )
    return false;
  if (
    folders.some((folder) =>
      /^\.varve$|node_modules|vendor|template|fixture|testdata|^examples?$/.test(folder),
    )
  )
    return false;
  const inFolder = folders.some((folder) =>
    /^(?:\d+[-_])?(?:adrs?|(?:\w+[-_])*decisions?(?:[-_]records?)?)$/.test(folder),
  );
  return (inFolder && /\d/.test(file)) || /^adr[-_ ]?\d+/i.test(file) || (inFolder && !/\s/.test(file));
}

/** The last version that any commit left. */
function lastText(git: Run, path: string): string {
  const commit =
    git('log', '-1', '--diff-filter=AM', '--no-renames', '-m', '--format=%H', 'HEAD', '--', path).split(
      '\n',
    )[0] ?? '';
  try {
    return git('show', `${commit}:${path}`);
  } catch {
    return '';
  }
}

const decisionHeading =
  /^(?:#+|=+|\*\*)?\s*(?:\d+[.)]\s*)?(?:decision|entscheidung|décision|decisión|decisão|决策|决定|決定|outcome|chosen option|resolution)/im;
const statusHeading = /^(?:#+|=+|\*\*|:|\||-|\*)?\s*\**(?:status|statut|estado|状态|ステータス)/im;

function isDocument({ text }: Found): boolean {
  const placeholder =
    /^#\s*(?:[[{<]|.*\b(?:NNN|XXX)|(?:adr )?title\s*$)/im.test(text) ||
    /proposed\s*\|\s*(?:accepted|rejected)/i.test(text);
  return !placeholder && (decisionHeading.test(text) || statusHeading.test(text));
}

function trueDocument({ path, text: whole }: Found, all: readonly Found[]): TrueDocument {
  const text = plain(whole);
  const status = statusOf(text);
  const older = [
    ...linksAfter(text, /supers[ec]+de[sd]?s?(?!\w*\s+by)\b|\breplaces\b|\bersetzt(?! durch)/gi, path, all),
    ...all
      .filter((other) =>
        linksAfter(
          plain(other.text),
          /supers[ec]+ded[- ]by|replaced by|ersetzt durch/gi,
          other.path,
          all,
        ).includes(path),
      )
      .map((other) => other.path),
  ];
  return {
    path,
    title: titleOf(text, path),
    ...(status === undefined ? {} : { status }),
    supersedes: [...new Set(older)].filter((other) => other !== path),
  };
}

/** Without code, and without options and examples, which speak of other documents. */
function plain(text: string): string {
  return text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replace(/^##+ (?:pros and cons|considered|options|examples?)[\s\S]*/im, '');
}

function titleOf(text: string, path: string): string {
  const named = /^---\n[\s\S]*?^title:\s*["']?(.*?)["']?\s*$[\s\S]*?^---/m.exec(text)?.[1];
  const heading =
    /^#\s+(.+)$/m.exec(text)?.[1] ??
    /^=\s+(.+)$/m.exec(text)?.[1] ??
    /^(.+)\n=+\s*$/m.exec(text)?.[1] ??
    named ??
    basename(path);
  return heading
    .replace(/~~|\*\*/g, '')
    .replace(/^(?:architecture decision record|decision record|adr|rfc)s?\b[\s:#-]*/i, '')
    .replace(/^[#\s]*\d+\s*[.:|–—-]*\s*/, '')
    .trim();
}

const words: readonly (readonly [string, RegExp])[] = [
  ['superseded', /^superseded|^superceded|^replaced by|^ersetzt durch/i],
  ['rejected', /^rejected|^abgelehnt|^却下|^declined/i],
  ['deprecated', /^deprecated|^obsolete/i],
  [
    'accepted',
    /^accepted|^approved|^decided|^implemented|^akzeptiert|^accepté|^aceit|^acept|^已接受|^承認|^adopted/i,
  ],
  ['proposed', /^proposed|^draft|^propuest|^vorgeschlagen|^pending|^on hold/i],
];

/** The first word that stands where a status stands; a later "superseded by" in the same section counts more. */
function statusOf(text: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) =>
    /^(?:#+|=+|\*\*)?\s*(?:\d+[.)]\s*)?(?:status|statut|estado|状态|ステータス)\**:?\s*$/i.test(line),
  );
  const section = at < 0 ? [] : lines.slice(at + 1, at + 14);
  const end = section.findIndex((line) => /^(?:#|=+ )/.test(line));
  const inline = lines
    .slice(0, 40)
    .flatMap((line) => /^[\s>*|:_-]*(?:status|ステータス)[\s*|:：_-]+(\S.*)$/i.exec(line)?.[1] ?? []);
  const said = [...(end < 0 ? section : section.slice(0, end)), ...inline]
    .map((line) => line.replace(/~~.*?~~/g, '').replace(/^[^\p{L}]+/u, ''))
    .flatMap((line) => words.find(([, word]) => word.test(line))?.[0] ?? []);
  return words.map(([word]) => word).find((word) => said.includes(word));
}

/** Documents linked or numbered in the same line after the words. */
function linksAfter(text: string, verb: RegExp, path: string, all: readonly Found[]): readonly string[] {
  return [...text.matchAll(verb)].flatMap((match) => {
    const rest =
      text
        .slice(match.index + match[0].length)
        .split('\n')[0]
        ?.slice(0, 300) ?? '';
    const links = [...rest.matchAll(/\]\(([^)#\s]+)/g)].map(([, href = '']) =>
      posix.join(dirname(path), href),
    );
    const numbers =
      links.length > 0 ? [] : [...rest.matchAll(/\badr[-_ ]?0*(\d+)/gi)].map(([, number]) => number);
    const numbered = all
      .filter((other) => dirname(other.path) === dirname(path))
      .filter((other) => numbers.includes(/(\d+)/.exec(basename(other.path))?.[1]?.replace(/^0+(?=\d)/, '')))
      .map((other) => other.path);
    return [...links.filter((link) => all.some((other) => other.path === link)), ...numbered];
  });
}

function tagsOf(git: Run): readonly { readonly name: string; readonly isBare: boolean }[] {
  const lines = git(
    'for-each-ref',
    '--merged=HEAD',
    '--format=%(refname:lstrip=2)%09%(objecttype)%09%(subject)',
    'refs/tags',
  );
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .filter(
      ([name = '', type]) =>
        type === 'tag' || /^(?:.*[@/_-])?v?\d+\.\d+(?:\.\d+(?:-[\w.-]+)?)?(?:\+[\w.-]+)?$/.test(name),
    )
    .map(([name = '', type, subject = '']) => ({
      name,
      isBare: type !== 'tag' || subject.replace(name, '').replace(/[^\p{L}]/gu, '').length < 12,
    }));
}
