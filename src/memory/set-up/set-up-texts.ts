/** Set on disk by set-up: everything is a fact about the repository, no order to an agent. ASCII only. */

export const attributesText = '* text eol=lf\nmemory/MEMORY.md merge=union\n';

export const deliveryAttributesLines: readonly string[] = ['varve.md text eol=lf merge=union'];

export const excludeLines: readonly string[] = ['/.claude/rules/varve.md'];

export const pointerLines: readonly string[] = [
  'The accepted decisions and milestones of this project are listed in `.varve/memory/MEMORY.md`, one line each,',
  'with a link to the record that says why. Records in `.varve/proposed/` await review and are not accepted.',
];
