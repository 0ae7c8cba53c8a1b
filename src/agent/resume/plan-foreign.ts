import { isInside } from '../../memory/hierarchy/places.ts';
import type { HistoryReader, Reopening } from '../history/history-reader.ts';
import type { Transcript } from '../history/transcript.ts';
import { sessionTitle } from './brief/brief-head.ts';
import { citedSources } from './brief/cited-sources.ts';
import { type BriefSurroundings, gatherBrief } from './brief/gather-brief.ts';
import { inertWords } from './brief/quoted-text.ts';
import { type BriefWording, wordBrief } from './brief/word-brief.ts';
import type { ResumePlan } from './plan-resume.ts';
import { reopenLine, shellWord } from './reopen-line.ts';

export interface ForeignPlan {
  readonly plan: ResumePlan;
  /** How the tool itself goes on with it, the best first; those of the plan's commands that are not ours. */
  readonly reopenings: readonly Reopening[];
}

/**
 * How a session that another tool made goes on: in that tool, or afresh here from its brief. Reads only, and never
 * writes where the tool keeps its things.
 */
export async function planForeign(
  surroundings: BriefSurroundings,
  reader: HistoryReader,
  transcript: Transcript,
  wording: BriefWording = {},
): Promise<ForeignPlan> {
  const { id, tool, cwd, problems } = transcript;
  const material = await gatherBrief(surroundings, transcript);
  const { brief, problems: unworded } = await wordBrief(material, wording);
  const reopenings = reader.reopenings({ id, cwd });
  const lines = reopenings.map(reopenLine);
  const fresh = `varve resume ${shellWord(`${tool}:${id}`)} --from-brief "…"`;
  const { root } = surroundings.workspace;
  const isElsewhere = cwd !== '' && !isInside(cwd, root) && cwd !== root;
  const elsewhere = `It worked in ${cwd}: what git and the files say here is of ${root}.`;
  const plan: ResumePlan = {
    tool,
    session: id,
    title: inertWords(sessionTitle(transcript), 120),
    pending: false,
    brief: brief.text,
    sources: citedSources(brief, material),
    commands: [...lines, fresh],
    next: nextWords(reader.name, lines, fresh),
    problems: [...(isElsewhere ? [elsewhere] : []), ...problems, ...unworded],
  };
  return { plan, reopenings };
}

function nextWords(program: string, lines: readonly string[], fresh: string): string {
  const [best] = lines;
  const here = `Start afresh here from this brief with: ${fresh}`;
  return best === undefined ? here : `Go on in ${program} with: ${best}\n${here}`;
}
