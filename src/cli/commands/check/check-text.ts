import { relative, sep } from 'node:path';
import type { CheckProblem, CheckSeverity } from '../../../memory/check/check-problem.ts';
import type { Colors } from '../../colors.ts';

export interface CheckTextOptions {
  readonly cwd: string;
  readonly homeDirectory: string;
  readonly colors: Colors;
}

const words: Readonly<Record<CheckSeverity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** The problems for a terminal: each file once, its problems below it with line and column, both from 1. */
export function checkText(problems: readonly CheckProblem[], options: CheckTextOptions): string {
  const files = new Map<string, CheckProblem[]>();
  for (const problem of problems) {
    const known = files.get(problem.path);
    if (known === undefined) files.set(problem.path, [problem]);
    else known.push(problem);
  }
  const blocks = [...files].map(([path, all]) => {
    const head = options.colors.underline(visible(nameOf(path, options)));
    return `${head}\n${all.map((problem) => line(problem, options.colors)).join('')}`;
  });
  return blocks.join('\n');
}

function line({ range, severity, message, rule }: CheckProblem, colors: Colors): string {
  const place = range === undefined ? '' : `${range.start.line + 1}:${range.start.column + 1}`;
  const color = { error: colors.red, warning: colors.yellow, info: colors.cyan }[severity];
  return `  ${colors.dim(place.padEnd(8))} ${color(words[severity].padEnd(8))} ${visible(message)}  ${colors.dim(rule)}\n`;
}

function nameOf(path: string, { cwd, homeDirectory }: CheckTextOptions): string {
  const rest = relative(cwd, path);
  if (rest !== '' && !rest.startsWith(`..${sep}`) && rest !== '..') return rest;
  return path.startsWith(homeDirectory + sep) ? `~${path.slice(homeDirectory.length)}` : path;
}

/** A name or a quoted word of a file may hold what moves a terminal's cursor. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
