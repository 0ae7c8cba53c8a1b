import type { AnchorFreshness, Freshness } from './anchor.ts';

/** From worst to best; what cannot be told says nothing about a record with other anchors. */
const order: readonly Freshness[] = ['gone', 'stale', 'moved', 'fresh', 'unknown'];

/** The worst state among the anchors of each record. */
export function statesByRecord(answers: readonly AnchorFreshness[]): ReadonlyMap<string, Freshness> {
  const states = new Map<string, Freshness>();
  for (const { recordId, state } of answers) {
    const known = states.get(recordId);
    if (known === undefined || order.indexOf(state) < order.indexOf(known)) states.set(recordId, state);
  }
  return states;
}

/** What a list says beside a record; nothing where all is as it was. */
export function freshnessWords(state: Freshness | undefined): string | undefined {
  switch (state) {
    case 'gone':
      return 'code is gone';
    case 'stale':
      return 'code changed since';
    case 'moved':
      return 'code moved';
    default:
      return undefined;
  }
}
