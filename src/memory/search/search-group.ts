/** What stands together and is put in and taken out together: a file, a record, a session. */
export interface SearchGroup {
  readonly id: string;
  /** Path, name or date: every document of the group is found by it a little. May be empty. */
  readonly title: string;
  /** In the order they stand in: neighbours speak for one another. */
  readonly documents: readonly SearchDocument[];
}

/** A piece that can be found: an entry, a record's text, a turn. */
export interface SearchDocument {
  /** Unique within its group. */
  readonly id: string;
  readonly title?: string;
  /** Words around it that belong to it a little: the headings above, who speaks. */
  readonly context?: string;
  readonly text: string;
}
