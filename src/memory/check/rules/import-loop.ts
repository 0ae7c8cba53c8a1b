import type { CheckInput, CheckRule, Finding } from '../check-input.ts';
import { type ImportEdge, importEdges } from '../import-edges.ts';
import { pathName } from '../quote.ts';

export const importLoop: CheckRule = {
  name: 'import-loop',
  severity: 'warning',
  summary: 'Files import one another in a circle.',
  help: 'Claude Code 2.1.330 reads each file once, so the import that closes the circle does nothing. Take it out.',
  find(input) {
    const edges = new Map<string, ImportEdge[]>();
    for (const edge of importEdges(input)) {
      const known = edges.get(edge.from.path);
      if (known === undefined) edges.set(edge.from.path, [edge]);
      else known.push(edge);
    }
    return closingEdges(edges).map(({ edge, circle }) => finding(input, edge, circle));
  },
};

interface Closing {
  readonly edge: ImportEdge;
  readonly circle: readonly string[];
}

/** The edges that lead back to a file that is being read, found without recursion: chains may be long. */
function closingEdges(edges: ReadonlyMap<string, readonly ImportEdge[]>): readonly Closing[] {
  const found: Closing[] = [];
  const done = new Set<string>();
  for (const start of edges.keys()) {
    if (done.has(start)) continue;
    const path = [{ file: start, next: 0 }];
    const open = new Set([start]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = edges.get(top.file)?.[top.next];
      top.next += 1;
      if (edge === undefined) {
        done.add(top.file);
        open.delete(top.file);
        path.pop();
      } else if (open.has(edge.to)) {
        const files = path.map(({ file }) => file);
        found.push({ edge, circle: files.slice(files.indexOf(edge.to)) });
      } else if (!done.has(edge.to)) {
        open.add(edge.to);
        path.push({ file: edge.to, next: 0 });
      }
    }
  }
  return found;
}

const shownNames = 6;

function finding(input: CheckInput, { from, line, to }: ImportEdge, circle: readonly string[]): Finding {
  const names = [...circle, to].map((path) => pathName(input, path));
  const shown = names.length <= shownNames ? names : [...names.slice(0, 3), '…', ...names.slice(-2)];
  const message =
    circle.length === 1
      ? 'The file imports itself; the import does nothing. Take it out.'
      : `Imports go in a circle: ${shown.join(' → ')}. This one does nothing: take it out.`;
  return { path: from.path, range: from.at(line.range), message };
}
