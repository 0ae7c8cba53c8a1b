/**
 * English words that say how something is told and not what: they stand in nearly every text, so they find nothing.
 * Pieces of contractions included (`don't` comes apart as `don` and `t`). `may` is a month and `will` a name; both stay.
 */
const stopWords: ReadonlySet<string> = new Set(
  `a about above after again against all also am an and any are aren as at be because been before being below between
  both but by can cannot could couldn d did didn do does doesn doing don down during each else etc ever few for from
  further get gets got had hadn has hasn have haven having he her here hers herself him himself his how however i if
  in into is isn it its itself just let ll m me might mightn more most must mustn my myself needn no nor not of off on
  once only or other ought our ours ourselves out over own re s same shall shan she should shouldn so some such t than
  that the their theirs them themselves then there these they this those through to too under until up upon us ve very
  was wasn we were weren what when where whether which while who whom whose why with won would wouldn yes you your
  yours yourself yourselves`.split(/\s+/),
);

export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}
