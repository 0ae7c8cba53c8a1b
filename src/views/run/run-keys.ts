import type { ApprovalDecision } from '../../agent/guard/guard.ts';

/** What typed characters mean for a run. */
export type KeyAction =
  | { readonly kind: 'edit'; readonly line: string }
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'answer'; readonly decision: ApprovalDecision }
  | { readonly kind: 'view' }
  /** Nobody answers the question. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'stop' };

/** What waits for an answer on screen, if anything: an approval is answered by a key, a question by a line. */
export type OpenQuestion =
  | { readonly kind: 'approval'; readonly canAlways: boolean; readonly age: number }
  /** `age`: milliseconds it has been on screen. */
  | { readonly kind: 'question'; readonly age: number };

/** A key pressed sooner than this was meant for what stood there before the question. */
export const QUESTION_GUARD_MS = 600;

const answers: Readonly<Record<string, ApprovalDecision>> = {
  y: 'once',
  s: 'session',
  a: 'always',
  d: 'deny',
  n: 'deny',
};

/** Reads what the terminal handed in: a key, a paste or an escape sequence. Pure. */
export function readKeys(
  data: string,
  line: string,
  question: OpenQuestion | undefined,
): KeyAction | undefined {
  if (data === '\u0003') return { kind: 'stop' };
  if (data === '\r' || data === '\n')
    return line.trim() === '' ? undefined : { kind: 'send', text: line.trim() };
  if (data === '\u007f' || data === '\b') return { kind: 'edit', line: [...line].slice(0, -1).join('') };
  if (data === '\u0015') return { kind: 'edit', line: '' };
  if (data === '\u0017') return { kind: 'edit', line: line.replace(/\S*\s*$/, '') };
  if (data === '\u001b' && line !== '') return { kind: 'edit', line: '' };
  if (data === '\u001b' && question?.kind === 'question')
    return question.age < QUESTION_GUARD_MS ? undefined : { kind: 'skip' };
  // Arrows and function keys mean nothing here.
  if (data.startsWith('\u001b') && !data.startsWith('\u001b[200~')) return undefined;
  if (question?.kind === 'approval' && line === '' && data.length === 1)
    return answer(data.toLowerCase(), question);
  return { kind: 'edit', line: line + pasted(data) };
}

function answer(key: string, question: OpenQuestion & { readonly kind: 'approval' }): KeyAction | undefined {
  if (question.age < QUESTION_GUARD_MS) return undefined;
  if (key === 'v') return { kind: 'view' };
  const decision = answers[key];
  if (decision === 'always' && !question.canAlways) return undefined;
  // Any other key begins a message to the run; the question stays open.
  return decision ? { kind: 'answer', decision } : { kind: 'edit', line: key };
}

/** Several lines become one: a line end inside a paste must not send half of it. */
function pasted(data: string): string {
  const plain = data.replaceAll('\u001b[200~', '').replaceAll('\u001b[201~', '');
  return plain.replace(/[\r\n\t]+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
}
