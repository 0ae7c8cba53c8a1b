/** Why a session could not be made, read or continued, in a sentence that says the next step. */
export interface SessionProblem {
  /**
   * `busy`: another process continues it; `newer-version`: written by a newer Varve, may be read
   * but not continued; `elsewhere`: at home in another folder.
   */
  readonly kind:
    | 'not-found'
    | 'busy'
    | 'newer-version'
    | 'damaged'
    | 'io'
    | 'ambiguous'
    | 'invalid'
    | 'elsewhere';
  readonly message: string;
}
