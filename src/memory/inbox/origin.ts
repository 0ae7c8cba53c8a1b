import type { Origin, Proposal } from './proposal.ts';

/** Who reads: what a source is depends on whose machine looks at it. */
export interface Reader {
  /** `user.email` of this clone, lower case; empty where none is set. */
  readonly mail: string;
}

/**
 * What a source is to this reader. In doubt untrusted, as is every source of a form that is not known here (a URL, a
 * tool). A proposal in the working tree was put there by Varve from the owner's commit or came with somebody's commit;
 * only a matching mail makes it the owner's.
 */
export function originOf(source: string, place: Proposal['place'], reader: Reader): Origin {
  if (source.startsWith('run:') || source.startsWith('agent:')) return 'agent';
  const mail = /<([^<>]*)>\s*$/.exec(source)?.[1]?.toLowerCase();
  const mine = mail !== undefined && mail !== '' && mail === reader.mail;
  // Without git nobody has a mail, and nobody else writes on this machine.
  const isNobodyElse = place === 'machine' && mail === '' && reader.mail === '';
  if (source.startsWith('person:')) return mine || isNobodyElse ? 'owner' : 'untrusted';
  return source.startsWith('commit:') && mine && place === 'repository' ? 'owner' : 'untrusted';
}
