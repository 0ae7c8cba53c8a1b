import type { ContentBlock, ImageBlock } from '../model/model.ts';
import type { ToolResult } from '../tools/tool.ts';
import { resultBlock, type ToolCall } from './history.ts';
import type { LoopConfig } from './loop-config.ts';
import type { LoopEvent } from './loop-event.ts';

/** What a call came to. */
export type Outcome = ToolResult & {
  readonly denial?: { readonly reason: string };
  readonly change?: { readonly path: string; readonly diff: string };
};

const maxResultCharacters = 100_000;
/** Of a picture, decoded: the Messages API takes no larger one. */
const maxImageBytes = 5 * 1024 * 1024;

export const stoppedOutcome: Outcome = {
  ok: false,
  text: 'The run was stopped before this call was carried out. Nothing was done.',
};

export function failed(text: string): ToolResult {
  return { ok: false, text };
}

/** Keeps the result of a call and makes the block for the model. */
export async function finish(config: LoopConfig, call: ToolCall, outcome: Outcome): Promise<ContentBlock> {
  const { redact = asItIs } = config;
  const { images, leftOut } = cappedImages(outcome.images ?? []);
  const text = capped(redact(outcome.text)) + leftOut;
  const event: LoopEvent = {
    type: 'tool-result',
    id: call.id,
    name: call.name,
    ok: outcome.ok,
    text,
    ...(images.length > 0 && { images }),
    ...(outcome.change !== undefined && {
      change: { ...outcome.change, diff: redact(outcome.change.diff) },
    }),
    ...(outcome.denial === undefined ? {} : { denial: { input: call.input, reason: outcome.denial.reason } }),
  };
  await config.emit(event);
  return resultBlock(call.id, outcome.ok, text, images);
}

/** Pictures that are too large are told of in their place. */
function cappedImages(images: readonly ImageBlock[]): {
  readonly images: readonly ImageBlock[];
  readonly leftOut: string;
} {
  const fits = ({ source }: ImageBlock) => Buffer.byteLength(source.data, 'base64') <= maxImageBytes;
  const tooLarge = images.filter((image) => !fits(image)).length;
  const what = tooLarge === 1 ? 'A picture is' : `${tooLarge} pictures are`;
  const leftOut = tooLarge === 0 ? '' : `\n[${what} left out: larger than 5 MB]`;
  return { images: images.filter(fits), leftOut };
}

function capped(text: string): string {
  if (text === '') return '(nothing)';
  if (text.length <= maxResultCharacters) return text;
  return `${text.slice(0, maxResultCharacters)}\n[${text.length - maxResultCharacters} characters left out]`;
}

function asItIs(text: string): string {
  return text;
}
