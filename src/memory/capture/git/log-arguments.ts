/** How much of a commit is asked for: each less needs fewer of the repository's objects. */
export type Depth = 'lines' | 'names' | 'message';

/**
 * Options under which a diff is the same on every machine: patch ids are made from it.
 */
const diffOptions = [
  '--raw',
  '-l1000',
  '-O/dev/null',
  '--inter-hunk-context=0',
  '--diff-algorithm=myers',
  '--no-indent-heuristic',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--submodule=short',
  '--ignore-submodules=none',
  '--full-index',
  '--no-abbrev',
  '--no-ext-diff',
  '--no-textconv',
  '--no-relative',
  '--no-color',
  '--no-color-moved',
  '--diff-merges=off',
];

/**
 * Lines come without context, so that a rebase over a neighbouring change keeps the patch id. Names alone follow only
 * renames of equal content: for others git would have to read the content.
 */
const byDepth: Readonly<Record<Depth, readonly string[]>> = {
  lines: ['-M50%', ...diffOptions, '-p', '-U0'],
  names: ['-M100%', ...diffOptions],
  message: ['--no-patch'],
};

/** Parts of the text before a commit's changes, each ended by a NUL. */
export const logFields = ['%H', '%T', '%P', '%an', '%ae', '%cn', '%ce', '%at', '%s', '%b'];

/** Arguments for one pass over the commits given on standard input, in that order; `mark` starts each. */
export function logArguments(mark: string, depth: Depth): readonly string[] {
  return [
    'log',
    '--stdin',
    '--no-walk=unsorted',
    '-z',
    '--root',
    '--encoding=UTF-8',
    '--no-notes',
    '--no-mailmap',
    '--no-decorate',
    '--no-show-signature',
    ...byDepth[depth],
    `--format=%x00${mark}%x00${logFields.join('%x00')}%x00`,
  ];
}
