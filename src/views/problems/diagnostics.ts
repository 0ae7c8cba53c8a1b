import * as vscode from 'vscode';
import type { CheckProblem, CheckRange, CheckSeverity } from '../../memory/check/check-problem.ts';

/** Named in the Problems panel before each rule. */
export const problemSource = 'Varve';

const severities: Readonly<Record<CheckSeverity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** A problem as the editor shows it; a file as a whole is its first place. */
export function diagnosticOf(problem: CheckProblem): vscode.Diagnostic {
  const { range, message, severity, rule, related = [] } = problem;
  const place = range === undefined ? new vscode.Range(0, 0, 0, 0) : rangeOf(range);
  const diagnostic = new vscode.Diagnostic(place, message, severities[severity]);
  diagnostic.source = problemSource;
  diagnostic.code = rule;
  if (related.length > 0)
    diagnostic.relatedInformation = related.map((other) => {
      const at = new vscode.Location(vscode.Uri.file(other.path), new vscode.Position(other.line, 0));
      return new vscode.DiagnosticRelatedInformation(at, other.message);
    });
  return diagnostic;
}

export function rangeOf({ start, end }: CheckRange): vscode.Range {
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

/** Problems of several folders by path; what two folders say alike of a file that both see is said once. */
export function problemsByPath(
  reports: Iterable<readonly CheckProblem[]>,
): ReadonlyMap<string, readonly CheckProblem[]> {
  const byPath = new Map<string, Map<string, CheckProblem>>();
  for (const problems of reports) {
    for (const problem of problems) {
      const known = byPath.get(problem.path) ?? new Map<string, CheckProblem>();
      const { rule, range, message } = problem;
      const key = JSON.stringify([rule, range, message]);
      if (!known.has(key)) known.set(key, problem);
      byPath.set(problem.path, known);
    }
  }
  return new Map([...byPath].map(([path, problems]) => [path, [...problems.values()]]));
}

/** What a check found, in one sentence. */
export function checkSentence(problems: readonly CheckProblem[], files: number): string {
  const count = (severity: CheckSeverity): number =>
    problems.filter((problem) => problem.severity === severity).length;
  const looked =
    files === 1
      ? vscode.l10n.t('1 memory file was looked at')
      : vscode.l10n.t('{0} memory files were looked at', files);
  if (problems.length === 0) return vscode.l10n.t('{0}: nothing is wrong.', looked);
  const numbers = vscode.l10n.t(
    'errors: {0}, warnings: {1}, notes: {2}',
    count('error'),
    count('warning'),
    count('info'),
  );
  return vscode.l10n.t('{0}; {1}.', looked, numbers);
}
