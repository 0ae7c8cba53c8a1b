import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { textLines } from '../manifest/text-lines.ts';
import { isPassedOver } from '../passed-over.ts';

/** Where people plan: task lists of specifications, roadmaps, to-do files. */
const plan =
  /(?:^|\/)(?:[\w.-]*(?:tasks?|todo|to-do|roadmap|checklist|milestones?|plan|progress|backlog)[\w.-]*)\.(?:md|markdown|mdx)$|(?:^|\/)(?:specs?|plans?|\.kiro|openspec|roadmap|milestones)\/(?:.+\/)?[^/]+\.(?:md|markdown|mdx)$/i;
const notOne = /(?:^|\/)(?:\.github\/|[^/]*template)/i;
const fewest = 3;

export function isPlan(path: string): boolean {
  return plan.test(path) && !notOne.test(path) && !isPassedOver(path);
}

interface Checklist {
  readonly heading: string;
  readonly line: number;
  readonly done: number;
  readonly open: number;
}

/** A list of at least three check boxes whose last open one this commit ticked off. */
export function checklistCompleted(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) === 'bot') return [];
  return changeSet.files.flatMap(({ path, whole }): readonly Candidate[] => {
    if (whole?.before === undefined || whole.after === undefined || !isPlan(path)) return [];
    const before = new Map(checklists(whole.before).map((list) => [list.heading, list]));
    const finished = checklists(whole.after).filter(
      (list) => list.open === 0 && list.done >= fewest && (before.get(list.heading)?.open ?? 0) > 0,
    );
    return finished.slice(-1).map((list) => candidateOf(path, list, finished.length));
  });
}

function candidateOf(path: string, list: Checklist, count: number): Candidate {
  const name = list.heading === '' ? path.slice(path.lastIndexOf('/') + 1) : list.heading;
  return {
    rule: 'checklist-completed',
    kind: 'milestone',
    subject: `checklist:${path}#${list.heading.toLowerCase()}`,
    title: `Done: ${name}${list.heading === '' ? ` (${path})` : ''}`,
    reason: `All ${list.done} boxes of ${count === 1 ? 'a list' : `the last of ${count} lists`} in ${path} are ticked since this commit.`,
    confidence: 0.75,
    paths: [path],
    line: { path, line: list.line, text: name },
  };
}

/** The check boxes under each heading; those of deeper headings count for theirs alone. */
function checklists(text: string): readonly Checklist[] {
  const lists: { heading: string; line: number; done: number; open: number }[] = [
    { heading: '', line: 1, done: 0, open: 0 },
  ];
  let fenced = false;
  textLines(text).forEach((line, at) => {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced) return;
    const heading = /^#{1,6}\s+(\S.*)$/.exec(line)?.[1];
    if (heading !== undefined) lists.push({ heading: heading.trim(), line: at + 1, done: 0, open: 0 });
    const box = /^\s*(?:[-*+]|\d+[.)])\s+\[([ xX~/-])\]\s+\S/.exec(line)?.[1];
    const list = lists.at(-1);
    if (box === undefined || list === undefined) return;
    if (/[xX]/.test(box)) list.done++;
    else list.open++;
  });
  return lists.filter(({ done, open }) => done + open > 0);
}
