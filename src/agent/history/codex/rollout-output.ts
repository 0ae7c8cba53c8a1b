import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  listField,
  looseObject,
  numberField,
  objectField,
  parseLoose,
  textField,
} from '../loose-json.ts';
import type { CallResult } from '../transcript.ts';

/** What stands before the output of a command, in the order of the versions that wrote it. */
const HEADS = [
  /^(?:Chunk ID: .*\n)?Wall time: .*\n(?:Process exited with code (-?\d+)\n|Process running with session ID .*\n)?(?:Original token count: .*\n)?Output:\n/,
  /^Exit code: (-?\d+)\nWall time: .*\n(?:Total output lines: .*\n)?Output:\n/,
  /^Wall time: .*\n(?=aborted)/,
  /^(?:Command|Script) (?:completed|running|failed|terminated).*\nWall time .*\nOutput:\n/,
];
const FAILED =
  /^(?:unsupported |aborted|apply_patch verification failed|exec_command failed|failed to |unable to |execution error|collab .* failed|Script (?:failed|terminated)|patch rejected)/;
const DENIED = /^.{0,80}\b(?:rejected|denied) by (?:the )?user/i;

/** What a call gave back, of `function_call_output`, `custom_tool_call_output` and the like. */
export function resultOf(payload: LooseObject): CallResult {
  const output = fieldOf(payload, 'output');
  const content = looseObject(output);
  const success = fieldOf(content, 'success');
  return outcome(
    textOf(content ? fieldOf(content, 'content') : output),
    success === false ? false : undefined,
  );
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  const parts = Array.isArray(output) ? output : [];
  const texts = parts.flatMap((part) => textField(looseObject(part), 'text') ?? []);
  return texts.reduce((all, text) => (all === '' || all.endsWith('\n') ? all + text : `${all}\n${text}`), '');
}

function outcome(said: string, success: boolean | undefined): CallResult {
  const inside = said.startsWith('{') ? parseLoose(said) : undefined;
  const metadata = objectField(inside, 'metadata');
  // Until the autumn of 2025 a shell gave back JSON.
  if (metadata)
    return ended(textField(inside, 'output') ?? said, numberField(metadata, 'exit_code'), success);
  let text = said;
  let exitCode: number | undefined;
  for (let head = headOf(text); head; head = headOf(text)) {
    text = text.slice(head[0].length);
    if (head[1] !== undefined) exitCode = Number(head[1]);
  }
  return ended(
    text,
    exitCode,
    exitCode === undefined && [FAILED, DENIED].some((sign) => sign.test(said) || sign.test(text))
      ? false
      : success,
  );
}

function headOf(text: string): RegExpExecArray | null {
  for (const head of HEADS) {
    const match = head.exec(text);
    if (match) return match;
  }
  return null;
}

function ended(text: string, exitCode: number | undefined, success: boolean | undefined): CallResult {
  const ok = success ?? (exitCode === undefined || exitCode === 0);
  return {
    ok,
    text: entryText(text),
    ...(exitCode !== undefined && { exitCode }),
    ...(!ok && DENIED.test(text) && { denied: true }),
  };
}

/** The same from what Codex itself noted of a command, a patch or a call of a server. */
export function notedResult(item: LooseObject): CallResult | undefined {
  const status = textField(item, 'status');
  const exitCode = numberField(item, 'exit_code');
  const isFailed = status === 'failed' || status === 'declined' || fieldOf(item, 'success') === false;
  const isDone = status === 'completed' || flagField(item, 'success') || exitCode !== undefined;
  if (!isFailed && !isDone) return undefined;
  const result = objectField(item, 'result');
  const said =
    textField(item, 'aggregated_output') ??
    ([textField(item, 'stdout'), textField(item, 'stderr')].filter(Boolean).join('\n') ||
      textOf(listField(objectField(result, 'Ok') ?? result, 'content')));
  return {
    ok: !isFailed && (exitCode === undefined || exitCode === 0),
    text: entryText(said),
    ...(exitCode !== undefined && { exitCode }),
    ...(status === 'declined' && { denied: true }),
  };
}
