import type { ProjectCandidate } from '../project/project.ts';

/** Why something could not be done, in a sentence that says the next step. */
export interface MemoryProblem {
  readonly kind:
    | 'not-set-up'
    | 'not-found'
    | 'changed-meanwhile'
    | 'conflict'
    | 'unsaved'
    | 'busy'
    | 'read-only'
    | 'restricted'
    | 'newer-version'
    | 'no-git'
    | 'ambiguous'
    | 'invalid'
    | 'secret'
    | 'io';
  readonly message: string;
  readonly path?: string;
  /** For `ambiguous`: the projects this may be; open again with `choose` of one of them, or `new`. */
  readonly candidates?: readonly ProjectCandidate[];
}
