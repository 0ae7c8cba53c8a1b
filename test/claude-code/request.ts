import type { MessagesBody } from '../model-server/answer.ts';
import type { Answer, Injected } from './scenario.ts';

// A block of instructions: its path, the label of its kind where there is one, an empty line, its text.
const HEADER = /^Contents of (\/.*?|<managed-settings>)(?: \(([^)\n]*)\))?:\n\n/gm;

// Said by the program behind an auto memory index that it cut.
const WARNING = /\n\n> WARNING: MEMORY\.md is [^\n]*$/;
const HOOK = 'tool.call hook additional context: ';
const HOOK_HEADER = /^Contents of (\/.*?):\n\n/gm;

/** What the last request of a session shows to have been injected at its start and with each read. */
export function injectedBy(body: MessagesBody): Answer {
  const start: Injected[] = [];
  const reads: Injected[][] = [];
  for (const { role, content } of body.messages) {
    if (role === 'assistant') continue;
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    if (blocks.some(({ type }) => type === 'tool_result')) reads.push([]);
    const into = reads.at(-1) ?? start;
    for (const { type, text = '' } of blocks) if (type === 'text') into.push(...injectedIn(text));
  }
  return { start, reads };
}

function injectedIn(text: string): Injected[] {
  if (text.startsWith('<system-reminder>'))
    return sections(text.replace(/\n<\/system-reminder>\n*$/, ''), HEADER, 2);
  // AGENTS.md of folders below comes from a part of the program that is a hook to it.
  const hook = text.indexOf(HOOK);
  return hook < 0 ? [] : sections(text.slice(hook + HOOK.length), HOOK_HEADER, 1);
}

function sections(text: string, header: RegExp, gap: number): Injected[] {
  const heads = [...text.matchAll(header)];
  return heads.map((head, index) => {
    const end = heads[index + 1]?.index ?? text.length + gap;
    return {
      path: head[1] ?? '',
      kind: kindOf(head[2]),
      text: text.slice(head.index + head[0].length, end - gap).replace(WARNING, ''),
    };
  });
}

// The labels are the program's own words: only what tells them apart is looked for.
function kindOf(label: string | undefined): string {
  if (label === undefined) return 'read';
  if (/auto-memory/.test(label)) return 'auto';
  if (/not checked in/.test(label)) return 'local';
  if (/checked into/.test(label)) return 'project';
  if (/global/.test(label)) return 'user';
  return /managed|organi[sz]ation|administrator|policy/i.test(label) ? 'managed' : `unknown: ${label}`;
}
