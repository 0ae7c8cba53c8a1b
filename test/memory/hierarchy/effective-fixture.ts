import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import type {
  HierarchyReading,
  ResolvedFile,
  ResolvedHierarchy,
} from '../../../src/memory/hierarchy/hierarchy.ts';

/** A resolved file as the resolver would hand it out. */
export const resolvedFile = (changes: Partial<ResolvedFile>): ResolvedFile => ({
  path: '/w/CLAUDE.md',
  scope: 'project',
  state: 'loaded',
  trigger: 'start',
  reason: 'in the folder where the session starts',
  bytes: 10,
  tokens: 1200,
  text: '# Title\n\n- entry\n',
  ...changes,
});

export const hierarchyOf = (...files: ResolvedFile[]): ResolvedHierarchy => ({
  files,
  watch: [],
  problems: [],
  tokens: files.reduce((sum, { state, tokens }) => sum + (state === 'loaded' ? tokens : 0), 0),
});

/** With the whole text of files, where that is more than what loads. */
export const readingOf = (
  hierarchy: ResolvedHierarchy,
  texts: Readonly<Record<string, string>> = {},
): HierarchyReading => ({
  hierarchy,
  files: new Map(Object.entries(texts).map(([path, text]) => [path, parseMemoryFile(text)])),
});

/** Pieces from which a hostile text or name is put together. */
export const hostilePieces = [
  '`',
  '```',
  '~~~',
  '\n',
  '\r',
  '</x>',
  '<script>',
  '[a](command:x)',
  '![](http://x)',
  'http://x.y',
  'www.a.b',
  'me@a.bc',
  '    ',
  '# ',
  '|',
  '\\',
  '> ',
  'a',
] as const;
