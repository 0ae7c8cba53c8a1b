import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  looseObject,
  numberField,
  objectField,
  objectsField,
  textField,
} from '../loose-json.ts';
import type { CallEntry, CallResult } from '../transcript.ts';
import { type ClaudeRow, firstText, nameField } from './claude-row.ts';
import { SHELL_OUTPUT } from './prompts.ts';
import { beginsWithTag, tagged } from './tagged-text.ts';

/**
 * Pure. Results that a message brings back, as calls that bear the program's name of the call, and nothing else of it.
 * `toolUseResult` of the line tells more, where the message brings one result alone.
 */
export function resultsOf(line: LooseObject, row: Pick<ClaudeRow, 'parent'>): readonly CallEntry[] {
  const message = objectField(line, 'message');
  const blocks = objectsField(message, 'content').filter(
    (block) => textField(block, 'type') === 'tool_result',
  );
  if (blocks.length === 0) return shellOutput(firstText(message), row.parent);
  return blocks.flatMap((block): readonly CallEntry[] => {
    const id = nameField(block, 'tool_use_id');
    if (id === undefined || resultText(block).startsWith(MADE_UP)) return [];
    return [broughtBack(id, resultOf(block, line, blocks.length === 1))];
  });
}

/** The program writes this in place of a result that was never recorded, when it goes on: what came of the call is unknown. */
const MADE_UP = '[Tool call interrupted: the session ended before';

function broughtBack(id: string, result: CallResult): CallEntry {
  return { kind: 'call', id, name: '', act: 'other', summary: '', reads: [], writes: [], result };
}

function resultOf(block: LooseObject, line: LooseObject, isAlone: boolean): CallResult {
  const text = resultText(block);
  const detail = isAlone ? looseObject(fieldOf(line, 'toolUseResult')) : undefined;
  const ok = !flagField(block, 'is_error') && !flagField(detail, 'interrupted');
  const exitCode = exitCodeOf(text, ok, detail);
  return {
    ok,
    text: entryText(text),
    ...(exitCode !== undefined && { exitCode }),
    ...(!ok && isDenied(line, text) && { denied: true }),
  };
}

/** The program puts a code other than 0 before the output; what went on in the background has none yet. */
function exitCodeOf(text: string, ok: boolean, detail: LooseObject | undefined): number | undefined {
  if (!ok) {
    const code = /^(?:Error: )?Exit code (\d{1,10})\b/.exec(text)?.[1];
    return code === undefined ? undefined : Number(code);
  }
  if (detail === undefined || textField(detail, 'stdout') === undefined) return undefined;
  const isOpen =
    fieldOf(detail, 'backgroundTaskId') !== undefined ||
    fieldOf(detail, 'returnCodeInterpretation') !== undefined;
  return isOpen ? numberField(detail, 'exitCode') : 0;
}

const REFUSED = "The user doesn't want to proceed with this tool use. The tool use was rejected";

/** A person said no before it ran. Versions that do not note the kind say it in words alone. */
function isDenied(line: LooseObject, text: string): boolean {
  const kind = textField(line, 'toolDenialKind');
  if (kind === undefined) return text.startsWith(REFUSED);
  if (kind === 'user-rejected') return flagField(line, 'toolDenialBeforeRun');
  return flagField(line, 'holdsPersonsWords');
}

function resultText(block: LooseObject): string {
  const content = fieldOf(block, 'content');
  if (typeof content === 'string') return content;
  return objectsField(block, 'content')
    .flatMap((part) => {
      if (textField(part, 'type') === 'tool_reference') return [textField(part, 'tool_name') ?? ''];
      return textField(part, 'type') === 'text' ? [textField(part, 'text') ?? ''] : [];
    })
    .join('\n');
}

/** Of a command that the person ran with `!`; how it ended is not noted. */
function shellOutput(text: string, call: string | undefined): readonly CallEntry[] {
  if (call === undefined || !beginsWithTag(text, SHELL_OUTPUT)) return [];
  const parts = SHELL_OUTPUT.map((tag) => tagged(text, tag) ?? '');
  return [broughtBack(call, { ok: true, text: entryText(parts.filter((part) => part !== '').join('\n')) })];
}
