/**
 * A folder with a `SKILL.md`: instructions that a run loads when a task calls for them. A skill of the project is an
 * instruction of the repository, as its CLAUDE.md is; one of the user is the user's.
 */
export interface Skill {
  /** The folder's, whatever the front matter says (as in Claude Code 2.1.330). */
  readonly name: string;
  /** What it does and when to use it, in one line. */
  readonly description: string;
  readonly source: 'user' | 'project';
  /** Real path of its `SKILL.md`. */
  readonly path: string;
  /** Real path of its folder. */
  readonly directory: string;
  /** Rules it asks for while it is in use; they count for the user's own skills only. */
  readonly allowedTools: readonly string[];
  /** False for `disable-model-invocation`: only a person starts it. */
  readonly modelMayUse: boolean;
}
