import { failure } from '../../../base/result.ts';
import type { Mask } from '../../guard/secret-mask.ts';
import type { MemoryStore } from './memory-store.ts';

const refused = failure({
  message:
    'It holds a secret: the value of a variable of the environment, or what looks like one. Say where it is kept instead, then call again.',
});

/** The store, where nothing is proposed that the mask would take something out of: it knows values too, not forms alone. */
export function secretlessStore(store: MemoryStore, mask: Mask): MemoryStore {
  const isSecret = (...texts: readonly string[]) => texts.some((text) => mask(text) !== text);
  return {
    records: () => store.records(),
    proposals: () => store.proposals(),
    propose: async (draft) => (isSecret(draft.title, draft.body) ? refused : store.propose(draft)),
    edit: async (id, text, base) => (isSecret(text) ? refused : store.edit(id, text, base)),
  };
}
