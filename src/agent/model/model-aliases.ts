/** What Claude Code 2.1.330 sends for its short names of models. */
const aliases: Readonly<Record<string, string>> = {
  sonnet: 'claude-sonnet-5-5',
  opus: 'claude-opus-5-5',
  haiku: 'claude-haiku-5-5',
  fable: 'claude-fable-5-2',
};

/**
 * The model that a name in a file of an agent means. A short name stands for the vendor's model where the run asks
 * the vendor's too; beside any other model there may be none of that name, and the run's own is used.
 */
export function modelNamed(name: string, ofRun: string): string {
  if (name === 'inherit' || name === 'default') return ofRun;
  const alias = aliases[name];
  if (alias === undefined) return name;
  return ofRun.startsWith('claude-') ? alias : ofRun;
}
