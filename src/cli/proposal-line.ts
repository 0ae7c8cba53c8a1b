import type { Proposal } from '../memory/inbox/proposal.ts';
import { showHidden } from '../memory/record/safe-text.ts';

/** `4kq2zf  decision   Session search uses SQLite  (commit, in the repository)`: the first word names it in commands. */
export function proposalLine(proposal: Proposal): string {
  const { record, group, place } = proposal;
  const { broughtBy, isRejectedHere } = proposal;
  const by = broughtBy === undefined ? '' : ` by ${showHidden(broughtBy.name)}`;
  const bringer = isRejectedHere ? `${by}, rejected here` : by;
  const where = place === 'repository' ? 'in the repository' : 'on this machine';
  return `${shortId(proposal.id)}  ${record.kind.padEnd(10)} ${record.description}  (${group}${bringer}, ${where})\n`;
}

/** The six characters a record's file name ends with. */
export function shortId(id: string): string {
  return id.slice(-6).toLowerCase();
}
