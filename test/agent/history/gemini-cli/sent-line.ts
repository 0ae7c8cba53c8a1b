import type { TranscriptEntry } from '../../../../src/agent/history/transcript.ts';
import type { Content, Part } from './generate-server.ts';

/** What the program sends of each session, by its id. */
export type SentLines = Readonly<Record<string, readonly string[]>>;

const INJECTED = /^\s*<(?:session|loaded|hook)_context>/;
/** What the program has the model say to a summary. */
const THANKS = 'answer: Got it. Thanks for the additional context!';

/** What was said and called, from the last summary on. */
export function sentLine(contents: readonly Content[]): readonly string[] {
  const line = contents.flatMap(({ role, parts }) =>
    withoutFiles(parts).flatMap((part): readonly string[] => {
      const { text, functionCall, thought } = part as {
        readonly text?: string;
        readonly functionCall?: { readonly name: string };
        readonly thought?: boolean;
      };
      if (functionCall) return [`call: ${functionCall.name}`];
      if (text === undefined || thought === true || INJECTED.test(text)) return [];
      return [`${role === 'user' ? 'prompt' : 'answer'}: ${text}`];
    }),
  );
  // Behind the summary and the thanks for it.
  return line.slice(line.lastIndexOf(THANKS) + 1);
}

/** What `@path` stands for comes behind what was typed. */
function withoutFiles(parts: readonly Part[]): readonly Part[] {
  const at = parts.findIndex(({ text }) => String(text).includes('--- Content from referenced files ---'));
  return at === -1 ? parts : parts.slice(0, at);
}

/** The same of a transcript. */
export function toldLine(entries: readonly TranscriptEntry[]): readonly string[] {
  const line = entries.flatMap((entry): readonly string[] => {
    switch (entry.kind) {
      case 'prompt':
      case 'answer':
        return [`${entry.kind}: ${entry.text}`];
      case 'plan':
        return ['call: write_todos'];
      case 'call':
        return [`call: ${entry.name}`];
      case 'compaction':
        return ['compaction'];
      default:
        return [];
    }
  });
  return line.slice(line.lastIndexOf('compaction') + 1);
}
