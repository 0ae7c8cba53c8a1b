import type { RunEvent } from '../../agent/engine/run-channel.ts';
import { type RunEnd, runSession } from '../../agent/engine/run-session.ts';
import { noUnsavedFiles } from '../../agent/tools/unsaved-files.ts';
import type { ExitCode } from '../command.ts';
import { sayProblem } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { rememberRun } from './after-run.ts';
import type { MessageContext } from './claude-messages.ts';
import {
  type ControlChannel,
  denyingApprover,
  openControlChannel,
  startHeartbeat,
} from './control-channel.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import { createRunEnding, type RunEnding } from './run-ending.ts';
import type { RunOptions } from './run-options.ts';
import { controlOutput, type RunOutput, runOutput } from './run-output.ts';
import type { RunPartner } from './run-partner.ts';

/** A run that nobody steers: what would ask is denied. */
export async function performRun(
  cli: CliSurroundings,
  options: RunOptions,
  prompt: string,
): Promise<ExitCode> {
  const ending = createRunEnding(cli);
  try {
    const partner = {
      approver: denyingApprover,
      unsavedFiles: noUnsavedFiles,
      takeSteering: () => undefined,
    };
    const prepared = await prepareRun(cli, options, prompt, partner);
    if (!prepared.ok) return sayProblem(cli, prepared.error);
    const run = prepared.value;
    for (const remark of run.remarks) cli.terminal.say(`${remark}\n`);
    const output = runOutput(options.format, cli.terminal, () => contextOf(cli, run));
    return await carryOut(cli, run, output, ending);
  } finally {
    ending.dispose();
  }
}

/** A run whose engine holds both ends of the channel: events go out, answers and commands come in. */
export async function performControlledRun(cli: CliSurroundings, options: RunOptions): Promise<ExitCode> {
  const ending = createRunEnding(cli);
  const output = controlOutput(cli.terminal);
  const channel = openControlChannel({
    input: cli.input,
    ask: (event) => output.hear({ ...event, time: cli.clock.now() }),
    onStop: () => ending.end('stopped'),
    onEnd: () => ending.end('interrupted'),
  });
  const heartbeat = startHeartbeat(
    (event) => output.hear(event),
    () => cli.clock.now(),
  );
  try {
    return await controlled(cli, options, channel, output, ending);
  } finally {
    heartbeat.dispose();
    channel.dispose();
    ending.dispose();
    await output.flush();
  }
}

async function controlled(
  cli: CliSurroundings,
  options: RunOptions,
  channel: ControlChannel,
  output: RunOutput,
  ending: RunEnding,
): Promise<ExitCode> {
  const prompt = await channel.prompt;
  if (prompt === undefined) return ending.exitCode;
  const partner: RunPartner = {
    approver: channel.approver,
    unsavedFiles: channel.unsavedFiles,
    takeSteering: () => channel.takeSteering(),
  };
  const prepared = await prepareRun(cli, options, prompt, partner);
  if (!prepared.ok) return sayProblem(cli, prepared.error);
  for (const text of prepared.value.remarks) output.hear({ type: 'notice', time: cli.clock.now(), text });
  return carryOut(cli, prepared.value, output, ending);
}

async function carryOut(
  cli: CliSurroundings,
  prepared: PreparedRun,
  output: RunOutput,
  ending: RunEnding,
): Promise<ExitCode> {
  const { session, workspace } = prepared;
  try {
    const say = (event: RunEvent): void => output.hear(event);
    const end = await runSession({
      ...prepared.run,
      signal: ending.signal,
      say,
    });
    await session.close();
    await output.flush();
    if (end.outcome === 'success') await rememberRun(cli, workspace, session.state, end);
    return exitCodeOf(end, ending);
  } finally {
    workspace.dispose();
  }
}

function exitCodeOf(end: RunEnd, ending: RunEnding): ExitCode {
  switch (end.outcome) {
    case 'success':
      return 0;
    case 'stopped':
    case 'interrupted':
      return ending.exitCode;
    case 'max-turns':
    case 'max-budget':
    case 'no-structured-output':
    case 'failed':
      return 1;
  }
}

function contextOf(cli: CliSurroundings, { session, run, apiKeySource }: PreparedRun): MessageContext {
  return { session: session.id, model: run.modelName, version: cli.version, apiKeySource };
}
