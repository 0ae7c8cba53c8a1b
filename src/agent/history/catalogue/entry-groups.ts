import type { Transcript, TranscriptEntry } from '../transcript.ts';

/** What is found as one: a prompt and what followed it, or a part of that where much followed. */
export interface EntryGroup {
  /** Of its first entry. */
  readonly entry: string;
  readonly entries: readonly TranscriptEntry[];
}

/** A group goes on until it holds this much text. */
const GROUP_UNITS = 8_000;
/** Of one entry this much is looked at: what is longer was pasted. */
const ENTRY_UNITS = 16_384;
/** Of one session; what comes after cannot be searched. */
export const MOST_GROUPS = 4_000;

/** Pure; the same groups whenever the same transcript is read. Other lines of the conversation come after the main one. */
export function entryGroups(transcript: Transcript): readonly EntryGroup[] {
  const groups: EntryGroup[] = [];
  const seen = new Set<string>();
  for (const { entries } of [transcript, ...transcript.branches]) {
    const fresh = entries.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    addGroups(fresh, groups);
  }
  return groups;
}

function addGroups(entries: readonly TranscriptEntry[], groups: EntryGroup[]): void {
  let open: TranscriptEntry[] = [];
  let units = 0;
  const close = (): void => {
    const first = open[0];
    if (first !== undefined && groups.length < MOST_GROUPS) groups.push({ entry: first.id, entries: open });
    open = [];
    units = 0;
  };
  for (const entry of entries) {
    if (entry.kind === 'prompt' || units >= GROUP_UNITS) close();
    open.push(entry);
    units += textOf(entry).length;
  }
  close();
}

/** What can be searched of an entry: not what tools answered, which is most of a session and nothing anybody said. */
export function textOf(entry: TranscriptEntry): string {
  switch (entry.kind) {
    case 'prompt':
    case 'answer':
    case 'notice':
      return entry.text.slice(0, ENTRY_UNITS);
    case 'call':
      return (entry.command ?? entry.summary).slice(0, ENTRY_UNITS);
    case 'plan':
      return entry.steps
        .map(({ text }) => text)
        .join('\n')
        .slice(0, ENTRY_UNITS);
    case 'compaction':
      return entry.summary.slice(0, ENTRY_UNITS);
  }
}
