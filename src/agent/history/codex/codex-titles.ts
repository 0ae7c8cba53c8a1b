import type { Files } from '../../../base/files.ts';
import { parseLoose, textField } from '../loose-json.ts';
import { readSessionLines } from '../session-lines.ts';

/** Names that persons gave to sessions: the last line for an id counts. Read again when the file has changed only. */
export class CodexTitles {
  #titles: ReadonlyMap<string, string> = new Map();
  #state = '';

  async of(files: Files, index: string, thread: string): Promise<string> {
    const status = await files.linkStatus(index).catch(() => undefined);
    const state = `${index} ${status?.size} ${status?.modified}`;
    if (state !== this.#state) {
      this.#titles = status?.kind === 'file' ? await titlesIn(files, index) : new Map();
      this.#state = state;
    }
    return this.#titles.get(thread) ?? '';
  }
}

async function titlesIn(files: Files, index: string): Promise<ReadonlyMap<string, string>> {
  const titles = new Map<string, string>();
  try {
    for await (const { text } of readSessionLines(files, index)) {
      const entry = parseLoose(text);
      const id = textField(entry, 'id');
      const name = textField(entry, 'thread_name')?.trim();
      if (id !== undefined && name !== undefined) titles.set(id, name.slice(0, 1000));
    }
  } catch {
    // What could be read of it counts: a session without its name is still one.
  }
  return titles;
}
