import { join, resolve } from 'node:path';
import type { RunBudget } from '../../agent/engine/run-channel.ts';
import type { SessionRun } from '../../agent/engine/run-session.ts';
import type { PermissionMode } from '../../agent/guard/guard.ts';
import { environmentMask } from '../../agent/guard/secret-mask.ts';
import { systemPrompt } from '../../agent/loop/system-prompt.ts';
import { preloadAnthropic } from '../../agent/model/anthropic.ts';
import { type ModelSettings, readModelSettings } from '../../agent/model/settings.ts';
import type { Sandbox } from '../../agent/sandbox/sandbox.ts';
import { notesBlock, openSessionNotes } from '../../agent/session/notes.ts';
import { createOrphanEnder } from '../../agent/session/orphan.ts';
import { createSeenFiles } from '../../agent/session/seen-files.ts';
import type { Session } from '../../agent/session/session.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { readSettings, type Settings, varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { openHere } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { whyNothingToDo } from './nothing-to-do.ts';
import { offeredTools } from './offered-tools.ts';
import { composeBudget } from './run-budget.ts';
import { composeCheckpoints } from './run-checkpoints.ts';
import { composeExtensions, type RunExtensions } from './run-extensions.ts';
import { composeGuard, keepingApprover } from './run-guard.ts';
import { composeModel, keySource } from './run-model.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPartner } from './run-partner.ts';
import { settleRewind } from './run-rewind.ts';
import { composeSandbox } from './run-sandbox.ts';
import { type RunTexts, readRunTexts } from './run-texts.ts';
import { readThinking } from './run-thinking.ts';
import { composeTools } from './run-tools.ts';
import { takeSession } from './take-session.ts';

/** What a run is asked for, and who takes part in it. */
export interface RunRequest {
  readonly options: RunOptions;
  /** Empty to go on with what is pending. */
  readonly prompt: string;
  readonly partner: RunPartner;
  /** The memory here where it is being opened already. */
  readonly opening?: ReturnType<typeof openHere>;
  /** Hears what the server streams; nobody unless told. */
  readonly onStreamEvent?: (event: unknown) => void;
}

/** Everything but who hears the run and what ends it. */
export interface PreparedRun {
  readonly workspace: MemoryWorkspace;
  readonly session: Session;
  readonly apiKeySource: string;
  readonly additionalDirectories: readonly string[];
  /** Ends what the tools still have under way. */
  readonly endTools: () => Promise<void>;
  /** Things a person should know before it starts. */
  readonly remarks: readonly string[];
  /** Skills, subagents and MCP servers; ended with the run. */
  readonly extensions: RunExtensions;
  readonly run: Omit<SessionRun, 'signal' | 'say'>;
}

type Problem = { readonly message: string };

const MAX_TOKENS = 16_000;

/** What the model may call before its conversation is shortened: they keep, and touch nothing of the work tree. */
const memoryTools = ['memory', 'recall', 'record_decision', 'record_milestone'];

/**
 * Opens the workspace, checks that a model can be reached at all, and makes or opens the session, in this order: what
 * fails leaves nothing behind. The caller closes session and workspace.
 */
export async function prepareRun(
  cli: CliSurroundings,
  request: RunRequest,
): Promise<Result<PreparedRun, Problem>> {
  preloadAnthropic();
  const opened = await (request.opening ?? openHere(cli));
  if (!opened.ok) return opened;
  const workspace = opened.value;
  const prepared = await prepareIn(cli, request, workspace);
  if (!prepared.ok) workspace.dispose();
  return prepared;
}

async function prepareIn(
  cli: CliSurroundings,
  request: RunRequest,
  workspace: MemoryWorkspace,
): Promise<Result<PreparedRun, Problem>> {
  const { options, prompt } = request;
  const settings = await readSettings(cli.files, varveHome(cli.environment, cli.homeDirectory));
  if (!settings.ok) return settings;
  const { model } = settings.value.settings;
  const modelSettings = readModelSettings(cli.environment, {
    model: model.name,
    baseUrl: model.baseUrl,
    wanted: options.model,
  });
  if (!modelSettings.ok) return modelSettings;
  const texts = await readRunTexts(cli, options);
  if (!texts.ok) return texts;
  const ready = await workspace.ensureState();
  if (!ready.ok) return ready;
  const ahead = readAhead(workspace);
  const addDirectories = options.addDirectories.map((path) => resolve(cli.cwd, path));
  const { sandbox: setting } = settings.value.settings;
  const sandbox = await composeSandbox(cli, { ...options, addDirectories }, workspace, setting);
  if (!sandbox.ok) return sandbox;
  const session = await takeSession(cli, options.session, workspace);
  if (!session.ok) return session;
  const rewind = await settleRewind(cli, workspace, session.value, settings.value.settings, request.partner);
  const unfit = whyNothingToDo(session.value, prompt);
  if (unfit !== undefined) {
    await session.value.close();
    return failure({ message: [rewind, unfit].filter(Boolean).join(' ') });
  }
  const found = {
    workspace,
    session: session.value,
    sandbox: sandbox.value,
    settings: settings.value.settings,
    texts: texts.value,
    ahead,
    rewind,
  };
  return success(await compose(cli, request, { ...found, modelSettings: modelSettings.value }));
}

/** What takes a while is read while the session is made. */
interface ReadAhead {
  readonly branch: ReturnType<MemoryWorkspace['branch']>;
  readonly effective: ReturnType<MemoryWorkspace['effectiveAtStart']>;
}

function readAhead(workspace: MemoryWorkspace): ReadAhead {
  const ahead = { branch: workspace.branch(), effective: workspace.effectiveAtStart() };
  // Where the run does not begin nobody asks for them.
  for (const reading of Object.values(ahead)) reading.catch(() => {});
  return ahead;
}

