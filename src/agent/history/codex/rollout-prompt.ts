import { type LooseObject, listField, looseObject, objectField, textField } from '../loose-json.ts';

/** How texts begin that Codex puts into the conversation in the name of the user. */
const INJECTED = [
  '# AGENTS.md instructions',
  '<INSTRUCTIONS>',
  '<apps_instructions>',
  '<codex_internal_context',
  '<collaboration_mode>',
  '<environment_context>',
  '<hook_prompt',
  '<memor',
  '<model_switch>',
  '<permissions instructions>',
  '<personality_spec>',
  '<plugins_instructions>',
  '<realtime_conversation>',
  '<recommended_plugins>',
  '<skill>',
  '<skills_instructions>',
  '<subagent_notification>',
  '<turn_aborted>',
  '<user_action>',
  '<user_instructions>',
  '<user_shell_command>',
];

/** What an editor puts before the words of the person, and what stands between. */
const IDE_CONTEXT = '# Context from my IDE setup:';
const REQUEST = '\n## My request for Codex:';

export interface PromptParts {
  readonly text: string;
  readonly pictures: number;
}

/** What a person said in a message of the role `user`; undefined where all of it was put there by Codex. */
export function promptOf(message: LooseObject): PromptParts | undefined {
  const kinds = listField(
    objectField(message, 'internal_chat_message_metadata_passthrough'),
    'content_item_kinds',
  );
  const parts = listField(message, 'content').map((part, index) => ({
    part: looseObject(part),
    kind: kinds[index],
  }));
  const own = parts.filter(({ part, kind }) => isOfPerson(textField(part, 'text'), kind));
  const pictures = own.filter(({ part }) => textField(part, 'type') === 'input_image').length;
  const text = own
    .flatMap(({ part }) => textField(part, 'text') ?? [])
    // A picture stands between tags that say it is one.
    .filter((said) => !/^<image\b[^>]*>$|^<\/image>$/.test(said.trim()))
    .join('\n');
  const asked = withoutContext(text);
  return asked.trim() === '' && pictures === 0 ? undefined : { text: asked, pictures };
}

function withoutContext(text: string): string {
  const at = text.trimStart().startsWith(IDE_CONTEXT) ? text.indexOf(REQUEST) : -1;
  return at === -1 ? text : text.slice(at + REQUEST.length).trimStart();
}

/** `kind`: in rollouts of today, each part of a message says what it is, `user.text` for what a person typed. */
function isOfPerson(text: string | undefined, kind: unknown): boolean {
  if (typeof kind === 'string' && kind !== 'unknown') return kind.startsWith('user.');
  const begin = text?.trimStart();
  return begin === undefined || !INJECTED.some((prefix) => begin.startsWith(prefix));
}

/** What a person had a shell do themselves, with `!`: Codex notes it as a message. */
export function shellCommandOf(
  message: LooseObject,
): { readonly command: string; readonly output: string; readonly exitCode?: number } | undefined {
  const text = listField(message, 'content')
    .flatMap((part) => textField(looseObject(part), 'text') ?? [])
    .find((said) => said.startsWith('<user_shell_command>'));
  const command = between(text ?? '', '<command>\n', '\n</command>');
  const result = between(text ?? '', '\n<result>\n', '\n</result>');
  if (command === undefined || result === undefined) return undefined;
  const head = /^Exit code: (-?\d+)\nDuration: [^\n]*\nOutput:\n/.exec(result);
  return {
    command,
    output: head ? result.slice(head[0].length) : result,
    ...(head && { exitCode: Number(head[1]) }),
  };
}

/** From the first `begin` to the last `end`: no text makes it slow. */
function between(text: string, begin: string, end: string): string | undefined {
  const from = text.indexOf(begin);
  const to = text.lastIndexOf(end);
  return from === -1 || to < from + begin.length ? undefined : text.slice(from + begin.length, to);
}
