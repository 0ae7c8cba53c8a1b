import type { BriefMaterial } from './brief-material.ts';
import { markOf } from './citation.ts';
import type { Brief } from './write-brief.ts';

/** What a citation stands for, for programs: the entry by the id that the transcript has for it. */
export interface CitedSource {
  /** As the brief says it, e.g. `[t12]`. */
  readonly mark: string;
  readonly entry?: { readonly id: string; readonly number: number; readonly time?: number };
  readonly commit?: string;
  /** The record's file, from the root. */
  readonly record?: string;
}

/** In the order of the brief. */
export function citedSources(
  { sources }: Brief,
  { transcript, records }: BriefMaterial,
): readonly CitedSource[] {
  return sources.map((source) => {
    const mark = markOf(source);
    if (source.kind === 'commit') return { mark, commit: source.hash };
    if (source.kind === 'record') {
      const path = records.find(({ name }) => name === source.name)?.path;
      return { mark, ...(path !== undefined && { record: path }) };
    }
    const entry = source.kind === 'entry' ? transcript.entries[source.number - 1] : undefined;
    if (source.kind !== 'entry' || entry === undefined) return { mark };
    const { id, time } = entry;
    return { mark, entry: { id, number: source.number, ...(time !== undefined && { time }) } };
  });
}
