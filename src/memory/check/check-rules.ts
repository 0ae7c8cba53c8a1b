import type { CheckRule } from './check-input.ts';
import { brokenImport } from './rules/broken-import.ts';
import { contradiction } from './rules/contradiction.ts';
import { deadPath } from './rules/dead-path.ts';
import { deadScript } from './rules/dead-script.ts';
import { duplicateEntry } from './rules/duplicate-entry.ts';
import { emptyGlobs } from './rules/empty-globs.ts';
import { externalImport } from './rules/external-import.ts';
import { frontMatter } from './rules/front-matter.ts';
import { handEditedDelivery } from './rules/hand-edited-delivery.ts';
import { importLoop } from './rules/import-loop.ts';
import { importTooDeep } from './rules/import-too-deep.ts';
import { indexOutOfStep } from './rules/index-out-of-step.ts';
import { invisibleCharacters } from './rules/invisible-characters.ts';
import { mergeConflict } from './rules/merge-conflict.ts';
import { nearDuplicateEntry } from './rules/near-duplicate-entry.ts';
import { overBudget } from './rules/over-budget.ts';
import { secret } from './rules/secret.ts';
import { silencedAgents } from './rules/silenced-agents.ts';
import { stale } from './rules/stale.ts';
import { truncated } from './rules/truncated.ts';
import { unreadable } from './rules/unreadable.ts';

/** Every rule, in the order of docs/formats/check.md. */
export const checkRules: readonly CheckRule[] = [
  brokenImport,
  externalImport,
  importLoop,
  importTooDeep,
  truncated,
  overBudget,
  silencedAgents,
  emptyGlobs,
  frontMatter,
  unreadable,
  invisibleCharacters,
  secret,
  duplicateEntry,
  nearDuplicateEntry,
  contradiction,
  deadPath,
  deadScript,
  stale,
  mergeConflict,
  indexOutOfStep,
  handEditedDelivery,
];
