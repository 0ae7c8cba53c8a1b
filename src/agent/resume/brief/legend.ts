import { programName } from './brief-head.ts';
import type { BriefMaterial } from './brief-material.ts';
import type { Source } from './citation.ts';
import { inertCode } from './quoted-text.ts';

/** What the marks mean: one line for each kind that is used, whatever their number. */
export function legendOf({ transcript }: BriefMaterial, sources: readonly Source[]): readonly string[] {
  const kinds = new Set(sources.map(({ kind }) => kind));
  const session = inertCode(`${transcript.tool}:${transcript.id}`, 120);
  const lines = [
    kinds.has('entry') && `[tN] entry N of ${programName(transcript.tool)} session ${session}`,
    kinds.has('commit') && '[git HASH] a commit: `git show HASH`',
    kinds.has('record') && '[record NAME] a record of project memory',
    kinds.has('status') && '[git status] the working tree when this was written',
    kinds.has('disk') && '[disk] the files when this was written',
    kinds.has('notes') && "[notes] the session's working notes",
  ].filter((line) => line !== false);
  return lines.length === 0 ? [] : [`## Sources\n${lines.map((line) => `- ${line}`).join('\n')}`];
}
