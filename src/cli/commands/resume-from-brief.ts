import { startFromBrief } from '../../agent/resume/brief/framed-brief.ts';
import type { ResumePlan } from '../../agent/resume/plan-resume.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { showHidden } from '../../memory/record/safe-text.ts';
import { type ExitCode, flag, type ParsedArguments, text } from '../command.ts';
import { editorOf, editText, readTextFile } from '../edit-text.ts';
import { sayProblem } from '../open-here.ts';
import { performRun } from '../run/perform-run.ts';
import { readRunOptions } from '../run/run-options.ts';
import type { CliSurroundings } from '../surroundings.ts';

type Problem = { readonly message: string };

/** `--from-brief`: a fresh session here whose first message holds the brief, as a person left it. */
export async function resumeFromBrief(
  cli: CliSurroundings,
  args: ParsedArguments,
  plan: ResumePlan,
): Promise<ExitCode> {
  const values = { ...args.values, 'from-session': `${plan.tool}:${plan.session}` };
  const options = readRunOptions({ values, positionals: [] });
  if (!options.ok) return sayProblem(cli, { message: options.error });
  const brief = await briefToStartFrom(cli, args, plan);
  if (!brief.ok) return sayProblem(cli, brief.error);
  if (brief.value.trim() === '')
    return sayProblem(cli, { message: 'The brief is empty: nothing was started.' });
  for (const problem of plan.problems) cli.terminal.say(`${showHidden(problem)}\n`);
  return performRun(
    cli,
    options.value,
    startFromBrief({ brief: brief.value, prompt: args.positionals[1] ?? '' }),
  );
}

async function briefToStartFrom(
  cli: CliSurroundings,
  args: ParsedArguments,
  plan: ResumePlan,
): Promise<Result<string, Problem>> {
  const file = text(args, 'file');
  if (file !== undefined) return readTextFile(cli, file);
  if (!flag(args, 'edit')) return success(plan.brief);
  const editor = editorOf(cli);
  if (editor === undefined) {
    const message = `Set EDITOR and run this on a terminal, or: varve resume ${plan.session} --brief > brief.md, edit it, then --from-brief --file brief.md.`;
    return failure({ message });
  }
  return editText(cli, editor, 'brief', plan.brief);
}
