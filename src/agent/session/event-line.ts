import type { JournalEvent } from './journal-event.ts';

/** An event with the one that counts before it: going back makes a branch, and nothing is ever taken out. */
interface Link {
  readonly event: JournalEvent;
  readonly before: Link | undefined;
}

/**
 * Which events of an append-only journal count. A `rewind` with `beforeSeq` goes back to what counted right before
 * the event with that `seq`; what it left behind can be gone back to again the same way, by naming the rewind itself.
 */
export class EventLine {
  #last: Link | undefined;
  /** What counted before each event, by its `seq`. */
  readonly #points: { readonly seq: number; readonly before: Link | undefined }[] = [];

  add(event: JournalEvent): void {
    this.#points.push({ seq: event.seq, before: this.#last });
    // Streamed text is void once its message stands, and there is much of it.
    if (event.type === 'text-delta') return;
    if (event.type === 'rewind' && event.beforeSeq !== undefined)
      this.#last = this.#pointBefore(event.beforeSeq);
    else this.#last = { event, before: this.#last };
  }

  /** What counts now, in order. */
  events(): readonly JournalEvent[] {
    return listOf(this.#last);
  }

  /** What counted right before the event with this `seq`, in order. */
  eventsBefore(seq: number): readonly JournalEvent[] {
    return listOf(this.#pointBefore(seq));
  }

  #pointBefore(seq: number): Link | undefined {
    // The event itself may be one that could not be read: then the next one that could.
    const point = this.#points.find((candidate) => candidate.seq >= seq);
    return point === undefined ? this.#last : point.before;
  }
}

/** The events of a journal that count, up to the one with `beforeSeq` where it is given. */
export function countingEvents(events: Iterable<JournalEvent>, beforeSeq?: number): readonly JournalEvent[] {
  const line = new EventLine();
  for (const event of events) line.add(event);
  return beforeSeq === undefined ? line.events() : line.eventsBefore(beforeSeq);
}

function listOf(last: Link | undefined): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  for (let link = last; link !== undefined; link = link.before) events.push(link.event);
  return events.reverse();
}
