import { wordsOf } from '../../../memory/search/analyse.ts';
import { excerptOf } from '../../../memory/search/excerpt.ts';
import type { Transcript, TranscriptEntry } from '../transcript.ts';
import type { SessionExcerpt } from './catalogue.ts';
import { entryGroups, textOf } from './entry-groups.ts';

/** Pure. Of each group, by its first entry, the entry that answers best; of a group that is no longer there, nothing. */
export function excerptsOf(
  transcript: Transcript,
  groups: readonly string[],
  isAsked: (word: string) => boolean,
): readonly SessionExcerpt[] {
  const byFirst = new Map(entryGroups(transcript).map(({ entry, entries }) => [entry, entries]));
  return groups.flatMap((first) => {
    const best = bestOf(byFirst.get(first) ?? [], isAsked);
    if (best === undefined) return [];
    const { id, kind, time } = best;
    const { text, matches } = excerptOf(textOf(best), isAsked);
    return [{ entry: id, kind, ...(time !== undefined && { time }), text, matches }];
  });
}

function bestOf(
  entries: readonly TranscriptEntry[],
  isAsked: (word: string) => boolean,
): TranscriptEntry | undefined {
  let best: TranscriptEntry | undefined;
  let most = -1;
  for (const entry of entries) {
    const asked = new Set(wordsOf(textOf(entry)).filter(isAsked)).size;
    if (asked <= most) continue;
    most = asked;
    best = entry;
  }
  return best;
}
