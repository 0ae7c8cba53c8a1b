import { estimateTokens } from '../../base/tokens.ts';
import { type FileContext, plainText, tokenWords } from './file-nodes.ts';
import type { OutlineNode } from './outline.ts';

/** The working notes of one session, beside its journal. */
export interface SessionNote {
  readonly path: string;
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly text: string;
}

const titleUnits = 60;

/** *Session*, the narrowest scope: notes that load only where their own session goes on. Left out where there are none. */
export function sessionNodes(
  { ids }: FileContext,
  label: string,
  notes: readonly SessionNote[],
): readonly OutlineNode[] {
  if (notes.length === 0) return [];
  const id = ids.next('', 'scope', 'session');
  const count = `${notes.length} ${notes.length === 1 ? 'session' : 'sessions'}`;
  return [
    {
      id,
      kind: 'scope',
      label,
      description: 'on demand',
      scope: 'session',
      tokens: 0,
      explanation: `Working notes of ${count}, newest first. Each is read only where its session goes on.`,
      state: 'on-demand',
      children: notes.map((note) => ({
        id: ids.next(id, 'file', note.path),
        kind: 'file',
        label: titleOf(note),
        description: `${new Date(note.modified).toISOString().slice(0, 10)} · ${tokenWords(estimateTokens(note.text))} · on demand`,
        scope: 'session',
        tokens: 0,
        path: note.path,
        explanation: plainText(`${note.path} — Read where session ${note.session} goes on.`),
        state: 'on-demand',
        children: [],
      })),
    },
  ];
}

/** The first line that says something; what an agent wrote is shown as it is, without what cannot be seen. */
function titleOf({ text, session }: SessionNote): string {
  const lines = text.split('\n').map((line) => line.replace(/^[#>*\-\s]+/, '').trim());
  const first = lines.find((line) => line !== '') ?? `Session ${session.slice(0, 8)}`;
  return plainText(first.length <= titleUnits ? first : `${first.slice(0, titleUnits - 1).trimEnd()}…`);
}
