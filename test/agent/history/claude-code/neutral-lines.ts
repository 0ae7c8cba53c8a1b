import { INSTRUCTIONS } from '../recording-place.ts';

type Json = Record<string, unknown>;

/** Longer texts are the program's own, or nobody needs them. */
const LONGEST = 140;
const KEPT = 100;

/** A file of a session without its makers' text: the structure stays, and everything that we said ourselves. */
export function withoutInstructions(text: string, name: string): string {
  if (!name.endsWith('.jsonl')) return text;
  const lines = text.split('\n').filter((line) => line !== '');
  const kept = withoutRepeats(lines.map((line) => JSON.parse(line) as Json));
  return `${kept.map((line) => JSON.stringify(neutral(line))).join('\n')}\n`;
}

/** Requests as they were sent stand between all other lines; the first of each kind shows them. */
function withoutRepeats(lines: readonly Json[]): readonly Json[] {
  const seen = new Set<unknown>();
  return lines.filter(({ type }) => {
    if (!String(type).startsWith('api-request')) return true;
    const isNew = !seen.has(type);
    seen.add(type);
    return isNew;
  });
}

function neutral(line: Json): Json {
  const { type } = line as { type: string };
  if (type === 'api-request-shape') return { type, sessionId: line['sessionId'], shape: INSTRUCTIONS };
  if (type === 'api-request-blob') return { type, sessionId: line['sessionId'], message: INSTRUCTIONS };
  if (type === 'api-request')
    return { type, sessionId: line['sessionId'], id: line['id'], params: INSTRUCTIONS };
  if (type === 'attachment') return { ...line, ...neutralAttachment(line) };
  const cut = shortened(line) as Json;
  if (type !== 'user') return cut;
  return { ...cut, message: neutralMessage(line, cut['message'] as Json) };
}

function neutralAttachment(line: Json): Json {
  const attachment = line['attachment'] as Json;
  const isOurs = attachment['type'] === 'queued_command';
  const kept = Object.entries(attachment).filter(
    ([key, value]) => isOurs || key === 'type' || typeof value !== 'object',
  );
  const rendered =
    line['rendered'] === undefined ? {} : { rendered: [{ content: renderedOf(line['rendered'], isOurs) }] };
  return { attachment: isOurs ? attachment : (bare(Object.fromEntries(kept)) as Json), ...rendered };
}

/** What the model is told of a prompt typed meanwhile holds the prompt itself, in its second line. */
function renderedOf(rendered: unknown, isOurs: boolean): string {
  const first = String((rendered as Json[])[0]?.['content']);
  const told = isOurs ? first.split('\n').slice(1, 3).join('\n') : INSTRUCTIONS;
  return `<system-reminder>\n${told}\n${isOurs ? `\n${INSTRUCTIONS}\n` : ''}</system-reminder>`;
}

function bare(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 40 ? INSTRUCTIONS : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, bare(each)]));
}

function neutralMessage(line: Json, message: Json): Json {
  const { content } = message;
  if (typeof content !== 'string') return message;
  if (line['isCompactSummary'] === true) {
    const ours = /Summary:\n([\s\S]*?)(?:\n\n|$)/.exec((line['message'] as Json)['content'] as string)?.[1];
    return { ...message, content: `${INSTRUCTIONS}\n\nSummary:\n${ours ?? ''}` };
  }
  if (line['isMeta'] !== true) return message;
  const tag = /^<([a-z-]+)>/.exec(content)?.[1];
  return { ...message, content: tag === undefined ? INSTRUCTIONS : `<${tag}>${INSTRUCTIONS}</${tag}>` };
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') {
    if (value.startsWith('<task-notification>')) return value.replace(/<note>[^<]*/, `<note>${INSTRUCTIONS}`);
    return value.length > LONGEST ? `${value.slice(0, KEPT)} ${INSTRUCTIONS}` : value;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortened(each)]));
}
