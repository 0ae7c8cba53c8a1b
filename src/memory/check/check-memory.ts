import type { CheckedFile, CheckInput, CheckRule } from './check-input.ts';
import { type CheckProblem, type CheckReport, checkSeverities } from './check-problem.ts';
import { checkRules } from './check-rules.ts';

/**
 * Runs every rule over one moment of the memory. A file takes a rule back for itself with a comment:
 * `<!-- varve-check-disable RULE … -->`. Never rejects.
 */
export async function checkMemory(
  input: CheckInput,
  rules: readonly CheckRule[] = checkRules,
): Promise<CheckReport> {
  const disabled = new Map(input.files.map((file) => [file.path, disabledRules(file)]));
  const found = await Promise.all(rules.map((rule) => findingsOf(rule, input)));
  const problems = found.flat().filter(({ path, rule }) => disabled.get(path)?.has(rule) !== true);
  return { version: 1, problems: problems.sort(byPlace), files: input.files.length };
}

/** Names of the rules that a file switches off for itself. */
export function disabledRules({ file }: CheckedFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const match of file.text.matchAll(/<!--\s*varve-check-disable\s([^<>]{0,500}?)-->/g))
    for (const name of (match[1] ?? '').split(/[\s,]+/)) if (name !== '') names.add(name);
  return names;
}

async function findingsOf(rule: CheckRule, input: CheckInput): Promise<readonly CheckProblem[]> {
  const findings = await rule.find(input);
  return findings.map(({ severity = rule.severity, ...finding }) => ({
    rule: rule.name,
    severity,
    ...finding,
  }));
}

function byPlace(a: CheckProblem, b: CheckProblem): number {
  return (
    compare(a.path, b.path) ||
    (a.range?.start.line ?? -1) - (b.range?.start.line ?? -1) ||
    (a.range?.start.column ?? -1) - (b.range?.start.column ?? -1) ||
    checkSeverities.indexOf(a.severity) - checkSeverities.indexOf(b.severity) ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
