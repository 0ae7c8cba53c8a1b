/** Something that a check found in what loads: the same said twice, or two things that contradict each other. */
export interface EffectiveNote {
  readonly kind: 'repeat' | 'conflict';
  readonly path: string;
  /** Counted from 1, as people do. */
  readonly line?: number;
  /** A sentence that names the other place. */
  readonly text: string;
}

export function notesByPath(notes: readonly EffectiveNote[]): ReadonlyMap<string, readonly EffectiveNote[]> {
  const byPath = new Map<string, EffectiveNote[]>();
  for (const note of notes) {
    const own = byPath.get(note.path);
    if (own === undefined) byPath.set(note.path, [note]);
    else own.push(note);
  }
  return byPath;
}
