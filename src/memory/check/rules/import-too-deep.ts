import { MAX_IMPORT_DEPTH } from '../../hierarchy/limits.ts';
import type { CheckRule, Finding } from '../check-input.ts';
import { candidatesByPath, importEdges } from '../import-edges.ts';
import { quote } from '../quote.ts';

export const importTooDeep: CheckRule = {
  name: 'import-too-deep',
  severity: 'error',
  summary: 'An import stands too deep in a chain of imports and does not load.',
  help: `Claude Code 2.1.330 follows imports ${MAX_IMPORT_DEPTH - 1} hops from a memory file and drops what comes after. Import the file from nearer the top.`,
  find(input) {
    const found: Finding[] = [];
    const known = candidatesByPath(input);
    for (const { from, line, to } of importEdges(input)) {
      const candidates = known.get(to) ?? [];
      if (candidates.some(({ state }) => state !== 'skipped')) continue;
      const isTooDeep = candidates.some(
        ({ parent, reason }) => parent === from.path && /imports? deep/.test(reason),
      );
      if (!isTooDeep) continue;
      const message = `${quote(line.target)} does not load: it is more than ${MAX_IMPORT_DEPTH - 1} imports deep. Import it from nearer the top.`;
      found.push({ path: from.path, range: from.at(line.range), message });
    }
    return found;
  },
};
