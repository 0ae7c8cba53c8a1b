/** What says that the surroundings are not in order, and not the code that is being worked on. */
const surroundings =
  /\b(?:command not found|not recognized as (?:an internal|the name)|cannot find (?:module|package)|module not found|no module named|could not (?:find|resolve|connect|open|read|locate)|ENOENT|EADDRINUSE|address already in use|EACCES|EPERM|permission denied|ECONNREFUSED|connection refused|ENOTFOUND|timed? ?out|ETIMEDOUT|no such file or directory|unsupported engine|unsupported (?:version|platform)|requires? (?:node|python|ruby|go|java|rust)\b|version mismatch|missing (?:required )?(?:environment|env|dependency|dependencies|argument|option|peer)|(?:environment )?variable \S+ (?:is )?(?:not set|missing|undefined|required)|not installed|is not set|is required but|unknown (?:option|flag|argument|command)|unrecognized (?:option|argument)|lock(?:ed| file)|out of memory|heap out of memory|disk full|no space left|certificate|self[- ]signed|EPROTO|peer dep|ERESOLVE|lockfile|out of sync|not a git repository|permission error|cannot allocate|EMFILE|ENOSPC|ELIFECYCLE|already (?:exists|running|in use))\b/i;
/** The code itself: an assertion, a type, a value. */
const ofTheCode =
  /\b(?:expected|received|assert\w*|AssertionError|to (?:be|equal|match|have)\b|error TS\d+|TypeError|ReferenceError|SyntaxError|panicked at)\b/i;

const looked = 16_384;

/**
 * The line of an output that says what is wrong with the surroundings, with what differs from run to run (numbers of
 * processes, times, addresses) taken out, so that the same failure reads the same; undefined where there is none.
 */
export function failureLine(output: string): string | undefined {
  const lines = output
    .slice(-looked)
    .split('\n')
    .map((line) => line.replace(/\u001B\[[\d;]*[A-Za-z]/g, '').trim());
  const found = lines.find((line) => surroundings.test(line) && !ofTheCode.test(line) && line.length <= 400);
  return found === undefined ? undefined : steady(found);
}

function steady(line: string): string {
  return line
    .replace(/^(?:\S+:\s)?(?:line \d+|\d+):\s*/i, '')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*|\b\d\d:\d\d:\d\d\S*/g, '')
    .replace(/\b(?:pid|process)\s+\d+/gi, 'process')
    .replace(/0x[0-9a-f]+/gi, '0x…')
    .replace(/\/(?:tmp|var\/folders)\/\S+/g, '/tmp/…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160);
}
