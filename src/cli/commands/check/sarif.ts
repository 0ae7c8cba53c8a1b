import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckRule } from '../../../memory/check/check-input.ts';
import type {
  CheckProblem,
  CheckRange,
  CheckReport,
  CheckSeverity,
} from '../../../memory/check/check-problem.ts';
import { checkRules } from '../../../memory/check/check-rules.ts';

export interface SarifOptions {
  /** What paths in the log are relative to: the root of the repository. */
  readonly root: string;
  /** Of Varve. */
  readonly version: string;
}

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
const levels: Readonly<Record<CheckSeverity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/**
 * The report as a SARIF 2.1.0 log (OASIS standard, 2020), as code scanning takes it: relative addresses under
 * `%SRCROOT%`, every rule with its help, and a fingerprint that does not depend on the line.
 */
export function sarifLog(report: CheckReport, { root, version }: SarifOptions): object {
  const seen = new Map<string, number>();
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'varve', semanticVersion: version, rules: checkRules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: report.problems.map((problem) => resultOf(problem, root, seen)),
      },
    ],
  };
}

function ruleOf(rule: CheckRule): object {
  return {
    id: rule.name,
    name: rule.name.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.summary },
    fullDescription: { text: rule.summary },
    help: { text: rule.help, markdown: rule.help },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: ['memory'] },
  };
}

function resultOf(problem: CheckProblem, root: string, seen: Map<string, number>): object {
  const { rule, severity, message, path, range, related = [] } = problem;
  return {
    ruleId: rule,
    ruleIndex: checkRules.findIndex(({ name }) => name === rule),
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: placeOf(path, root, range) }],
    partialFingerprints: { 'varveProblem/v1': fingerprint(problem, root, seen) },
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, index) => ({
            id: index + 1,
            message: { text: other.message },
            physicalLocation: {
              artifactLocation: addressOf(other.path, root),
              region: { startLine: other.line + 1 },
            },
          })),
        }),
  };
}

function placeOf(path: string, root: string, range: CheckRange | undefined): object {
  // Code scanning shows no result without a line: the whole file is its first.
  if (range === undefined) return { artifactLocation: addressOf(path, root), region: { startLine: 1 } };
  const { start, end } = range;
  const region = {
    startLine: start.line + 1,
    startColumn: start.column + 1,
    endLine: end.line + 1,
    endColumn: end.column + 1,
  };
  return { artifactLocation: addressOf(path, root), region };
}

function addressOf(path: string, root: string): object {
  const inside = insidePath(path, root);
  if (inside === undefined) return { uri: pathToFileURL(path).href };
  return { uri: inside.split(sep).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

function insidePath(path: string, root: string): string | undefined {
  const rest = relative(root, path);
  return rest === '' || rest === '..' || rest.startsWith(`..${sep}`) ? undefined : rest;
}

/** The same problem has the same one after lines above it came or went; of equal ones each has its number. */
function fingerprint({ rule, path, message }: CheckProblem, root: string, seen: Map<string, number>): string {
  const what = [rule, insidePath(path, root) ?? path, message.replace(/\bline \d+/g, 'line')].join('\n');
  const number = (seen.get(what) ?? 0) + 1;
  seen.set(what, number);
  return `${createHash('sha256').update(what).digest('hex').slice(0, 32)}:${number}`;
}
