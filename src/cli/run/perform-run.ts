import type { RunEvent } from '../../agent/engine/run-channel.ts';
import { type RunEnd, runSession } from '../../agent/engine/run-session.ts';
import { noUnsavedFiles } from '../../agent/tools/unsaved-files.ts';
import type { ExitCode } from '../command.ts';
import { openHere, sayProblem } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { rememberRun, sweepAfterRun } from './after-run.ts';
import type { MessageContext } from './claude-messages.ts';
import { notBegunMessage } from './claude-result.ts';
import {
  type ControlChannel,
  denyingApprover,
  openControlChannel,
  startHeartbeat,
} from './control-channel.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import { openPromptStream, type Prompt } from './prompt-stream.ts';
import { createRunEnding, type RunEnding } from './run-ending.ts';
import type { RunOptions } from './run-options.ts';
import { controlOutput, type RunOutput, runOutput } from './run-output.ts';
import type { RunPartner } from './run-partner.ts';
import { onePrompt, type RunPrompts, streamedPrompts } from './run-prompts.ts';

/** A run that nobody steers: what would ask is denied. */
export function performRun(
  cli: CliSurroundings,
  options: RunOptions,
  prompt: string,
  opening = openHere(cli),
): Promise<ExitCode> {
  return performRuns(cli, options, () => onePrompt(prompt), opening);
}

/** Runs whose prompts come on standard input, one message a line, until it ends. */
export async function performStreamedRuns(cli: CliSurroundings, options: RunOptions): Promise<ExitCode> {
  const stream = openPromptStream(cli.input);
  try {
    const code = await performRuns(cli, options, (onTaken) => streamedPrompts(stream, onTaken));
    return stream.problem === undefined ? code : sayProblem(cli, { message: stream.problem });
  } finally {
    stream.dispose();
  }
}

async function performRuns(
  cli: CliSurroundings,
  options: RunOptions,
  promptsFrom: (onTaken: (prompt: Prompt) => void) => RunPrompts,
  opening?: ReturnType<typeof openHere>,
): Promise<ExitCode> {
  const ending = createRunEnding(cli);
  const late: { output?: RunOutput } = {};
  const onTaken = (prompt: Prompt): void => late.output?.replay?.(cli.clock.now(), prompt.content);
  const prompts = promptsFrom(onTaken);
  try {
    const first = await nextOrEnd(prompts, ending);
    if (first === undefined) return ending.signal.aborted ? ending.exitCode : 0;
    const takeSteering = (): string | undefined => prompts.takeSteering();
    const partner = { approver: denyingApprover, unsavedFiles: noUnsavedFiles, takeSteering };
    const prepared = await prepareRun(cli, {
      options,
      prompt: first.text,
      partner,
      ...(opening !== undefined && { opening }),
      ...(options.output.partialMessages && {
        onStreamEvent: (event: unknown) => late.output?.partial?.(event),
      }),
    });
    if (!prepared.ok) return await sayNotBegun(cli, options, prepared.error.message);
    const run = prepared.value;
    for (const remark of run.remarks) cli.terminal.say(`${remark}\n`);
    const isStreamed = options.inputFormat === 'stream-json';
    const output = runOutput(options.output, isStreamed, cli.terminal, () => contextOf(cli, run));
    late.output = output;
    return await carryOut(cli, run, output, ending, { first, prompts, onTaken });
  } finally {
    ending.dispose();
  }
}

/** The next prompt; nothing where the input ended or the process is told to end first. */
async function nextOrEnd(prompts: RunPrompts, { signal }: RunEnding): Promise<Prompt | undefined> {
  if (signal.aborted) return undefined;
  const ended = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([prompts.next(), ended]);
}

/** A session that cannot be continued is a result too, for whoever reads messages only. */
async function sayNotBegun(cli: CliSurroundings, options: RunOptions, message: string): Promise<ExitCode> {
  const { session, output } = options;
  if (output.format === 'stream-json' && 'resume' in session && session.resume !== 'newest')
    await cli.terminal.out(`${JSON.stringify(notBegunMessage(session.resume, message))}\n`);
  return sayProblem(cli, { message });
}

/** A run whose engine holds both ends of the channel: events go out, answers and commands come in. */
export async function performControlledRun(cli: CliSurroundings, options: RunOptions): Promise<ExitCode> {
  const ending = createRunEnding(cli);
  const output = controlOutput(cli.terminal);
  const channel = openControlChannel({
    input: cli.input,
    ask: (event) => output.hear({ ...event, time: cli.clock.now() }),
    onStop: () => ending.end('stopped'),
    onDetach: (on) => ending.letGo(on),
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
    asker: channel.asker,
    editorModels: channel.editorModels,
    takeSteering: () => channel.takeSteering(),
  };
  const prepared = await prepareRun(cli, { options, prompt, partner });
  if (!prepared.ok) return sayProblem(cli, prepared.error);
  for (const text of prepared.value.remarks) output.hear({ type: 'notice', time: cli.clock.now(), text });
  const prompts = onePrompt(prompt);
  const first = await prompts.next();
  return carryOut(cli, prepared.value, output, ending, { first, prompts, onTaken: () => {} });
}

/** What runs are started with, one after another. */
interface Queue {
  readonly first: Prompt | undefined;
  readonly prompts: RunPrompts;
  /** A prompt begins its run. */
  readonly onTaken: (prompt: Prompt) => void;
}

async function carryOut(
  cli: CliSurroundings,
  prepared: PreparedRun,
  output: RunOutput,
  ending: RunEnding,
  queue: Queue,
): Promise<ExitCode> {
  const { session, workspace, extensions } = prepared;
  try {
    const end = await endingTools(prepared, () => runAll(prepared, output, ending, queue));
    await output.flush();
    if (end.outcome === 'success') await rememberRun(cli, workspace, session, end);
    await session.close();
    await sweepAfterRun(cli, workspace);
    const isCutShort = queue.prompts.mayFollow && ending.signal.aborted;
    return isCutShort ? ending.exitCode : exitCodeOf(end, ending);
  } finally {
    await extensions.end();
    workspace.dispose();
  }
}

/** Whatever a run comes to, its tools leave nothing under way. */
async function endingTools(prepared: PreparedRun, work: () => Promise<RunEnd>): Promise<RunEnd> {
  try {
    return await work();
  } finally {
    await prepared.endTools();
  }
}

/** One run for each prompt, in one session; the last one's end says how it all ended. */
async function runAll(
  { run, session, extensions }: PreparedRun,
  output: RunOutput,
  ending: RunEnding,
  { first, prompts, onTaken }: Queue,
): Promise<RunEnd> {
  let prompt = first;
  for (;;) {
    const taken = prompt;
    const say = extensions.around(run, (event: RunEvent): void => {
      prompts.hear(event);
      output.hear(event);
      if (event.type === 'run-start' && taken) onTaken(taken);
    });
    const text = taken?.text ?? '';
    const end = await runSession({
      ...run,
      prompt: text,
      resumed: session.state.runs > 0,
      signal: ending.signal,
      say,
    });
    prompt = await nextOrEnd(prompts, ending);
    if (prompt === undefined) return end;
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

function contextOf(cli: CliSurroundings, prepared: PreparedRun): MessageContext {
  const { session, run, apiKeySource, additionalDirectories } = prepared;
  const { version } = cli;
  return { session: session.id, model: run.modelName, version, apiKeySource, additionalDirectories };
}
