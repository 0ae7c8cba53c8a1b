import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  objectField,
  objectsField,
  summaryText,
  textField,
} from '../loose-json.ts';
import type { TranscriptEntry } from '../transcript.ts';
import type { ClaudeRow } from './claude-row.ts';
import { beginsWithTag, isAllTagged, tagged } from './tagged-text.ts';

interface Said {
  readonly id: string;
  readonly time?: number;
}

/** Pure. What a message in the person's place says: mostly a prompt, often something that the program put there. */
export function promptOf(
  line: LooseObject,
  row: Pick<ClaudeRow, 'isMeta' | 'isCommand' | 'isCommandOutput'>,
  said: Said,
): readonly TranscriptEntry[] {
  const message = objectField(line, 'message');
  if (flagField(line, 'isCompactSummary'))
    return [{ ...said, kind: 'compaction', summary: entryText(writtenText(message).join('\n')) }];
  if (row.isMeta || row.isCommandOutput) return [];
  const texts = writtenText(message);
  const text = texts.join('\n');
  if (row.isCommand) return [{ ...said, kind: 'prompt', text: entryText(typedCommand(text)) }];
  if (text.trimStart().startsWith('[Request interrupted by user'))
    return [{ ...said, kind: 'notice', what: 'stopped', text: entryText(text.trim()) }];
  if (beginsWithTag(text, ['bash-input'])) return [typedShell(tagged(text, 'bash-input') ?? text, said)];
  if (beginsWithTag(text, SHELL_OUTPUT)) return [];
  const pictures = objectsField(message, 'content').filter(
    (block) => textField(block, 'type') === 'image',
  ).length;
  if (text.trim() === '' && pictures === 0) return [];
  // What a subagent, a timer or another program sends is nobody's prompt.
  if (!isOfPerson(line, text))
    return [{ ...said, kind: 'notice', what: 'other', text: entryText(reported(text)) }];
  return [{ ...said, kind: 'prompt', text: entryText(text), ...(pictures > 0 && { pictures }) }];
}

const FOREIGN = ['task-notification', 'teammate-message', 'agent-notification', 'channel', 'tick'];
/** Of a command that the person ran with `!`. */
export const SHELL_OUTPUT = ['bash-stdout', 'bash-stderr'];

function isOfPerson(line: LooseObject, text: string): boolean {
  const origin = textField(objectField(line, 'origin'), 'kind');
  if (origin !== undefined && origin !== 'human') return false;
  return textField(line, 'promptSource') !== 'system' && !beginsWithTag(text, FOREIGN);
}

/** What a task in the background reports: what became of it, and what it says. */
function reported(text: string): string {
  const parts = [tagged(text, 'summary'), tagged(text, 'result')].filter((part) => part !== undefined);
  return parts.length === 0 ? text : parts.join('\n');
}

/** Tags in which the program puts what it adds to a prompt by itself; each stands in a text of its own. */
const ADDED = ['system-reminder', 'ide_opened_file', 'ide_selection', 'ide_diagnostics'];

function writtenText(message: LooseObject | undefined): readonly string[] {
  const content = fieldOf(message, 'content');
  if (typeof content === 'string') return isAllTagged(content, ADDED) ? [] : [content];
  return objectsField(message, 'content').flatMap((block) => {
    const text = textField(block, 'type') === 'text' ? textField(block, 'text') : undefined;
    return text === undefined || isAllTagged(text, ADDED) ? [] : [text];
  });
}

/** `/name arguments`, as it was typed. */
function typedCommand(text: string): string {
  const name = tagged(text, 'command-name') ?? '';
  const args = tagged(text, 'command-args') ?? '';
  return `${name.startsWith('/') ? '' : '/'}${name.trim()} ${args.trim()}`.trim();
}

/** A command that the person ran with `!`: its name is the one the program gives it. */
function typedShell(command: string, said: Said): TranscriptEntry {
  return {
    ...said,
    kind: 'call',
    name: 'bash-input',
    act: 'execute',
    summary: summaryText(command),
    command: entryText(command),
    reads: [],
    writes: [],
  };
}
