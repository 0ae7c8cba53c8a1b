/** What `varve` alone prints. */
export const overview = `Usage: varve COMMAND [options]
       varve -p "TASK" [options]

Memory for coding agents: see what they read, keep what was decided, resume where work stopped.

Commands
  set-up       connect Varve to this repository, or take it away again
  memory       tree, show, search, add, edit, accept, reject, move, create, promote, retire,
               trash, restore, foreign, keep, take-back, undo, log
  effective    what an agent really reads here, in order, with its cost
  check        what is wrong with the memory itself: --fix, --json, --sarif
  capture      propose records from the git history
  models       what runs can use: of the server, of this machine
  sessions     earlier work in this project: list, search; learn, keep, pin, unpin, restore, relink
  resume       go on with earlier work
  standup      what happened since yesterday: sessions, commits, what was accepted, what is left
  rewind       bring files and conversation back to how they were at a checkpoint
  permissions  what an agent may do here, and where that is written; --json answers questions
  trust        let this project's own allow rules and servers count, or no longer
  purge        delete what is kept of earlier work, for good
  doctor       what is missing or broken here
  -p           run an agent on a task; options and output follow claude -p

  varve COMMAND --help says more. Data goes to standard output, talk to standard error.
  Read commands have --json. NO_COLOR is respected. State lives in $VARVE_HOME (default ~/.varve).
`;
