import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable.ts';
import type { ViewId } from '../contributions.ts';
import { updateNodes } from './node-diff.ts';
import { RefreshQueue } from './refresh-queue.ts';
import type { Row, TreeNode } from './row.ts';

/** What a tree shows besides its rows. */
export interface TreeFace {
  readonly rows: readonly Row[];
  readonly message?: string | undefined;
  readonly badge?: { readonly value: number; readonly tooltip: string } | undefined;
}

export interface RowTreeOptions {
  readonly id: ViewId;
  readonly canSelectMany?: boolean;
  /** Shows *Collapse All*; unless told, where one row is selected at a time. */
  readonly showCollapseAll?: boolean;
  readonly dragAndDrop?: vscode.TreeDragAndDropController<TreeNode>;
  /** Keeps up also while hidden, for a badge. */
  readonly keepUp?: boolean;
  /** Reads everything the tree shows; called only while the view is or was visible. */
  readonly load: () => Promise<TreeFace>;
  readonly onError: (error: unknown) => void;
}

/** A tree view over plain rows. Nothing is loaded before the view is looked at. */
export class RowTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly view: vscode.TreeView<TreeNode>;
  readonly #options: RowTreeOptions;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #queue: RefreshQueue;
  #roots: readonly TreeNode[] = [];
  #loaded: Promise<void> | undefined;
  /** What came in while the view was hidden is taken up when it shows. */
  #stale = false;

  get id(): ViewId {
    return this.#options.id;
  }

  constructor(options: RowTreeOptions) {
    this.#options = options;
    this.#queue = this.#owned.add(new RefreshQueue(() => this.#load(true), options.onError));
    this.view = this.#owned.add(
      vscode.window.createTreeView(options.id, {
        treeDataProvider: this,
        canSelectMany: options.canSelectMany ?? false,
        showCollapseAll: options.showCollapseAll ?? !options.canSelectMany,
        ...(options.dragAndDrop === undefined ? {} : { dragAndDropController: options.dragAndDrop }),
      }),
    );
    this.#owned.add(this.#changed);
    this.#owned.add(
      this.view.onDidChangeVisibility(({ visible }) => visible && this.#stale && this.refreshSoon()),
    );
  }

  /** Rows as last loaded; loads them when nothing did yet. */
  async rows(): Promise<readonly Row[]> {
    await this.#firstLoad();
    return this.#roots.map((node) => node.row);
  }

  /** Something changed: takes it up soon when the view is visible, when it shows again otherwise. */
  refreshSoon(): void {
    if (!this.#loaded) return;
    if (this.view.visible || this.#options.keepUp) this.#queue.request();
    else this.#stale = true;
  }

  /** Loads now and resolves when the view was told; never rejects. */
  refresh(): Promise<void> {
    if (!this.#loaded) return this.#firstLoad();
    return this.#queue.flush();
  }

  /** Shows and selects a row once what waits is done; nothing happens when there is none with this id. */
  async reveal(
    id: string,
    options: { readonly focus?: boolean; readonly expand?: boolean } = {},
  ): Promise<void> {
    await this.#firstLoad();
    await this.#queue.run(async () => {
      const node = find(this.#roots, id);
      if (node)
        await this.view.reveal(node, {
          select: true,
          focus: options.focus ?? false,
          expand: options.expand ?? false,
        });
    });
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node) return [...node.children];
    await this.#firstLoad();
    return [...this.#roots];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  getTreeItem({ row, children }: TreeNode): vscode.TreeItem {
    const item = new vscode.TreeItem(row.label, collapsibility(row, children.length));
    item.id = row.id;
    if (row.description) item.description = row.description;
    if (row.icon)
      item.iconPath = new vscode.ThemeIcon(
        row.icon,
        row.iconColor ? new vscode.ThemeColor(row.iconColor) : undefined,
      );
    if (row.context) item.contextValue = row.context;
    item.accessibilityInformation = {
      label: row.spoken ?? [row.label, row.description].filter(Boolean).join(', '),
    };
    const command = commandOf(row);
    if (command) item.command = command;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, { row }: TreeNode): vscode.TreeItem {
    item.tooltip = row.tooltip ?? [row.label, row.description].filter(Boolean).join('\n');
    return item;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #firstLoad(): Promise<void> {
    this.#loaded ??= this.#queue.run(() => this.#load(false));
    return this.#loaded;
  }

  async #load(tell: boolean): Promise<void> {
    this.#stale = false;
    const face = await this.#options.load();
    const bare = bareNodes(this.#roots);
    const { roots, changed } = updateNodes(this.#roots, face.rows);
    this.#roots = roots;
    // Cleared by an empty text: the type does not take undefined under exactOptionalPropertyTypes.
    this.view.message = face.message ?? '';
    this.view.badge = face.badge;
    if (!tell) return;
    if (changed === 'all') this.#changed.fire(undefined);
    else for (const node of changed) this.#changed.fire(node);
    // VS Code asks for the children in its own time; a reveal right behind the event would meet the old ones.
    if (changed.length > 0) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    await this.#expandFilled(bare);
  }

  /** VS Code keeps a row folded that had nothing below it when it came: what a run asks would stay hidden. */
  async #expandFilled(bare: readonly TreeNode[]): Promise<void> {
    for (const node of bare) {
      const isFilled = node.row.expanded === true && node.children.length > 0;
      // Revealing in a hidden view would bring it to the front.
      if (!isFilled || !this.view.visible || find(this.#roots, node.id) !== node) continue;
      await this.view.reveal(node, { select: false, focus: false, expand: true });
    }
  }
}

const SETTLE_MS = 50;

function bareNodes(nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes.flatMap((node) => (node.children.length === 0 ? [node] : bareNodes(node.children)));
}

function find(nodes: readonly TreeNode[], id: string): TreeNode | undefined {
  for (const node of nodes) {
    const found = node.id === id ? node : find(node.children, id);
    if (found) return found;
  }
  return undefined;
}

function collapsibility(row: Row, children: number): vscode.TreeItemCollapsibleState {
  if (children === 0) return vscode.TreeItemCollapsibleState.None;
  return row.expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

function commandOf(row: Row): vscode.Command | undefined {
  const { open } = row;
  if (!open) return undefined;
  if (open.kind === 'command')
    return { command: open.command, title: vscode.l10n.t('Open'), arguments: [{ row }] };
  const line = open.line ?? 0;
  const selection = new vscode.Range(line, 0, line, 0);
  const options: vscode.TextDocumentShowOptions =
    open.line === undefined ? { preview: true } : { preview: true, selection };
  return {
    command: 'vscode.open',
    title: vscode.l10n.t('Open'),
    arguments: [vscode.Uri.file(open.path), options],
  };
}
