import { tmpdir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { managedSettings, readRuleFiles, rulesOf, textOf } from '../../agent/guard/rule-files.ts';
import { createSandbox } from '../../agent/sandbox/create-sandbox.ts';
import { findSandboxRuntime } from '../../agent/sandbox/find-runtime.ts';
import type { Sandbox } from '../../agent/sandbox/sandbox.ts';
import { sandboxPolicy } from '../../agent/sandbox/sandbox-policy.ts';
import { readApprovals } from '../../agent/session/approvals.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { type Settings, varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { claudeDirectory } from './protected-homes.ts';
import type { RunOptions } from './run-options.ts';

/** The sandbox of a run, or why a run that has to have one cannot start. */
export async function composeSandbox(
  cli: CliSurroundings,
  options: Pick<RunOptions, 'addDirectories' | 'allowedTools'>,
  workspace: MemoryWorkspace,
  setting: Settings['sandbox'],
): Promise<Result<Sandbox, { readonly message: string }>> {
  const { files, environment, homeDirectory: home, platform } = cli;
  const state = varveHome(environment, home);
  const searchPath = (environment['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const { root } = workspace;
  const runtime =
    setting === 'off' ? undefined : await findSandboxRuntime(files, { varveHome: state, root, searchPath });
  const policy = sandboxPolicy({
    root,
    additionalRoots: options.addDirectories,
    memoryFolders: runtime === undefined ? [] : await memoryFolders(workspace),
    home,
    varveHome: state,
    temporary: await files.realPath(tmpdir()).catch(() => tmpdir()),
    hosts: runtime === undefined ? [] : await allowedHosts(cli, options, workspace, state),
  });
  const { importModule } = cli;
  const sandbox = await createSandbox({
    files,
    environment,
    setting,
    platform,
    runtime,
    importModule,
    policy,
  });
  if (setting !== 'on' || sandbox.state.on) return success(sandbox);
  return failure({
    message: `The settings ask for a sandbox, and there is none. ${sandbox.state.reason} Or set "sandbox" to "auto" in ${state}/config.json.`,
  });
}

async function memoryFolders(workspace: MemoryWorkspace): Promise<readonly string[]> {
  const { hierarchy } = await workspace.effective();
  const folders = hierarchy.files.map(({ path }) => dirname(path));
  return [...new Set(folders)].filter((folder) => folder.startsWith(`${workspace.root}/`));
}

/** Hosts that a person, or a project that is trusted, allows by `WebFetch(domain:…)`. */
async function allowedHosts(
  cli: CliSurroundings,
  options: Pick<RunOptions, 'allowedTools'>,
  workspace: MemoryWorkspace,
  state: string,
): Promise<readonly string[]> {
  const read = await readRuleFiles(cli.files, {
    root: workspace.root,
    configDirectory: claudeDirectory(cli),
    varveHome: state,
    managed: managedSettings(cli.platform),
  });
  const always = await readApprovals(cli.files, workspace.stateDirectory);
  const rules = [...options.allowedTools, ...always, ...rulesOf(read).allow.map(textOf)];
  const hosts = rules.map(
    (rule) => /^WebFetch\(domain:((?:\*\.)?[\w-]+(?:\.[\w-]+)+)\)$/.exec(rule.trim())?.[1],
  );
  return [...new Set(hosts.filter((host) => host !== undefined))];
}
