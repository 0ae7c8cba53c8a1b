import type { HierarchyReading, ResolvedFile } from '../hierarchy/hierarchy.ts';
import type { ReaderSurvey } from '../hierarchy/readers.ts';
import { isMemoryFilePath } from './nested-files.ts';

/**
 * The memory files whose changes are told of: what Claude Code considers and what other programs read. Not what an
 * organization sets, and not what is memory only because a memory file imports it: documents change every day.
 */
export function followedFiles(reading: HierarchyReading, survey: ReaderSurvey): readonly string[] {
  const own = reading.hierarchy.files.filter(isFollowed).map(({ path }) => path);
  const others = survey.others.filter(({ readings }) => readings.some(({ file }) => isFollowed(file)));
  return [...new Set([...own, ...others.map(({ path }) => path)])];
}

function isFollowed({ scope, parent, path }: ResolvedFile): boolean {
  if (scope === 'managed' || scope === 'session') return false;
  return parent === undefined || scope === 'auto' || isMemoryFilePath(path);
}
