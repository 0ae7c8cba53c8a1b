import type { BriefMaterial } from './brief-material.ts';
import { fromRoot } from './brief-material.ts';
import { callsOf, outcomeOf } from './call-outcomes.ts';

export interface TouchedFiles {
  readonly written: ReadonlySet<string>;
  readonly read: ReadonlySet<string>;
}

/** Files the session wrote or read with success, from the root. */
export function writtenOrRead({
  transcript,
  root,
}: Pick<BriefMaterial, 'transcript' | 'root'>): TouchedFiles {
  const [written, read] = [new Set<string>(), new Set<string>()];
  for (const { entry } of callsOf(transcript)) {
    if (outcomeOf(entry) === 'failed' || outcomeOf(entry) === 'denied') continue;
    for (const path of entry.writes) written.add(fromRoot(root, path));
    for (const path of entry.reads) read.add(fromRoot(root, path));
  }
  return { written, read };
}
