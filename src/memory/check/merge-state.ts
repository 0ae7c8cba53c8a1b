/** A path that git holds as unmerged, and which sides of the merge have it. */
export interface UnmergedPath {
  readonly path: string;
  readonly ours: boolean;
  readonly theirs: boolean;
  /** One side alone touched it, and git took it for another file; `wrong`: regenerating puts it right. */
  readonly mistaken?: 'right' | 'wrong';
}

/** What a merge left in the memory. Paths are absolute. */
export interface MergeState {
  readonly unmerged: readonly UnmergedPath[];
  /** Files that hold both sides between conflict marks, records left out; `settles`: regenerating takes them away. */
  readonly marked: readonly { readonly path: string; readonly settles: boolean }[];
  /** One record in two files: accepted here, put away or with another text proposed there. */
  readonly twice: readonly { readonly path: string; readonly other: string; readonly settles: boolean }[];
}
