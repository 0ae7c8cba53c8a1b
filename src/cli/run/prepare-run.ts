import { join } from 'node:path';
import type { SessionRun } from '../../agent/engine/run-session.ts';
import type { PermissionMode } from '../../agent/guard/guard.ts';
import { systemPrompt } from '../../agent/loop/system-prompt.ts';
import { type ModelSettings, readModelSettings } from '../../agent/model/settings.ts';
import { findSession, isPending } from '../../agent/resume/plan-resume.ts';
import { createOrphanEnder } from '../../agent/session/orphan.ts';
import { createSeenFiles } from '../../agent/session/seen-files.ts';
import { createSession, openSession, type Session } from '../../agent/session/session.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { readSettings, varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { openHere } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { composeGuard, keepingApprover } from './run-guard.ts';
import { composeModel, keySource } from './run-model.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPartner } from './run-partner.ts';
import { composeTools } from './run-tools.ts';

/** Everything but who hears the run and what ends it. */
export interface PreparedRun {
  readonly workspace: MemoryWorkspace;
  readonly session: Session;
  readonly apiKeySource: string;
  /** Things a person should know before it starts. */
  readonly remarks: readonly string[];
  readonly run: Omit<SessionRun, 'signal' | 'say'>;
}

type Problem = { readonly message: string };

const MAX_TOKENS = 16_000;

/**
 * Opens the workspace, checks that a model can be reached at all, and makes or opens the session, in this order: what
 * fails leaves nothing behind. The caller closes session and workspace.
 */
export async function prepareRun(
  cli: CliSurroundings,
  options: RunOptions,
  prompt: string,
  partner: RunPartner,
): Promise<Result<PreparedRun, Problem>> {
  const opened = await openHere(cli);
  if (!opened.ok) return opened;
  const workspace = opened.value;
  const prepared = await prepareIn(cli, options, prompt, partner, workspace);
  if (!prepared.ok) workspace.dispose();
  return prepared;
}

async function prepareIn(
  cli: CliSurroundings,
  options: RunOptions,
  prompt: string,
  partner: RunPartner,
  workspace: MemoryWorkspace,
): Promise<Result<PreparedRun, Problem>> {
  const settings = await readSettings(cli.files, varveHome(cli.environment, cli.homeDirectory));
  if (!settings.ok) return settings;
  const { model } = settings.value.settings;
  const modelSettings = readModelSettings(cli.environment, { model: model.name, baseUrl: model.baseUrl });
  if (!modelSettings.ok) return modelSettings;
  const ready = await workspace.ensureState();
  if (!ready.ok) return ready;
  const session = await takeSession(cli, options, workspace);
  if (!session.ok) return session;
  const unfit = whyUnfit(session.value, prompt, workspace);
  if (unfit !== undefined) {
    await session.value.close();
    return failure({ message: unfit });
  }
  return success(await compose(cli, options, prompt, partner, workspace, session.value, modelSettings.value));
}

async function takeSession(
  cli: CliSurroundings,
  { session }: RunOptions,
  workspace: MemoryWorkspace,
): Promise<Result<Session, Problem>> {
  const { files, clock } = cli;
  const owner = await currentOwner();
  const directory = workspace.sessionsDirectory;
  const surroundings = { files, clock, owner, directory };
  if ('resume' in session) {
    const git = cli.gitFor(workspace.root);
    const word = session.resume === 'newest' ? undefined : session.resume;
    const found = await findSession({ files, git, owner, workspace }, word);
    return found.ok ? openSession(surroundings, found.value) : found;
  }
  return createSession(surroundings, {
    ...(session.id !== undefined && { id: session.id }),
    project: workspace.stateDirectory.split(/[\\/]/).at(-1) ?? workspace.name,
    cwd: workspace.folder,
    worktree: workspace.root,
  });
}

function whyUnfit(session: Session, prompt: string, workspace: MemoryWorkspace): string | undefined {
  const { header, state } = session;
  if (header.worktree !== workspace.root) {
    return `Session ${header.session} belongs to ${header.worktree}. Continue it there: cd ${header.cwd}`;
  }
  if (prompt !== '' || isPending(state)) return undefined;
  return state.runs === 0
    ? 'Give the task as an argument or on standard input: varve -p "…".'
    : `Nothing of session ${header.session} is pending. Say what to do next: varve -p --resume ${header.session} "…"`;
}

async function compose(
  cli: CliSurroundings,
  options: RunOptions,
  prompt: string,
  partner: RunPartner,
  workspace: MemoryWorkspace,
  session: Session,
  modelSettings: ModelSettings,
): Promise<PreparedRun> {
  const { files, clock } = cli;
  const { state } = session;
  const permissionMode = options.permissionMode ?? restoredMode(state.permissionMode);
  const branch = await branchOf(cli, workspace);
  const effective = await workspace.effective();
  const seenFiles = createSeenFiles(state.seenFiles);
  const { guard, remarks } = await composeGuard(cli, options, workspace, session, permissionMode);
  const tools = composeTools({ cli, workspace, session, partner, seenFiles });
  const cwd = session.header.cwd;
  const run: PreparedRun['run'] = {
    session,
    prompt,
    resumed: state.runs > 0,
    model: composeModel(cli, modelSettings),
    modelName: options.model ?? state.model ?? modelSettings.model,
    maxTokens: MAX_TOKENS,
    maxTurns: options.maxTurns,
    system: systemOf(cli, cwd, branch, effective.prompt, options.appendSystemPrompt),
    memory: {
      files: effective.hierarchy.files
        .filter(({ state: loaded }) => loaded === 'loaded')
        .map(({ path }) => path),
      tokens: effective.hierarchy.tokens,
    },
    ...(branch !== undefined && { branch }),
    permissionMode,
    tools,
    seenFiles,
    guard,
    approver: keepingApprover(cli, workspace, partner.approver),
    root: cwd,
    objectsDirectory: join(workspace.stateDirectory, 'objects'),
    files,
    orphans: createOrphanEnder(files),
    clock,
    takeSteering: partner.takeSteering,
  };
  return { workspace, session, apiKeySource: keySource(modelSettings), remarks, run };
}

/** Fixed part first, so that it is cached; what the caller adds comes last and so weighs most. */
function systemOf(
  cli: CliSurroundings,
  root: string,
  branch: string | undefined,
  memory: string,
  append: string | undefined,
): readonly string[] {
  const day = new Date(cli.clock.now()).toISOString().slice(0, 10);
  const place = systemPrompt({ root, platform: cli.platform, day, ...(branch !== undefined && { branch }) });
  return [...place, memory, append ?? ''].filter((part) => part.trim() !== '');
}

/** Claude Code restores the mode of a session, but never plan or bypassPermissions (2.1.330). */
function restoredMode(mode: PermissionMode | undefined): PermissionMode {
  return mode === undefined || mode === 'plan' || mode === 'bypassPermissions' ? 'default' : mode;
}

async function branchOf(cli: CliSurroundings, workspace: MemoryWorkspace): Promise<string | undefined> {
  const branch = await cli.gitFor(workspace.root).text(['symbolic-ref', '--short', '-q', 'HEAD']);
  return branch.ok && branch.value !== '' ? branch.value : undefined;
}
