import { isInside } from '../../hierarchy/places.ts';
import type { CheckRule, Finding } from '../check-input.ts';
import { candidatesByPath, importEdges } from '../import-edges.ts';
import { quote } from '../quote.ts';

export const externalImport: CheckRule = {
  name: 'external-import',
  severity: 'warning',
  summary: 'An import leads out of the folder where the session starts and was not allowed.',
  help: 'Claude Code 2.1.330 asks once before it reads an import from outside the folder where it was started; until somebody answers, and always with `claude -p`, the file does not load. Keep the text inside the folder, or start Claude Code there once and allow it.',
  find(input) {
    const found: Finding[] = [];
    const known = candidatesByPath(input);
    for (const { from, line, to } of importEdges(input)) {
      if (from.resolved?.scope === 'user' || from.resolved?.scope === 'managed') continue;
      if (isInside(to, input.folder)) continue;
      const candidates = known.get(to) ?? [];
      const isShut = candidates.some(
        ({ parent, state, reason }) =>
          parent === from.path && state === 'skipped' && /not allowed/.test(reason),
      );
      if (!isShut || candidates.some(({ state }) => state !== 'skipped')) continue;
      const message = `Imports ${quote(line.target)} from outside the folder where the session starts, which Claude Code was not allowed to read: it does not load. Allow it when Claude Code asks, or move the text inside.`;
      found.push({ path: from.path, range: from.at(line.range), message });
    }
    return found;
  },
};
