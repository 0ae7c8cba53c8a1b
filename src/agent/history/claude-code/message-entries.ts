import { callEntry } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  numberField,
  objectField,
  objectsField,
  summaryText,
  textField,
} from '../loose-json.ts';
import type { CallEntry, TranscriptEntry } from '../transcript.ts';
import { resultsOf } from './call-results.ts';
import { type BareRow, MOST_NAMES, nameField, optional } from './claude-row.ts';
import { isQuestion, shapeOf } from './claude-tools.ts';
import { promptOf } from './prompts.ts';

/** What a line is read with. */
export interface ClaudeManners {
  readonly home: string;
  /** A name that no entry had before, as near to the one given as can be. */
  nameFor(id: string): string;
}

/** The model of messages that the program wrote itself. */
export const SYNTHETIC = '<synthetic>';

/** Pure but for the names. What a line of a session says, and results that it brings back. */
export function entriesOf(
  line: LooseObject,
  row: BareRow,
  manners: ClaudeManners,
): { readonly said: readonly TranscriptEntry[]; readonly brought: readonly TranscriptEntry[] } {
  const said = { id: row.uuid, ...optional('time', row.time) };
  switch (row.kind) {
    case 'assistant':
      return { said: answerOf(line, said, manners), brought: [] };
    case 'user':
      return { said: named(promptOf(line, row, said), manners), brought: resultsOf(line, row) };
    case 'attachment':
      return { said: named(attachmentOf(line, said), manners), brought: [] };
    default:
      return { said: [], brought: [] };
  }
}

interface Said {
  readonly id: string;
  readonly time?: number;
}

function named(entries: readonly TranscriptEntry[], { nameFor }: ClaudeManners): readonly TranscriptEntry[] {
  return entries.map((entry) => ({ ...entry, id: nameFor(entry.id) }));
}

function answerOf(line: LooseObject, said: Said, manners: ClaudeManners): readonly TranscriptEntry[] {
  const message = objectField(line, 'message');
  const model = nameField(message, 'model');
  const text = textOf(message);
  if (model === SYNTHETIC) {
    if (!flagField(line, 'isApiErrorMessage')) return [];
    return named([{ ...said, kind: 'notice', what: 'error', text: entryText(text) }], manners);
  }
  const entries: TranscriptEntry[] = [];
  if (text.trim() !== '')
    entries.push(
      ...named([{ ...said, kind: 'answer', text: entryText(text), ...optional('model', model) }], manners),
    );
  for (const block of objectsField(message, 'content').slice(0, MOST_NAMES)) {
    const id = textField(block, 'type') === 'tool_use' ? nameField(block, 'id') : undefined;
    if (id !== undefined)
      entries.push(...named([callOf(id, line, { block, said, home: manners.home })], manners));
  }
  return entries;
}

function callOf(
  id: string,
  line: LooseObject,
  { block, said, home }: { readonly block: LooseObject; readonly said: Said; readonly home: string },
): CallEntry {
  const name = textField(block, 'name')?.slice(0, 200) ?? '';
  const input = objectField(block, 'input');
  const made = { id, ...optional('time', said.time), name, input };
  const call = callEntry(made, shapeOf(name), { cwd: textField(line, 'cwd') ?? '', home });
  const question = isQuestion(name) ? questionOf(input) : '';
  return question === '' ? call : { ...call, summary: summaryText(question) };
}

function questionOf(input: LooseObject | undefined): string {
  return objectsField(input, 'questions')
    .map((question) => textField(question, 'question') ?? '')
    .join(' ');
}

/** Text of a message; thoughts, pictures and calls are left out. */
export function textOf(message: LooseObject | undefined): string {
  const content = fieldOf(message, 'content');
  if (typeof content === 'string') return content;
  return objectsField(message, 'content')
    .flatMap((block) => (textField(block, 'type') === 'text' ? [textField(block, 'text') ?? ''] : []))
    .join('\n');
}

/** What a person typed while the program was at work comes as an attachment. */
function attachmentOf(line: LooseObject, said: Said): readonly TranscriptEntry[] {
  const attachment = objectField(line, 'attachment');
  switch (textField(attachment, 'type')) {
    case 'queued_command': {
      const prompt = fieldOf(attachment, 'prompt');
      const text = typeof prompt === 'string' ? prompt : textOf({ content: prompt });
      const isTyped =
        textField(attachment, 'commandMode') === 'prompt' &&
        (textField(objectField(attachment, 'origin'), 'kind') ?? 'human') === 'human' &&
        !flagField(attachment, 'isMeta');
      if (text.trim() === '') return [];
      const isNotice = textField(attachment, 'commandMode') === 'task-notification';
      if (!isTyped && !isNotice) return [];
      if (isTyped) return [{ ...said, kind: 'prompt', text: entryText(text) }];
      return [{ ...said, kind: 'notice', what: 'other', text: entryText(text) }];
    }
    case 'max_turns_reached': {
      const turns = numberField(attachment, 'maxTurns');
      const text = `It reached its limit of ${turns === undefined ? '' : `${turns} `}turns.`;
      return [{ ...said, kind: 'notice', what: 'stopped', text }];
    }
    default:
      return [];
  }
}
