import type { Proposal } from '../memory/inbox/proposal.ts';

/** `4kq2zf  decision   Session search uses SQLite  (commit, in the repository)`: the first word names it in commands. */
export function proposalLine(proposal: Proposal): string {
  const { record, group, place } = proposal;
  const where = place === 'repository' ? 'in the repository' : 'on this machine';
  return `${shortId(proposal.id)}  ${record.kind.padEnd(10)} ${record.description}  (${group}, ${where})\n`;
}

/** The six characters a record's file name ends with. */
export function shortId(id: string): string {
  return id.slice(-6).toLowerCase();
}
