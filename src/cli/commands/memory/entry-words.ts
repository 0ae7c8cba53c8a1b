import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { failure, type Result, success } from '../../../base/result.ts';
import type { OutlineNode } from '../../../memory/outline/outline.ts';
import { type PieceAddress, type PlaceName, pieceOf } from '../../../memory/workspace/edit-requests.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../../surroundings.ts';

type Said<T> = Result<T, { readonly message: string }>;

/** The entry that a word means: `PATH:LINE`, or an id as `varve memory tree --json` has it. */
export async function entryNamed(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  word: string,
): Promise<Said<PieceAddress>> {
  const found = findNode(await workspace.outline(), word);
  if (found !== undefined) return success(found);
  const [, path, line] = /^(.+):(\d{1,9})$/.exec(word) ?? [];
  if (path === undefined || Number(line) < 1) {
    const message = `"${word}" names no entry: say PATH:LINE, or an id of varve memory tree --json.`;
    return failure({ message });
  }
  const full = resolve(cli.cwd, path);
  const piece = await workspace.edits.pieceAtLine(full, Number(line) - 1);
  return piece.ok ? success({ path: full, piece: piece.value }) : piece;
}

/** The memory file that a word means: a scope, a folder for its CLAUDE.md, or a path. `patterns` are for a rule. */
export async function placeNamed(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  word: string,
  patterns: readonly string[] = [],
): Promise<Said<PlaceName>> {
  if (word === 'user' || word === 'project' || word === 'local') return success({ scope: word });
  const path = resolve(cli.cwd, word);
  const status = await cli.files.status(path).catch(() => undefined);
  if (status?.kind === 'directory') return success({ scope: 'folder', folder: path });
  if (patterns.length === 0) return success({ path });
  const rule = relative(join(workspace.folder, '.claude', 'rules'), path);
  if (rule.startsWith('..') || isAbsolute(rule)) {
    return failure({ message: '--paths is for a rule: give a file below .claude/rules/.' });
  }
  return success({ scope: 'rules', name: rule.split(sep).join('/'), paths: patterns });
}

function findNode(nodes: readonly OutlineNode[], word: string): PieceAddress | undefined {
  for (const node of nodes) {
    const address = pieceOf(node);
    if (address !== undefined && (node.id === word || isEntry(address, word))) return address;
    const below = findNode(node.children, word);
    if (below !== undefined) return below;
  }
  return undefined;
}

function isEntry({ piece }: PieceAddress, word: string): boolean {
  return 'entryId' in piece && piece.entryId === word;
}