/** What a run is composed from, beside what it is asked for. */
interface Found {
  readonly workspace: MemoryWorkspace;
  readonly session: Session;
  readonly sandbox: Sandbox;
  readonly settings: Settings;
  readonly modelSettings: ModelSettings;
  readonly texts: RunTexts;
  readonly ahead: ReadAhead;
  /** What became of a rewind that was cut off. */
  readonly rewind: string | undefined;
}

async function compose(
  cli: CliSurroundings,
  request: RunRequest,
  { workspace, session, sandbox, settings, modelSettings, texts, ahead, rewind }: Found,
): Promise<PreparedRun> {
  const { files, clock } = cli;
  const { state } = session;
  const { prompt, partner, onStreamEvent } = request;
  const additionalDirectories = request.options.addDirectories.map((path) => resolve(cli.cwd, path));
  const options = { ...request.options, addDirectories: additionalDirectories };
  const permissionMode = options.permissionMode ?? restoredMode(state.permissionMode);
  const [branch, effective] = await Promise.all([ahead.branch, ahead.effective]);
  const seenFiles = createSeenFiles(state.seenFiles);
  const composed = await composeGuard(cli, options, workspace, session, permissionMode);
  const { guard, audit, remarks, allowed } = composed;
  const memory = effective.prompt;
  const extensions = await composeExtensions({
    cli,
    options,
    workspace,
    session,
    partner,
    guard,
    memory,
    allowed,
  });
  const extraTools = extensions.tools;
  const modelName = options.model ?? state.model ?? modelSettings.model;
  const given = { cli, workspace, session, partner, seenFiles, modelName, extraTools, allowed, sandbox };
  const { tools, endTools } = composeTools(given);
  const offered = offeredTools(tools, options.tools);
  const budget = await composeBudget(cli, limitsOf(options), settings);
  const cwd = session.header.cwd;
  const place = { files, directory: workspace.sessionsDirectory, session: session.id };
  const thinking = readThinking(cli.environment);
  const notes = notesBlock(await openSessionNotes(place).read());
  const run: PreparedRun['run'] = {
    session,
    prompt,
    resumed: state.runs > 0,
    model: composeModel(cli, modelSettings, onStreamEvent, partner.editorModels),
    modelName,
    maxTokens: MAX_TOKENS,
    maxTurns: options.maxTurns,
    system: systemOf(
      cli,
      cwd,
      branch,
      [memory, ...extensions.system, notes, movedBlock(state.movedFrom, cwd)],
      texts,
    ),
    memory: {
      files: effective.hierarchy.files
        .filter(({ state: loaded }) => loaded === 'loaded')
        .map(({ path }) => path),
      tokens: effective.hierarchy.tokens,
    },
    ...(branch !== undefined && { branch }),
    permissionMode,
    tools: offered.tools,
    seenFiles,
    guard,
    approver: keepingApprover(cli, workspace, partner.approver, audit),
    root: cwd,
    objectsDirectory: join(workspace.stateDirectory, 'objects'),
    checkpoints: composeCheckpoints(cli, workspace, session, settings),
    files,
    orphans: createOrphanEnder(files),
    clock,
    takeSteering: partner.takeSteering,
    sandbox,
    redact: environmentMask(cli.environment),
    ...(texts.outputSchema !== undefined && { outputSchema: texts.outputSchema }),
    ...(budget !== undefined && { budget }),
    limits: limitsOf(options),
    ...(thinking !== undefined && { thinking }),
    flushTools: memoryTools,
  };
  return {
    workspace,
    session,
    endTools: async () => {
      await endTools();
      await sandbox.dispose();
      const unwritten = await audit.flush();
      if (unwritten !== undefined) cli.terminal.say(`${unwritten}\n`);
    },
    apiKeySource: keySource(modelSettings),
    additionalDirectories,
    remarks: [
      ...(rewind === undefined ? [] : [rewind]),
      ...remarks,
      ...extensions.remarks,
      ...offered.unknown.map(unknownTool),
    ],
    extensions,
    run,
  };
}

/** The conversation still names files by where they were. */
function movedBlock(movedFrom: readonly string[], cwd: string): string {
  if (movedFrom.length === 0) return '';
  return `This session began in another folder: ${movedFrom.join(', then ')}. The same project is now at ${cwd}: paths that were said before are to be looked for there.`;
}

function limitsOf({ maxBudgetUsd, maxBudgetTokens }: RunOptions): RunBudget {
  return {
    ...(maxBudgetUsd !== undefined && { usd: maxBudgetUsd }),
    ...(maxBudgetTokens !== undefined && { tokens: maxBudgetTokens }),
  };
}

function unknownTool(name: string): string {
  return `There is no tool "${name}" to offer; --tools takes our names or those of Claude Code.`;
}

/** Fixed part first, so that it is cached; what the caller adds comes last and so weighs most. */
function systemOf(
  cli: CliSurroundings,
  root: string,
  branch: string | undefined,
  memory: readonly string[],
  { systemPrompt: given, appendSystemPrompt }: RunTexts,
): readonly string[] {
  const day = new Date(cli.clock.now()).toISOString().slice(0, 10);
  const place = systemPrompt({ root, platform: cli.platform, day, ...(branch !== undefined && { branch }) });
  return [...(given === undefined ? place : [given]), ...memory, appendSystemPrompt].filter(
    (part) => part.trim() !== '',
  );
}

/** Claude Code restores the mode of a session, but never plan or bypassPermissions (2.1.330). */
function restoredMode(mode: PermissionMode | undefined): PermissionMode {
  return mode === undefined || mode === 'plan' || mode === 'bypassPermissions' ? 'default' : mode;
}
