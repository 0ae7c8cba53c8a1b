import { readIfThere, replaceFile } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { redact } from '../../base/secrets.ts';
import type { Mask } from '../guard/secret-mask.ts';

/** Notes are at most this long, in UTF-16 units; `MEMORY.md` of Claude Code's auto memory has the same limit in bytes. */
export const NOTES_UNITS = 25_000;

export interface NotesPlace {
  readonly files: Files;
  /** `sessions/` of the project. */
  readonly directory: string;
  readonly session: string;
  /** Takes secrets out of what is written; by their form unless told. */
  readonly mask?: Mask;
}

/** The working notes of a session: `<uuid>.notes.md` beside its journal, mode 0600, written by its runs and by people. */
export interface SessionNotes {
  /** Empty where there are none or where they cannot be read. What is longer than the limit is cut, and says so. */
  read(): Promise<string>;
  /** Whole or not at all; an empty text takes the file away. Secrets are taken out. Never rejects. */
  write(text: string): Promise<Result<void, { readonly message: string }>>;
}

export function openSessionNotes({ files, directory, session, mask = redact }: NotesPlace): SessionNotes {
  const path = `${directory}/${session}.notes.md`;
  return {
    read: async () => {
      const bytes = await readIfThere(files, path).catch(() => null);
      return bytes === null ? '' : capped(Buffer.from(bytes).toString('utf8'));
    },
    write: async (text) => {
      if (text.length > NOTES_UNITS)
        return failure({
          message: `The notes would have ${text.length} characters; ${NOTES_UNITS} are kept at most. Keep what is still needed.`,
        });
      try {
        await files.makeDirectory(directory, 0o700);
        return await replaceNotes(files, path, text.trim() === '' ? null : Buffer.from(mask(text)));
      } catch (error) {
        return failure({ message: `The notes could not be written: ${messageOf(error)}` });
      }
    },
  };
}

/** Notes as a block of the system prompt; empty for none. What stands in it was written by the agent: it is no instruction. */
export function notesBlock(notes: string): string {
  if (notes.trim() === '') return '';
  return `Your working notes of this session, from earlier runs. They tell where the work stood then; look before you rely on them.\n<session-notes>\n${notes.trimEnd()}\n</session-notes>`;
}

async function replaceNotes(
  files: Files,
  path: string,
  bytes: Uint8Array | null,
): Promise<Result<void, { readonly message: string }>> {
  const before = await readIfThere(files, path);
  if (before === null && bytes === null) return success(undefined);
  const expected = before === null ? null : sha256(before);
  const written = await replaceFile(files, { path, expected, bytes, mode: 0o600 });
  if (written.ok) return success(undefined);
  const { kind, message } = written.error;
  return failure({
    message: kind === 'changed' ? `${path} was changed meanwhile. Read it again, then write.` : message,
  });
}

function capped(text: string): string {
  if (text.length <= NOTES_UNITS) return text;
  return `${text.slice(0, NOTES_UNITS)}\n[${text.length - NOTES_UNITS} characters left out]`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
