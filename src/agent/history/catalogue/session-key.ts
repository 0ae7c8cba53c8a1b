import type { SessionFile } from '../history-reader.ts';

/** Names a session among those of all tools: one file may hold several, and one id stand in several files. */
export function sessionKey({ tool, path, id }: Pick<SessionFile, 'tool' | 'path' | 'id'>): string {
  return `${tool}\n${path}\n${id}`;
}

/** Changes whenever the file does. */
export function stampOf({ size, modified }: Pick<SessionFile, 'size' | 'modified'>): string {
  return `${size}:${modified}`;
}
