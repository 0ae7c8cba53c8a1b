import * as vscode from 'vscode';
import type { OutlineNode } from '../../memory/outline/outline.ts';
import { type MoveTarget, pieceOf } from '../../memory/workspace/edit-requests.ts';
import type { CommandFunnel } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import type { TreeNode } from '../tree/row.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type ChosenNode, type MemoryBoard, piecesOf } from './memory-selection.ts';
import { chosenPieces, moveEntries } from './move-entries.ts';
import { promote } from './promote.ts';

/** VS Code's own for a tree: its view's id in lower case. */
const mime = 'application/vnd.code.tree.varve.memory';

/**
 * Drag and drop in the Memory view: entries and sections onto a file, a section, an entry or a scope; auto memory onto
 * records. Their Markdown goes along as plain text, for an editor. What cannot be dropped says why.
 */
export class MemoryDrag implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dropMimeTypes = [mime];
  readonly dragMimeTypes = ['text/plain'];
  readonly #view: MemoryBoard;
  readonly #folders: WorkspaceFolders;
  readonly #funnel: CommandFunnel;

  constructor(view: MemoryBoard, folders: WorkspaceFolders, funnel: CommandFunnel) {
    this.#view = view;
    this.#folders = folders;
    this.#funnel = funnel;
  }

  async handleDrag(source: readonly TreeNode[], transfer: vscode.DataTransfer): Promise<void> {
    transfer.set(mime, new vscode.DataTransferItem(JSON.stringify(source.map(({ id }) => id))));
    const texts = await Promise.all(this.#view.nodesOf(source.map(({ row }) => row)).map(markdownOf));
    const text = texts.filter((one) => one !== '').join('\n\n');
    if (text !== '') transfer.set('text/plain', new vscode.DataTransferItem(text));
  }

  handleDrop(target: TreeNode | undefined, transfer: vscode.DataTransfer): Promise<void> {
    return this.#funnel.run(commandIds.moveEntry, async () => {
      const chosen = this.#view.nodesWithIds(idsOf(await transfer.get(mime)?.asString()));
      const [onto] = target === undefined ? [] : this.#view.nodesOf([target.row]);
      if (chosen.length > 0) await this.#drop(chosen, onto);
    });
  }

  async #drop(chosen: readonly ChosenNode[], onto: ChosenNode | undefined): Promise<void> {
    if (onto !== undefined && chosen.some(({ folder }) => folder !== onto.folder))
      throw new UserProblem(vscode.l10n.t('Entries move within one workspace folder.'));
    const isAuto = chosen.every(({ node }) => node.scope === 'auto');
    if (isAuto && (onto?.node.kind === 'records' || onto?.node.kind === 'record')) {
      const [first] = chosen;
      if (first) await promote(this.#view, this.#folders, first);
      return;
    }
    const { folder, workspace, pieces } = await chosenPieces(this.#folders, chosen);
    const target = dropTarget(onto?.node);
    await moveEntries(this.#view, folder, workspace, pieces, target);
  }
}

/** Where a drop on a row puts entries; throws a sentence for a row that takes none. */
export function dropTarget(node: OutlineNode | undefined): MoveTarget {
  switch (node?.kind) {
    case 'file':
      if (node.path) return { place: { path: node.path } };
      break;
    case 'section':
      if (node.path && node.line !== undefined)
        return {
          place: { path: node.path },
          spot: { kind: 'section', title: node.label, line: node.line },
        };
      break;
    case 'entry': {
      const piece = pieceOf(node)?.piece;
      if (node.path && piece && 'entryId' in piece)
        return { place: { path: node.path }, spot: { kind: 'after', entryId: piece.entryId } };
      break;
    }
    case 'scope':
      return scopeTarget(node);
    case 'records':
    case 'record':
      throw new UserProblem(
        vscode.l10n.t(
          'Records are kept by Varve and reviewed before agents read them: entries of your own files do not become one by moving.',
        ),
      );
  }
  throw new UserProblem(vscode.l10n.t('Drop entries on a file, a section, an entry or a scope.'));
}

function scopeTarget({ scope, label, children }: OutlineNode): MoveTarget {
  if (scope === 'user' || scope === 'project' || scope === 'local') return { place: { scope } };
  const [only, ...others] = children;
  if ((scope === 'folder' || scope === 'rules') && only?.path && others.length === 0)
    return { place: { path: only.path } };
  if (scope === 'folder' || scope === 'rules')
    throw new UserProblem(vscode.l10n.t('{0} holds several files: drop on the one you mean.', label));
  throw new UserProblem(vscode.l10n.t('{0} is not written by you: entries cannot be moved there.', label));
}

/** As it stands in the file now; empty where it cannot be read. */
async function markdownOf(chosen: ChosenNode): Promise<string> {
  const [piece] = piecesOf([chosen]);
  const { range, path } = chosen.node;
  if (piece === undefined || range === undefined || path === undefined) return '';
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.file(path)).then(
    (found) => found,
    () => new Uint8Array(),
  );
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.slice(range.start, range.end).trimEnd();
}

function idsOf(json: string | undefined): readonly string[] {
  try {
    const ids: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
