import { fieldOf, flagField, type LooseObject } from '../loose-json.ts';
import type { ClaudeRow } from './claude-row.ts';
import { nameField } from './claude-row.ts';

/**
 * Where the program goes on from, followed line by line (Claude Code 2.1.330). It notes now and then the end it stands
 * at (`last-prompt` with `leafUuid`): after a rewind this is not the last line. A compaction makes it forget that note.
 */
export class SessionEnd {
  /** The newest line of the conversation. */
  lastRow: string | undefined;
  /** The end that was noted last. */
  noted: string | undefined;
  /** A person chose that end and nothing was said since. */
  isChosen = false;
  /** Rewound to before the first prompt, and nothing said since. */
  isEmpty = false;
  /** The newest compaction. */
  boundary: ClaudeRow | undefined;
  /** One of the compactions kept messages: the program then drops what stands before the newest. */
  hasKept = false;

  addRow(row: ClaudeRow): void {
    if (row.kind === 'link') return;
    this.lastRow = row.uuid;
    this.isChosen = false;
    this.isEmpty = false;
    if (!row.isBoundary) return;
    this.boundary = row;
    this.hasKept ||= row.kept !== undefined;
    this.noted = undefined;
  }

  /** A line of the type `last-prompt`. */
  addNote(line: LooseObject): void {
    const leaf = nameField(line, 'leafUuid');
    const isChosen = flagField(line, 'explicit');
    if (leaf !== undefined) {
      this.isChosen = isChosen || (this.isChosen && leaf === this.noted);
      this.noted = leaf;
      this.isEmpty = false;
    } else if (fieldOf(line, 'leafUuid') === null && isChosen) {
      this.noted = undefined;
      this.isChosen = false;
      this.isEmpty = true;
    }
  }
}
