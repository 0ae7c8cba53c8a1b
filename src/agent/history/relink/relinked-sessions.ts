import type { RelinkAnswer } from './relinks-file.ts';

/** What persons said of sessions, for one project. */
export interface RelinkedSessions {
  /** All that was worked in there is its own. */
  readonly directories: readonly string[];
  /** Sessions that are its own wherever they were worked in; each as {@link relinkKey}. */
  readonly own: readonly string[];
  /** Sessions that are not its own although they were worked in one of its places. */
  readonly others: readonly string[];
}

export function relinkKey({ tool, id }: { readonly tool: string; readonly id: string }): string {
  return `${tool}\n${id}`;
}

/** Pure. `elsewhere`: the answers that stand with all other projects. */
export function relinkedSessions(
  answers: readonly RelinkAnswer[],
  elsewhere: readonly RelinkAnswer[],
): RelinkedSessions {
  const latest = new Map<string, { readonly isOwn: boolean; readonly at: string }>();
  const note = (isOwn: boolean, { subject, at }: RelinkAnswer) => {
    if (subject.kind !== 'session') return;
    const before = latest.get(relinkKey(subject));
    if (before === undefined || before.at <= at) latest.set(relinkKey(subject), { isOwn, at });
  };
  for (const answer of elsewhere) if (answer.answer === 'yes') note(false, answer);
  for (const answer of answers) note(answer.answer === 'yes', answer);
  const keys = (wanted: boolean) =>
    [...latest].filter(([, { isOwn }]) => isOwn === wanted).map(([key]) => key);
  return {
    directories: answers.flatMap(({ subject, answer }) =>
      subject.kind === 'under' && answer === 'yes' ? [subject.directory] : [],
    ),
    own: keys(true),
    others: keys(false),
  };
}
