import type { Answer, Decide, MessagesBody, ModelServerRequest, WireBlock } from './answer.ts';

/**
 * A decision from a list: request n gets answer n. A function in the list decides from the request. One request
 * more than the list holds gets a 400 that says so, which no client retries, so a runaway loop ends red.
 */
export function scripted(answers: readonly (Answer | ((request: ModelServerRequest) => Answer))[]): Decide {
  return (request) => {
    const answer = answers[request.index];
    if (answer === undefined) return beyond(answers.length);
    return typeof answer === 'function' ? answer(request) : answer;
  };
}

/** The results the last user message brings back, in order. */
export function lastToolResults(
  body: MessagesBody,
): readonly { id: string; text: string; isError: boolean }[] {
  const last = body.messages.at(-1);
  if (last === undefined || typeof last.content === 'string') return [];
  return last.content
    .filter((block) => block.type === 'tool_result')
    .map((block) => ({
      id: block.tool_use_id ?? '',
      text: blockText(block.content),
      isError: block.is_error === true,
    }));
}

/** All text a person wrote, newest last; tool results are left out. */
export function userTexts(body: MessagesBody): readonly string[] {
  return body.messages
    .filter((message) => message.role === 'user')
    .map((message) => blockText(message.content))
    .filter((text) => text !== '');
}

export function systemText(body: MessagesBody): string {
  return blockText(body.system);
}

function blockText(content: string | readonly WireBlock[] | undefined): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return content;
  return content
    .filter((block) => block.type === 'text')
    .map((block) => block.text ?? '')
    .join('\n');
}

function beyond(length: number): Answer {
  return {
    status: 400,
    body: {
      type: 'error',
      error: { type: 'invalid_request_error', message: `The script holds ${length} answers only.` },
    },
  };
}
