import type { Files } from '../../base/files.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { countingEvents } from './event-line.ts';
import type { JournalEvent } from './journal-event.ts';
import { readSessionJournal } from './session.ts';
import type { SessionProblem } from './session-problem.ts';
import { titleOf } from './session-title.ts';

/** A place in a conversation before which a fork may begin anew. */
export interface ForkPoint {
  /** `2`: before the second prompt. `2.3`: before the third answer to it. */
  readonly name: string;
  /** What stands there, in one line: the prompt, or what the answer says or calls. */
  readonly text: string;
  readonly kind: 'prompt' | 'turn';
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly beforeSeq: number;
}

/** All of a session, oldest first; what was gone back on is not among them. Pure. */
export function forkPoints(events: readonly JournalEvent[]): readonly ForkPoint[] {
  const points: ForkPoint[] = [];
  let [prompt, turn] = [0, 0];
  let isQuiet = false;
  for (const event of countingEvents(events)) {
    if (event.type === 'compaction-start') isQuiet = true;
    if (event.type === 'compaction-end' || event.type === 'run-start') isQuiet = false;
    if (isQuiet) continue;
    const place = { time: event.time, beforeSeq: event.seq };
    if (event.type === 'message-user' && !event.steer) {
      [prompt, turn] = [prompt + 1, 0];
      points.push({ ...place, name: String(prompt), kind: 'prompt', text: titleOf(event.text) });
    } else if (event.type === 'message-assistant') {
      turn += 1;
      points.push({ ...place, name: `${prompt}.${turn}`, kind: 'turn', text: titleOf(saidIn(event)) });
    }
  }
  return points;
}

/** The `seq` that a point's name stands for; a sentence where there is none of that name. */
export async function findForkPoint(
  files: Files,
  directory: string,
  session: string,
  name: string,
): Promise<Result<number, SessionProblem>> {
  const read = await readSessionJournal(files, directory, session);
  if (!read.ok) return read;
  const points = forkPoints(read.value.events);
  const point = points.find((candidate) => candidate.name === name);
  if (point) return success(point.beforeSeq);
  const last = points.findLast(({ kind }) => kind === 'prompt')?.name ?? '0';
  const message = `Session ${session} has no place "${name}": it has ${last} prompts. 2 stands for the second prompt, 2.3 for the third answer to it.`;
  return failure({ kind: 'not-found', message });
}

function saidIn({ content }: JournalEvent & { readonly type: 'message-assistant' }): string {
  const said = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
  const calls = content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []));
  return said.trim() || calls.join(', ');
}
