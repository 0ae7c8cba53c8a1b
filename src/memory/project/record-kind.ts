/** What can be recorded; stands here because settings and a project's configuration name kinds too. */
export const recordKinds = [
  'decision',
  'milestone',
  'convention',
  'gotcha',
  'preference',
  'reference',
] as const;

export type RecordKind = (typeof recordKinds)[number];
