import { WARN_FILE_UNITS, WARN_TOTAL_UNITS } from '../../hierarchy/limits.ts';
import type { CheckedFile, CheckInput, CheckRule, Finding } from '../check-input.ts';
import { loadingFiles } from '../loads-together.ts';

/** Claude Code's documentation (memory) advises fewer lines than this. */
const adviceLines = 200;

export const overBudget: CheckRule = {
  name: 'over-budget',
  severity: 'warning',
  summary: 'Memory is longer than agents follow well.',
  help: `A memory file longer than ${adviceLines} lines is followed less well (a note); from ${WARN_FILE_UNITS.toLocaleString('en')} characters in one file, or ${WARN_TOTAL_UNITS.toLocaleString('en')} in all together, Claude Code 2.1.330 itself warns. Shorten, or move parts to rules with \`paths:\`, which load only where they are needed.`,
  find(input) {
    const files = loadingFiles(input.files).filter(({ kind }) => kind === 'memory');
    return [...files.flatMap(findingFor), ...total(input)];
  },
};

function findingFor(file: CheckedFile): readonly Finding[] {
  const { path, resolved } = file;
  if (resolved === undefined || resolved.scope === 'auto') return [];
  const units = resolved.text.length;
  if (units > WARN_FILE_UNITS) {
    const message = `${units.toLocaleString('en')} characters load; Claude Code warns from ${WARN_FILE_UNITS.toLocaleString('en')}. Shorten the file or move parts to rules with paths.`;
    return [{ path, message }];
  }
  const lines = resolved.text.trimEnd().split(/\r\n|\r|\n/).length;
  if (lines <= adviceLines) return [];
  const message = `${lines} lines load; agents follow fewer than ${adviceLines} better. Shorten the file or move parts to rules with paths.`;
  return [{ path, severity: 'info', message }];
}

function total({ hierarchy, files }: CheckInput): readonly Finding[] {
  const loaded = hierarchy.files.filter(({ state }) => state === 'loaded');
  const units = loaded.reduce((sum, { text }) => sum + text.length, 0);
  if (units <= WARN_TOTAL_UNITS) return [];
  const known = new Set(files.map(({ path }) => path));
  const largest = loaded
    .filter(({ path }) => known.has(path))
    .reduce<(typeof loaded)[number] | undefined>(
      (most, file) => (most === undefined || file.text.length > most.text.length ? file : most),
      undefined,
    );
  if (largest === undefined) return [];
  const message = `All files together load ${units.toLocaleString('en')} characters; Claude Code warns from ${WARN_TOTAL_UNITS.toLocaleString('en')}. This is the largest: shorten it or move parts to rules with paths.`;
  return [{ path: largest.path, message }];
}
