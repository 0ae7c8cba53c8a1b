import { basename, dirname } from 'node:path';
import { isInside } from '../hierarchy/places.ts';
import type { CheckedFile } from './check-input.ts';

/** Files whose text an agent may read: neither records nor files that are skipped. */
export function loadingFiles(files: readonly CheckedFile[]): readonly CheckedFile[] {
  return files.filter(({ resolved }) => resolved !== undefined && resolved.state !== 'skipped');
}

/**
 * Whether one conversation can hold both. What loads at the start is there with everything; of two that wait for a
 * read, only those in one line of directories, and rules with patterns only with what always loads.
 */
export function loadTogether(a: CheckedFile, b: CheckedFile): boolean {
  if (a.resolved === undefined || b.resolved === undefined) return false;
  if (a.resolved.state === 'skipped' || b.resolved.state === 'skipped') return false;
  if (a.resolved.state === 'loaded' || b.resolved.state === 'loaded') return true;
  if (a.resolved.globs !== undefined || b.resolved.globs !== undefined) return false;
  const [first, second] = [directoryOf(a.path), directoryOf(b.path)];
  return isInside(first, second) || isInside(second, first);
}

/** The directory a memory file speaks for. */
export function directoryOf(path: string): string {
  const directory = dirname(path);
  const rules = /^(.*?)[/\\]\.claude[/\\]rules(?:[/\\]|$)/.exec(directory);
  if (rules?.[1] !== undefined) return rules[1];
  return basename(directory) === '.claude' ? dirname(directory) : directory;
}

/** Logs of the past and licences: they repeat themselves, and name what was there then. */
export function isRecordOfThePast(path: string): boolean {
  return /^(?:change-?s?(?:log)?|history|releases?|release-notes|news|migrat|licen[cs]e|third-?party|notice)/i.test(
    basename(path),
  );
}
