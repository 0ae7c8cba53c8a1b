interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The paths behind `@` that Gemini CLI would import (`memoryImportProcessor.js` of @google/gemini-cli-core 0.61.0):
 * after white space, from `.`, `/` or a letter to the next white space, outside what its expression for backticks takes
 * for code. HTML comments and indented code are text to it. Time grows with the length, whatever the backticks.
 */
export function geminiImports(text: string): readonly { readonly target: string; readonly line: number }[] {
  const code = codeSpans(text);
  const found: { target: string; line: number }[] = [];
  let [span, counted, line] = [0, 0, 1];
  for (const { index, 1: target = '' } of text.matchAll(/(?<![^ \t\n\r])@([./A-Za-z][^ \t\n\r]*)/g)) {
    while ((code[span]?.end ?? Number.POSITIVE_INFINITY) <= index) span += 1;
    if ((code[span]?.start ?? Number.POSITIVE_INFINITY) <= index) continue;
    line += text.slice(counted, index).split('\n').length - 1;
    counted = index;
    found.push({ target, line });
  }
  return found;
}

// What `(`+)([\s\S]*?)\1` matches: a run of backticks up to the next run that is as long, else a shorter part of it.
function codeSpans(text: string): readonly Span[] {
  const runs = [...text.matchAll(/`+/g)].map(({ index, 0: run }) => ({
    start: index,
    end: index + run.length,
  }));
  const longestAfter = longestFrom(runs);
  const spans: Span[] = [];
  let at = 0;
  let from = runs[0]?.start ?? 0;
  while (at < runs.length) {
    const { end } = runs[at] as Span;
    const length = end - from;
    const reachable = Math.min(length, longestAfter[at + 1] ?? 0);
    const half = Math.floor(length / 2);
    let close = at + 1;
    if (reachable > half) {
      while (lengthOf(runs[close]) < reachable) close += 1;
      spans.push({ start: from, end: (runs[close] as Span).start + reachable });
    } else if (half > 0) {
      close = at;
      spans.push({ start: from, end: from + 2 * half });
    }
    const ended = spans.at(-1)?.end ?? 0;
    const rest = runs[close];
    const isLeft = rest !== undefined && ended > rest.start && ended < rest.end;
    at = isLeft ? close : reachable > half ? close + 1 : at + 1;
    from = isLeft ? ended : (runs[at]?.start ?? 0);
  }
  return spans;
}

function longestFrom(runs: readonly Span[]): readonly number[] {
  const longest = new Array<number>(runs.length).fill(0);
  for (let index = runs.length - 1; index >= 0; index -= 1)
    longest[index] = Math.max(lengthOf(runs[index]), longest[index + 1] ?? 0);
  return longest;
}

function lengthOf(run: Span | undefined): number {
  return run === undefined ? Number.POSITIVE_INFINITY : run.end - run.start;
}
