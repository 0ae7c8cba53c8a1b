// The day in a terminal: the real `varve` on the demo workspace, one command after another.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoPlace } from './workspace.ts';

interface Done {
  readonly code: number;
  readonly out: string;
}

interface Proposed {
  readonly id: string;
  readonly path: string;
  readonly record: { readonly kind: string; readonly description: string };
}

interface Day {
  readonly place: DemoPlace;
  readonly environment: NodeJS.ProcessEnv;
  /** The built `varve`. */
  readonly cli: string;
}

/** Stops the day at the first step that does not do what it says. */
export class StepFailed extends Error {}

/** Walks through the day and prints each command with its output. Rejects with {@link StepFailed}. */
export async function headlessDay(day: Day): Promise<void> {
  heading('See: what agents read in this repository');
  await varve(day, ['memory', 'tree']);
  await varve(day, ['effective', 'src/fees.js']);
  heading('Set up: the exact diff first, then the change');
  await varve(day, ['set-up', '--dry-run']);
  await varve(day, ['set-up']);
  heading('Save: decisions and milestones from the git history, without a model');
  await varve(day, ['capture']);
  await review(day);
  heading('Run: the demo model on loopback, with the memory of this repository; nothing is allowed yet');
  await varve(day, ['-p', 'A test is red. Find out why and fix it.']);
  await varve(day, ['sessions']);
  heading('Resume: the same session goes on, now with permission to edit and to run the tests');
  await varve(day, ['resume', '--brief']);
  await varve(day, [
    ...['-p', '--continue', 'You may edit and run the tests now. Find out why the test is red and fix it.'],
    ...['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash(node --test *)'],
  ]);
  await step(day, 'git', ['diff', '--', 'src']);
  await step(day, 'node', ['--test', '--test-reporter=dot']);
  await varve(day, ['memory', 'show']);
  heading('Look back, and take Varve away again');
  await varve(day, ['memory', 'log']);
  await varve(day, ['set-up', '--remove']);
  await step(day, 'git', ['status', '--short']);
}

/** Accept two, edit one, reject one, take one back: chosen by what stands in them, as a person would. */
async function review(day: Day): Promise<void> {
  heading('Review: accept, edit, reject, undo');
  const all = await proposals(day);
  const rounding = all.find((one) => /round/i.test(one.record.description));
  const milestone = all.find((one) => one.record.kind === 'milestone');
  const rest = all.filter((one) => one !== rounding && one !== milestone);
  const [edited, rejected] = rest;
  if (!rounding || !milestone || !edited || !rejected) {
    throw new StepFailed(
      `Four proposals were expected, one about rounding and one milestone; these came: ${all.map((one) => one.record.description).join(' | ')}`,
    );
  }
  await varve(day, ['memory', 'show', rounding.id]);
  await varve(day, ['memory', 'accept', rounding.id, milestone.id]);
  const note = join(day.place.root, 'edited.md');
  const before = await readFile(edited.path, 'utf8');
  await writeFile(
    note,
    `${before.trimEnd()}\n\n**How to apply:** ask the harbor master before this changes.\n`,
  );
  await varve(day, ['memory', 'edit', edited.id, '--file', note]);
  await varve(day, ['memory', 'accept', edited.id]);
  await varve(day, ['memory', 'reject', rejected.id]);
  await varve(day, ['memory', 'undo']);
  await varve(day, ['memory', 'tree']);
  await step(day, 'git', ['status', '--short', '--untracked-files=all']);
}

async function proposals(day: Day): Promise<readonly Proposed[]> {
  const { out } = await varve(day, ['memory', 'show', '--json'], 'quiet');
  return (JSON.parse(out) as { proposals: readonly Proposed[] }).proposals;
}

function heading(text: string): void {
  process.stdout.write(`\n== ${text}\n`);
}

function varve(day: Day, args: readonly string[], how: 'shown' | 'quiet' = 'shown'): Promise<Done> {
  return step(day, process.execPath, [day.cli, ...args], `varve ${args.map(quoted).join(' ')}`, how);
}

function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Runs one command in the workspace; its output goes on as it comes, both streams. */
async function step(
  day: Day,
  program: string,
  args: readonly string[],
  shown = `${program} ${args.map(quoted).join(' ')}`,
  how: 'shown' | 'quiet' = 'shown',
): Promise<Done> {
  if (how === 'shown') process.stdout.write(`\n$ ${shown}\n`);
  const child = spawn(program, [...args], {
    cwd: day.place.workspace,
    env: day.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece;
    if (how === 'shown') process.stdout.write(piece);
  });
  child.stderr.pipe(process.stdout, { end: false });
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (ended) => resolve(ended ?? 1));
  });
  if (code !== 0) throw new StepFailed(`"${shown}" ended with code ${code}.`);
  return { code, out };
}
