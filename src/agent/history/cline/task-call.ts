import { type CallPlace, type CallShape, callEntry } from '../call-shape.ts';
import { fieldOf, type LooseObject, listField, parseLoose, textField } from '../loose-json.ts';
import type { CallEntry } from '../transcript.ts';

/** What the messages of the extension call its tools. Source: `ClineSayTool` in src/shared/ExtensionMessage.ts of cline/cline. */
const shapes: Readonly<Record<string, CallShape>> = {
  readFile: { act: 'read', paths: ['path'] },
  listFilesTopLevel: { act: 'read', about: ['path'] },
  listFilesRecursive: { act: 'read', about: ['path'] },
  listCodeDefinitionNames: { act: 'search', about: ['path'] },
  searchFiles: { act: 'search', about: ['regex'] },
  editedExistingFile: { act: 'write', paths: ['path'] },
  newFileCreated: { act: 'write', paths: ['path'] },
  fileDeleted: { act: 'write', paths: ['path'] },
  webFetch: { act: 'fetch', about: ['path'] },
  webSearch: { act: 'fetch', about: ['path'] },
  useSkill: { act: 'other', about: ['path'] },
  command: { act: 'execute', command: 'command' },
  browser_action_launch: { act: 'fetch', about: ['url'] },
  use_subagents: { act: 'delegate', about: ['prompts'] },
};

interface Said {
  readonly id: string;
  readonly time?: number;
}

/** Pure. The call that a message shows; undefined where it shows none. `kind` is its `ask` or `say`. */
export function callOfMessage(
  kind: string,
  text: string,
  said: Said,
  place: CallPlace,
): CallEntry | undefined {
  const shown = parseLoose(text);
  switch (kind) {
    case 'tool':
      return shown && toolCall(shown, said, place);
    case 'command':
      return made('command', { command: commandOf(text) }, said, place);
    case 'browser_action_launch':
      return made(kind, { url: text }, said, place);
    case 'use_subagents':
      return made(kind, { prompts: listField(shown, 'prompts').map(String).join('; ') }, said, place);
    case 'use_mcp_server':
      return made(serverCall(shown), parseLoose(textField(shown, 'arguments') ?? '') ?? {}, said, place);
    default:
      return undefined;
  }
}

function toolCall(shown: LooseObject, said: Said, place: CallPlace): CallEntry {
  const call = made(textField(shown, 'tool') ?? '', shown, said, place);
  const whole = textField(shown, 'content') ?? '';
  // What was read is shown with its whole path as content: known also where the working directory is not.
  const isPath =
    call.act === 'read' && call.reads.length === 0 && /^(?:\/|[A-Za-z]:[\\/])[^\n]*$/.test(whole);
  return isPath && textField(shown, 'tool') === 'readFile' ? { ...call, reads: [whole] } : call;
}

function made(name: string, input: LooseObject, { id, time }: Said, place: CallPlace): CallEntry {
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  return callEntry({ id, name, input, ...(time !== undefined && { time }) }, shape, place);
}

/** A mark at the end says that the model wanted it to be asked about. */
function commandOf(text: string): string {
  return text.replace(/REQ_APP$/, '').trim();
}

function serverCall(shown: LooseObject | undefined): string {
  const tool = textField(shown, 'toolName') ?? textField(shown, 'uri') ?? '';
  return `${String(fieldOf(shown, 'serverName') ?? '')}/${tool}`;
}
