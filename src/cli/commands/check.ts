import { relative, resolve, sep } from 'node:path';
import {
  type CheckProblem,
  type CheckReport,
  type CheckSeverity,
  checkSeverities,
} from '../../memory/check/check-problem.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { colorsFor } from '../colors.ts';
import { type Command, type ExitCode, flag, type ParsedArguments, text } from '../command.ts';
import { count } from '../count.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { checkText } from './check/check-text.ts';
import { sarifLog } from './check/sarif.ts';

export const checkCommand: Command = {
  name: 'check',
  usage: ['check [PATH…] [--cwd DIRECTORY] [--severity LEVEL] [--fix] [--json | --sarif]'],
  summary: 'Says what is wrong with the memory itself. Ends with 1 where there is an error.',
  help: `
  PATH              only problems in this file, or below this directory
  --cwd DIRECTORY   where the agent would be started (default: here)
  --severity LEVEL  error, warning or info: this and what is worse (default: info)
  --fix             make the index and the delivery file anew; varve memory undo takes it back
  --json            the problems as JSON (docs/formats/check.md)
  --sarif           the problems as SARIF 2.1.0, for code scanning

  A file switches a rule off for itself with <!-- varve-check-disable RULE -->.`,
  options: {
    cwd: { type: 'string' },
    severity: { type: 'string' },
    fix: { type: 'boolean' },
    json: { type: 'boolean' },
    sarif: { type: 'boolean' },
  },
  run: (cli, args) => {
    const level = severityOf(args);
    if (level === undefined) {
      const given = text(args, 'severity') ?? '';
      return Promise.resolve(
        sayProblem(cli, { message: `--severity is error, warning or info, not "${given}".` }),
      );
    }
    return withWorkspace(cli, (workspace) => check(cli, args, workspace, level), text(args, 'cwd'));
  },
};

async function check(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  level: CheckSeverity,
): Promise<ExitCode> {
  const fixed = flag(args, 'fix') ? await fix(cli, workspace) : [];
  if (fixed === undefined) return 1;
  const report = chosen(await workspace.check(), cli, args, level);
  await show(cli, args, workspace, { report, fixed });
  return report.problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

/** Paths that were made anew; undefined where it could not be done, which is said. */
async function fix(cli: CliSurroundings, workspace: MemoryWorkspace): Promise<readonly string[] | undefined> {
  // Only what is out of step is touched, and without set-up nothing can be.
  if (workspace.setUpState === 'no') return [];
  const done = await workspace.regenerate();
  if (!done.ok) {
    sayProblem(cli, done.error);
    return undefined;
  }
  const targets = done.value?.targets ?? [];
  return targets.map(({ path }) => path.replace(/^(?:root|state):/, ''));
}

interface Shown {
  readonly report: CheckReport;
  readonly fixed: readonly string[];
}

async function show(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  { report, fixed }: Shown,
): Promise<void> {
  if (flag(args, 'sarif')) {
    await outJson(cli, sarifLog(report, { root: workspace.root, version: cli.version }));
  } else if (flag(args, 'json')) {
    await outJson(cli, {
      version: report.version,
      root: workspace.root,
      files: report.files,
      fixed,
      problems: report.problems,
    });
  } else {
    const colors = colorsFor(cli.environment, cli.terminal.outputIsTerminal);
    await cli.terminal.out(
      checkText(report.problems, { cwd: cli.cwd, homeDirectory: cli.homeDirectory, colors }),
    );
    cli.terminal.say(`${verdict(report)}\n`);
  }
  for (const path of fixed) cli.terminal.say(`Made anew: ${path}\n`);
  if (fixed.length > 0) cli.terminal.say('Take it back with varve memory undo.\n');
}

function verdict({ problems, files }: CheckReport): string {
  const looked = `${count(files, 'memory file')} looked at`;
  if (problems.length === 0) return `${looked}: nothing to say.`;
  const counts = checkSeverities.flatMap((level) => {
    const number = problems.filter(({ severity }) => severity === level).length;
    return number === 0 ? [] : [count(number, level === 'info' ? 'note' : level)];
  });
  return `${looked}: ${counts.join(', ')}.`;
}

function severityOf(args: ParsedArguments): CheckSeverity | undefined {
  const given = text(args, 'severity') ?? 'info';
  return checkSeverities.find((level) => level === given);
}

/** The problems that were asked for, by place and weight. */
function chosen(
  report: CheckReport,
  cli: CliSurroundings,
  args: ParsedArguments,
  level: CheckSeverity,
): CheckReport {
  const wanted = args.positionals.map((path) => resolve(cli.cwd, path));
  const levels = checkSeverities.slice(0, checkSeverities.indexOf(level) + 1);
  const isWanted = ({ path, severity }: CheckProblem): boolean =>
    levels.includes(severity) && (wanted.length === 0 || wanted.some((place) => isAtOrBelow(path, place)));
  return { ...report, problems: report.problems.filter(isWanted) };
}

function isAtOrBelow(path: string, place: string): boolean {
  const rest = relative(place, path);
  return rest === '' || (rest !== '..' && !rest.startsWith(`..${sep}`) && resolve(place, rest) === path);
}
