import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { containerId, itemWords } from '../contributions.ts';
import type { Row } from '../tree/row.ts';
import type { InlineNote } from './inline-notes.ts';

/** A comment that commands know the proposal of, as a tree item has its row. */
export interface ReviewComment extends vscode.Comment {
  readonly row?: Row;
  /** Of a list. */
  readonly rows?: readonly Row[];
}

interface Shown {
  readonly thread: vscode.CommentThread;
  readonly face: string;
}

/**
 * Comment threads at proposals and insertion points. They come collapsed and nobody can reply; a thread that still
 * speaks of the same proposals is moved and not made anew, so that one that was opened stays open.
 */
export class CommentThreads implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #controller: vscode.CommentController;
  readonly #shown = new Map<string, Map<string, Shown>>();

  constructor() {
    this.#controller = this.#owned.add(
      vscode.comments.createCommentController(containerId, vscode.l10n.t('Varve proposals')),
    );
  }

  /** Files with a thread, as addresses. */
  get places(): readonly string[] {
    return [...this.#shown.keys()];
  }

  /** Makes the threads of a file what the notes say; none takes them away. */
  show(uri: vscode.Uri, notes: readonly InlineNote[]): void {
    const old = this.#shown.get(uri.toString()) ?? new Map<string, Shown>();
    const next = new Map<string, Shown>();
    for (const note of notes) next.set(note.key, this.#place(uri, note, old.get(note.key)));
    for (const [key, { thread }] of old) if (!next.has(key)) thread.dispose();
    if (next.size > 0) this.#shown.set(uri.toString(), next);
    else this.#shown.delete(uri.toString());
  }

  dispose(): void {
    for (const threads of this.#shown.values()) for (const { thread } of threads.values()) thread.dispose();
    this.#shown.clear();
    this.#owned.dispose();
  }

  #place(uri: vscode.Uri, note: InlineNote, old: Shown | undefined): Shown {
    const face = JSON.stringify(note);
    if (old?.face === face) return old;
    const range = new vscode.Range(note.line, 0, note.line, 0);
    const thread = old?.thread ?? this.#controller.createCommentThread(uri, range, []);
    if (!old) {
      thread.canReply = false;
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    }
    thread.range = range;
    thread.label = note.title;
    thread.contextValue = note.entries.length === 1 ? itemWords.proposal : itemWords.proposals;
    thread.comments = commentsOf(note);
    return { thread, face };
  }
}

function commentsOf(note: InlineNote): readonly ReviewComment[] {
  if (note.list !== undefined)
    return [
      {
        ...comment(vscode.l10n.t('{0} proposals', note.entries.length), note.list),
        rows: note.entries.map(({ row }) => row),
      },
    ];
  const isOne = note.entries.length === 1;
  return note.entries.map((entry) => ({
    ...comment(entry.heading, entry.body),
    row: entry.row,
    ...(isOne ? {} : { contextValue: itemWords.proposal }),
  }));
}

/** Neither trusted nor HTML: nothing in it can be run, and what a proposal says was made inert before. */
function comment(author: string, body: string): vscode.Comment {
  const text = new vscode.MarkdownString(body);
  text.isTrusted = false;
  text.supportHtml = false;
  return { author: { name: author }, body: text, mode: vscode.CommentMode.Preview };
}
