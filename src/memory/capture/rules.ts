import type { Candidate, ChangeSet } from './change-set.ts';
import { manifestReaderFor } from './manifest/manifest.ts';
import { breakingChange } from './rules/breaking-change.ts';
import { checklistCompleted, isPlan } from './rules/checklist-completed.ts';
import { dependencyAdded } from './rules/dependency-added.ts';
import { dependencyRemoved } from './rules/dependency-removed.ts';
import { dependencyReplaced } from './rules/dependency-replaced.ts';
import { dependencyUpgraded } from './rules/dependency-upgraded.ts';
import { featureFlag } from './rules/feature-flag.ts';
import { interfaceBroken } from './rules/interface-broken.ts';
import { declaresInterface } from './rules/interface-parts.ts';
import { licenceChanged, mayNameLicence } from './rules/licence-changed.ts';
import { mergedFeature } from './rules/merged-feature.ts';
import { mayNameVersion } from './rules/project-version.ts';
import { reverted } from './rules/reverted.ts';
import { schemaChanged } from './rules/schema-changed.ts';
import { securitySetting } from './rules/security-setting.ts';
import { hasSettings } from './rules/setting-facts.ts';
import { settingSwitched } from './rules/setting-switched.ts';
import { statedDecision } from './rules/stated-decision.ts';
import { subsystemRemoved } from './rules/subsystem-removed.ts';
import { toolSwitched } from './rules/tool-switched.ts';
import { versionMilestone } from './rules/version-milestone.ts';
import { whatFailed } from './rules/what-failed.ts';
import { workspacePackage } from './rules/workspace-package.ts';

/** A pure function of a commit's facts; it never throws and asks for nothing else. */
export type CaptureRule = (changeSet: ChangeSet) => readonly Candidate[];

/**
 * In the order of their evidence: what a file shows is surer than what a sentence says. Decision documents, tags and
 * change logs have their own way into capture.
 */
export const captureRules: readonly CaptureRule[] = [
  licenceChanged,
  toolSwitched,
  dependencyReplaced,
  dependencyAdded,
  dependencyUpgraded,
  dependencyRemoved,
  settingSwitched,
  schemaChanged,
  interfaceBroken,
  workspacePackage,
  subsystemRemoved,
  securitySetting,
  featureFlag,
  breakingChange,
  reverted,
  statedDecision,
  whatFailed,
  versionMilestone,
  mergedFeature,
  checklistCompleted,
];

/** Whether one of these rules reads the whole text of a file, and not only its changed lines. */
export function isReadByRules(path: string): boolean {
  return (
    manifestReaderFor(path) !== undefined ||
    hasSettings(path) ||
    declaresInterface(path) ||
    mayNameLicence(path) ||
    mayNameVersion(path) ||
    isPlan(path)
  );
}
