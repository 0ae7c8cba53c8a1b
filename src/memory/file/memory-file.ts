/** A half-open range of UTF-16 units in the text of a memory file. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** An addressable piece of a memory file: a list item, a paragraph, a code block or a table. */
export interface Entry {
  /** Stable while the entry's text and its section stay the same; unique within the file. */
  readonly id: string;
  /** One line for people, Markdown marks removed. */
  readonly label: string;
  /** The raw text of the entry without its surrounding blank lines. */
  readonly text: string;
  readonly range: TextRange;
  /** Zero-based first line. */
  readonly line: number;
}

/** A heading with what stands under it. The piece before the first heading has `depth` 0 and an empty title. */
export interface Section {
  readonly title: string;
  readonly depth: number;
  readonly range: TextRange;
  readonly line: number;
  readonly entries: readonly Entry[];
  readonly sections: readonly Section[];
}

/** `@path` as Claude Code reads it: outside code spans, fences and HTML comments. */
export interface ImportLine {
  /** The path as written, escapes and fragment removed. */
  readonly target: string;
  readonly range: TextRange;
  readonly line: number;
}

export interface FileProblem {
  readonly message: string;
  readonly range?: TextRange;
}

export interface FrontMatter {
  readonly range: TextRange;
  /** Keys as read; empty where the YAML is broken (a problem says so). */
  readonly values: Readonly<Record<string, unknown>>;
}

/** A parsed memory file. Parsing never throws: what could not be read is named in `problems`. */
export interface MemoryFile {
  readonly text: string;
  readonly frontMatter?: FrontMatter;
  readonly sections: readonly Section[];
  readonly imports: readonly ImportLine[];
  readonly problems: readonly FileProblem[];
}
