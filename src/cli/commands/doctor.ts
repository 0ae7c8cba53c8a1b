import { findClaude } from '../../agent/engine/claude/claude-program.ts';
import { examineArchive } from '../../agent/housekeeping/examine-archive.ts';
import { examineMachine } from '../../agent/housekeeping/examine-machine.ts';
import { examineState } from '../../agent/housekeeping/examine-state.ts';
import type { Finding, FindingState } from '../../agent/housekeeping/finding.ts';
import { readModelSettings } from '../../agent/model/settings.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { readSettings, type Settings, varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type Command, type ExitCode, flag } from '../command.ts';
import { openHere, outJson } from '../open-here.ts';
import { retentionLimits } from '../retention-limits.ts';
import { keySource } from '../run/run-model.ts';
import { composeSandbox } from '../run/run-sandbox.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { historyHere } from './sessions/history-here.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  usage: ['doctor [--json]'],
  summary:
    'Looks whether everything that Varve needs here is there and sound. Changes nothing, asks no server.',
  help: `
  --json  the findings as JSON: {version, findings: [{subject, state, text, next?}]}

  Ends with 1 where something does not work.`,
  options: { json: { type: 'boolean' } },
  run: async (cli, args) => {
    const findings = await examine(cli);
    const code: ExitCode = findings.some(({ state }) => state === 'error') ? 1 : 0;
    if (flag(args, 'json')) {
      await outJson(cli, { version: 1, findings });
      return code;
    }
    for (const finding of findings) await cli.terminal.out(linesOf(finding));
    return code;
  },
};

async function examine(cli: CliSurroundings): Promise<readonly Finding[]> {
  const home = varveHome(cli.environment, cli.homeDirectory);
  const { environment, files, platform } = cli;
  const machine = await examineMachine({
    files,
    environment,
    platform,
    git: cli.gitFor(cli.cwd),
    nodeVersion: process.version,
    varveHome: home,
  });
  const read = await readSettings(files, home);
  if (!read.ok) return [...machine, { subject: 'Settings', state: 'error', text: read.error.message }];
  const { settings, problems } = read.value;
  return [
    ...machine,
    ...problems.map((text): Finding => ({ subject: 'Settings', state: 'warning', text })),
    examineModel(cli, settings),
    await examineClaude(cli),
    ...(await examineKept(cli, settings)),
    ...(await examineProject(cli, settings)),
  ];
}

function examineModel(cli: CliSurroundings, settings: Settings): Finding {
  const { name: model, baseUrl } = settings.model;
  const read = readModelSettings(cli.environment, { model, baseUrl });
  if (!read.ok) return { subject: 'Model', state: 'notice', text: read.error.message };
  const { origin } = new URL(read.value.baseUrl);
  return {
    subject: 'Model',
    state: 'good',
    text: `${read.value.model} at ${origin}, key: ${keySource(read.value)}`,
  };
}

/** Nobody has to have it: it is worth knowing that runs can go through it. */
async function examineClaude({
  files,
  environment,
  homeDirectory,
  platform,
}: CliSurroundings): Promise<Finding> {
  const subject = 'Claude Code';
  const found = await findClaude({ files, environment, homeDirectory, platform });
  if (found.ok) return { subject, state: 'good', text: `${found.value.version} (${found.value.path})` };
  const state = found.error.kind === 'not-found' ? 'good' : 'notice';
  return { subject, state, text: found.error.kind === 'not-found' ? 'not installed' : found.error.message };
}

/** What other programs delete, and what is kept of it. */
async function examineKept(cli: CliSurroundings, { archive }: Settings): Promise<readonly Finding[]> {
  const { around, machine, readers } = await historyHere(cli);
  return examineArchive(around, machine, readers, archive);
}

async function examineSandbox(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  setting: Settings['sandbox'],
): Promise<Finding> {
  const subject = 'Sandbox';
  const made = await composeSandbox(cli, { addDirectories: [], allowedTools: [] }, workspace, setting);
  if (!made.ok) return { subject, state: 'error', text: made.error.message };
  const { on, reason } = made.value.state;
  await made.value.dispose();
  return { subject, state: on || setting === 'off' ? 'good' : 'notice', text: reason };
}

async function examineProject(cli: CliSurroundings, settings: Settings): Promise<readonly Finding[]> {
  const opened = await openHere(cli);
  if (!opened.ok) return [{ subject: 'Project', state: 'warning', text: opened.error.message }];
  const workspace = opened.value;
  try {
    const { stateDirectory, root, name } = workspace;
    const isSetUp = workspace.setUpState !== 'no';
    const around = { files: cli.files, clock: cli.clock, owner: await currentOwner(), stateDirectory };
    return [
      {
        subject: 'Project',
        state: isSetUp ? 'good' : 'notice',
        text: `${name} (${root})${isSetUp ? '' : ': Varve is not set up here'}`,
        ...(!isSetUp && { next: 'To save decisions: varve set-up' }),
      },
      await examineSandbox(cli, workspace, settings.sandbox),
      ...(await examineState(around, retentionLimits(settings))),
    ];
  } finally {
    workspace.dispose();
  }
}

const MARKS: Readonly<Record<FindingState, string>> = {
  good: 'ok',
  notice: 'note',
  warning: 'warning',
  error: 'ERROR',
};

function linesOf({ subject, state, text, next }: Finding): string {
  const line = `${MARKS[state].padEnd(8)}${subject.padEnd(12)} ${text}\n`;
  return next === undefined ? line : `${line}${' '.repeat(21)}${next}\n`;
}
