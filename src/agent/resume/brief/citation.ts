/** Where a line of a brief comes from. */
export type Source =
  /** The n-th entry of the transcript's line of conversation, counted from 1. */
  | { readonly kind: 'entry'; readonly number: number }
  | { readonly kind: 'commit'; readonly hash: string }
  /** A record by the name of its file. */
  | { readonly kind: 'record'; readonly name: string }
  /** What git said of the working tree when the brief was written. */
  | { readonly kind: 'status' }
  /** The files as they stood when the brief was written. */
  | { readonly kind: 'disk' }
  /** The session's working notes. */
  | { readonly kind: 'notes' };

/** The stable form: `[t12]`, `[git 3f2a91c]`, `[record NAME]`, `[git status]`, `[disk]`, `[notes]`. */
export function markOf(source: Source): string {
  switch (source.kind) {
    case 'entry':
      return `[t${source.number}]`;
    case 'commit':
      return `[git ${source.hash}]`;
    case 'record':
      return `[record ${source.name}]`;
    case 'status':
      return '[git status]';
    case 'disk':
      return '[disk]';
    case 'notes':
      return '[notes]';
  }
}

const mark = /(?<!\\)\[(?:t\d{1,7}|git (?:[0-9a-f]{4,64}|status)|record [\w.-]{1,200}|disk|notes)\](?!\()/g;

/** The citations in a line of a brief, as they are written. */
export function marksIn(text: string): readonly string[] {
  return text.match(mark) ?? [];
}

/** Names of files that were not made by Varve may hold anything: those cannot be cited. */
export function isCitableName(name: string): boolean {
  return /^[\w.-]{1,200}$/.test(name);
}
