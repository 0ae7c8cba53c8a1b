import {
  fieldOf,
  flagField,
  type LooseObject,
  objectField,
  objectsField,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { TranscriptEntry } from '../transcript.ts';
import { beginsWithTag } from './tagged-text.ts';
import type { ListChange } from './task-list.ts';

/** Names and ids of the program are 36 characters; what is much longer is none. */
const LONGEST_NAME = 200;

const COMMAND_OUTPUT = ['local-command-stdout', 'local-command-stderr', 'local-command-caveat'];

/**
 * A line of a session that has a place in its tree, as far as it is needed: what it says, and what chooses and orders
 * the conversation (Claude Code 2.1.330).
 */
export interface ClaudeRow {
  readonly uuid: string;
  /** Above it in the tree. */
  readonly parent?: string;
  /** Of the boundary of a compaction: what it summarised ended here. */
  readonly logicalParent?: string;
  /** Place in the file. */
  readonly order: number;
  readonly time?: number;
  /** `link`: it counts as a place in the tree alone. */
  readonly kind: 'user' | 'assistant' | 'system' | 'attachment' | 'link';
  /** Written by a subagent into the file of the session, as versions before 2 did. */
  readonly isSide: boolean;
  readonly isMeta: boolean;
  readonly isBoundary: boolean;
  /** A typed command; whether it is a prompt is told by what comes behind it. */
  readonly isCommand: boolean;
  /** What a command that ran inside the program put out. */
  readonly isCommandOutput: boolean;
  /** Lines of one answer share it. */
  readonly messageId?: string;
  readonly stopReason?: string;
  /** Names of the calls it makes, and of those whose results it brings, as the program has them. */
  readonly calls: readonly string[];
  readonly results: readonly string[];
  /** The line of the answer whose call's result it brings. */
  readonly answers?: string;
  /** Of a compaction: messages that the program kept beside the summary. */
  readonly kept?: KeptMessages;
  /** What it says; calls without what came of them. */
  readonly said: readonly TranscriptEntry[];
  /** Results as calls whose id is the program's name of the call. */
  readonly brought: readonly TranscriptEntry[];
  /** What a call whose result it brings did to the list of steps. */
  readonly listChange?: ListChange;
}

/** Messages kept beside the summary of a compaction: named one by one, or by the first and the last. */
export interface KeptMessages {
  readonly summary: string;
  readonly names?: readonly string[];
  readonly first?: string;
  readonly last?: string;
}

/** A row whose entries are not made yet. */
export type BareRow = Omit<ClaudeRow, 'said' | 'brought' | 'listChange'>;

/** A line that is no message, attachment or notice of the program, or has no name, is no row. */
export function rowOf(line: LooseObject, order: number): BareRow | undefined {
  const uuid = nameField(line, 'uuid');
  if (uuid === undefined) return undefined;
  const kind = kindOf(line);
  if (kind === undefined) return undefined;
  const message = objectField(line, 'message');
  const blocks = objectsField(message, 'content');
  const boundary = kind === 'system' && textField(line, 'subtype') === 'compact_boundary';
  const text = kind === 'user' ? firstText(message) : '';
  return {
    uuid,
    order,
    kind,
    isSide: flagField(line, 'isSidechain'),
    isMeta: flagField(line, 'isMeta'),
    isBoundary: boundary,
    isCommand: beginsWithTag(text, ['command-name', 'command-message']),
    isCommandOutput: beginsWithTag(text, COMMAND_OUTPUT),
    // A command that the person ran with `!` is a call named for its line.
    calls: beginsWithTag(text, ['bash-input']) ? [uuid] : namesIn(blocks, 'tool_use', 'id'),
    results: namesIn(blocks, 'tool_result', 'tool_use_id'),
    ...optional('parent', nameField(line, 'parentUuid')),
    ...optional('logicalParent', nameField(line, 'logicalParentUuid')),
    ...optional('time', timeOf(fieldOf(line, 'timestamp'))),
    ...optional('messageId', kind === 'assistant' ? nameField(message, 'id') : undefined),
    ...optional('stopReason', kind === 'assistant' ? nameField(message, 'stop_reason') : undefined),
    ...optional('answers', nameField(line, 'sourceToolAssistantUUID')),
    ...optional('kept', boundary ? keptMessages(objectField(line, 'compactMetadata')) : undefined),
  };
}

/** Text of a name that may be one; undefined for what is too long or empty. */
export function nameField(object: LooseObject | undefined, name: string): string | undefined {
  const text = textField(object, name);
  return text === undefined || text === '' || text.length > LONGEST_NAME ? undefined : text;
}

/** The first text of a message: what kind of message it is can be told by how it begins. */
export function firstText(message: LooseObject | undefined): string {
  const content = fieldOf(message, 'content');
  if (typeof content === 'string') return content;
  for (const block of objectsField(message, 'content'))
    if (textField(block, 'type') === 'text') return textField(block, 'text') ?? '';
  return '';
}

export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [name in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [name in Key]?: Value };
}

function kindOf(line: LooseObject): ClaudeRow['kind'] | undefined {
  const type = textField(line, 'type');
  switch (type) {
    case 'user':
    case 'assistant':
      return objectField(line, 'message') === undefined ? 'link' : type;
    case 'attachment':
      // What a fork of the conversation is told about itself is no end to go on from.
      return textField(objectField(line, 'attachment'), 'type') === 'fork_briefing' ? 'link' : type;
    case 'system':
      return textField(line, 'subtype') === 'file_snapshot' ? 'link' : type;
    case 'progress':
      return 'link';
    default:
      return undefined;
  }
}

/** One message makes a few calls; a line of thousands is none of the program. */
export const MOST_NAMES = 1000;

function namesIn(blocks: readonly LooseObject[], type: string, field: string): readonly string[] {
  if (blocks.length === 0) return NO_NAMES;
  const names: string[] = [];
  for (const block of blocks.slice(0, MOST_NAMES)) {
    const name = textField(block, 'type') === type ? nameField(block, field) : undefined;
    if (name !== undefined) names.push(name);
  }
  return names.length === 0 ? NO_NAMES : names;
}

const NO_NAMES: readonly string[] = [];

function keptMessages(compaction: LooseObject | undefined): KeptMessages | undefined {
  const list = objectField(compaction, 'preservedMessages');
  const segment = objectField(compaction, 'preservedSegment');
  const summary = nameField(list, 'anchorUuid') ?? nameField(segment, 'anchorUuid');
  if (summary === undefined) return undefined;
  const names = fieldOf(list, 'uuids');
  if (Array.isArray(names)) return { summary, names: names.slice(0, MOST_NAMES).filter(isName) };
  return {
    summary,
    ...optional('first', nameField(segment, 'headUuid')),
    ...optional('last', nameField(segment, 'tailUuid')),
  };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME;
}
