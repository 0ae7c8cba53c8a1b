import { join } from 'node:path';
import type { MemoryFile } from '../file/memory-file.ts';
import { type ResolvedFile, type ResolvedHierarchy, type Scope, scopes } from '../hierarchy/hierarchy.ts';
import type { OtherFile } from '../hierarchy/readers.ts';
import type { TimelineRecord } from '../timeline/timeline.ts';
import { type FileContext, fileNode, tokenWords } from './file-nodes.ts';
import { NodeIds } from './node-id.ts';
import { otherAgents } from './other-nodes.ts';
import type { OutlineNode } from './outline.ts';
import type { Readers } from './reader-words.ts';
import { type RecordShowing, recordGroups } from './record-nodes.ts';
import { type SessionNote, sessionNodes } from './session-nodes.ts';
import { savings } from './what-if.ts';

export interface OutlineInput {
  readonly hierarchy: ResolvedHierarchy;
  /** Parsed files by path, as `readHierarchy` hands them out. */
  readonly files: ReadonlyMap<string, MemoryFile>;
  /** All that was ever kept, newest first. */
  readonly records: readonly TimelineRecord[];
  readonly showing?: RecordShowing;
  /** Git root or folder: paths below it are shown relative to it. */
  readonly root: string;
  readonly homeDirectory: string;
  /** Who reads each file, where that was surveyed. */
  readonly readers?: Readers;
  /** Working notes of the sessions that wrote some last, newest first. */
  readonly notes?: readonly SessionNote[];
  /** Files that only other programs read. */
  readonly others?: readonly OtherFile[];
}

const scopeLabels: Record<Scope, string> = {
  managed: 'Organization',
  user: 'User',
  project: 'Project',
  folder: 'Folders',
  local: 'Local',
  rules: 'Rules',
  auto: 'Auto memory',
  session: 'Session',
};

const scopeExplanations: Record<Scope, string> = {
  managed: 'Set by your organization for this machine.',
  user: 'Yours, in every project.',
  project: 'Checked in with this project.',
  folder: 'For one folder of this project.',
  local: 'Yours, in this project only; not checked in.',
  rules: 'Rules of this project, some for certain files only.',
  auto: "Claude Code's own memory of this project, on this machine.",
  session: 'Notes of the session.',
};

/**
 * The tree of the Memory view and of `varve memory tree`: scopes, broadest first, → files → sections → entries,
 * then what only other programs read, then records. Empty where there is nothing at all, or nothing but other
 * programs' files outside the project, so that a view can show its welcome.
 */
export function buildOutline(input: OutlineInput): readonly OutlineNode[] {
  const { hierarchy, root, homeDirectory, readers, others = [], notes = [] } = input;
  const ids = new NodeIds();
  const context: FileContext = { ids, root, homeDirectory, readers, savings: savings(hierarchy.files) };
  const groups = recordGroups(ids, input.records, input.showing);
  const ofProject = others.filter(({ readings }) => readings.some(({ file }) => file.scope !== 'user'));
  const isEmpty = groups.length === 0 && hierarchy.files.length === 0 && ofProject.length === 0;
  const scopeNodes = scopes.flatMap((scope) => {
    const files = hierarchy.files.filter((file) => file.scope === scope);
    const missing = scope === 'project' && !isEmpty ? missingInstructions(input) : undefined;
    if (files.length === 0 && missing === undefined) return [];
    return [scopeNode(context, { scope, files, missing }, input.files)];
  });
  const sessions = isEmpty ? [] : sessionNodes(context, scopeLabels.session, notes);
  return [...scopeNodes, ...sessions, ...(isEmpty ? [] : otherAgents(context, others)), ...groups];
}

interface ScopeContent {
  readonly scope: Scope;
  readonly files: readonly ResolvedFile[];
  readonly missing: string | undefined;
}

function scopeNode(
  context: FileContext,
  { scope, files, missing }: ScopeContent,
  parsed: ReadonlyMap<string, MemoryFile>,
): OutlineNode {
  const id = context.ids.next('', 'scope', scope);
  const children = files.map((file) => fileNode(context, id, file, parsed.get(file.path)));
  if (missing !== undefined) children.push(missingNode(context, id, missing));
  const tokens = children.reduce((sum, child) => sum + child.tokens, 0);
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  return {
    id,
    kind: 'scope',
    label: scopeLabels[scope],
    description: tokens > 0 ? tokenWords(tokens) : stateWords(children),
    scope,
    tokens,
    explanation: `${scopeExplanations[scope]} ${count}, about ${tokenWords(tokens)} from the start.`,
    state: strongestState(children),
    children,
  };
}

function missingNode({ ids }: FileContext, parent: string, path: string): OutlineNode {
  return {
    id: ids.next(parent, 'missing', path),
    kind: 'file',
    label: 'CLAUDE.md',
    description: 'not there yet',
    scope: 'project',
    tokens: 0,
    path,
    explanation:
      'This project has no instructions of its own yet. Create CLAUDE.md to give every agent the same start.',
    state: 'missing',
    children: [],
  };
}

function missingInstructions({ hierarchy, root }: OutlineInput): string | undefined {
  const names = ['CLAUDE.md', 'AGENTS.md'];
  const places = names.flatMap((name) => [join(root, name), join(root, '.claude', name)]);
  const isThere = hierarchy.files.some(({ path }) => places.includes(path));
  return isThere ? undefined : join(root, 'CLAUDE.md');
}

function strongestState(nodes: readonly OutlineNode[]): OutlineNode['state'] {
  const order = ['loaded', 'on-demand', 'skipped', 'missing'] as const;
  return order.find((state) => nodes.some((node) => node.state === state)) ?? 'skipped';
}

function stateWords(nodes: readonly OutlineNode[]): string {
  const words = {
    loaded: tokenWords(0),
    'on-demand': 'on demand',
    skipped: 'skipped',
    missing: 'not there yet',
  };
  return words[strongestState(nodes)];
}
