import { dirname, join } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import { visitCopilotRules } from './copilot-rules.ts';
import { directoriesToCwd, directoriesToFiles, filesInUse, namedBelow, scopeOf } from './directories.ts';
import { PlainReading } from './plain-reading.ts';

const onlyCli = 'read by Copilot CLI and the cloud agent, not by the chat of VS Code';
const aboveNote =
  'above the open folder: read by Copilot CLI, and by VS Code with chat.useCustomizationsInParentRepositories';
const nestedNote =
  'Copilot CLI and the cloud agent read it for work there, the chat of VS Code with chat.useNestedAgentsMdFiles';
const noOrder = 'in every request; Copilot promises no order among its files';

/**
 * GitHub Copilot, whatever face it has, with its settings at their defaults: the chat of VS Code
 * (code.visualstudio.com/docs/agent-customization/custom-instructions, 2026-07-29) and Copilot CLI with the cloud agent
 * (docs.github.com Copilot CLI "Adding custom instructions", read 2026-11; microsoft/vscode
 * `copilot-customizations-spec.md`, 2026-02-25). The reason says where only one of them reads a file. All of it is put
 * together in no promised order; equal texts count once. Instructions of the organisation are no files.
 */
export async function readCopilot(input: ResolveInput): Promise<HierarchyReading> {
  const reading = new PlainReading(input, 'content');
  const targets = await filesInUse(reading);
  await visitUser(reading, targets);
  for (const directory of directoriesToCwd(input).toReversed())
    await visitDirectory(reading, directory, targets);
  await visitBelow(reading, targets);
  return reading.finish();
}

async function visitUser(reading: PlainReading, targets: readonly string[]): Promise<void> {
  const home = reading.input.homeDirectory;
  const own = { scope: 'user', state: 'loaded' } as const;
  const yours = 'yours, in every project';
  await reading.visit({
    ...own,
    path: join(home, '.copilot', 'copilot-instructions.md'),
    reason: `${yours}; ${onlyCli}`,
  });
  await reading.visit({ ...own, path: join(home, '.claude', 'CLAUDE.md'), reason: yours });
  const instructions = join(home, '.copilot', 'instructions');
  await visitCopilotRules(reading, { directory: instructions, key: 'applyTo', scope: 'user', targets });
  const rules = join(home, '.claude', 'rules');
  await visitCopilotRules(reading, { directory: rules, key: 'paths', scope: 'user', targets });
}

async function visitDirectory(
  reading: PlainReading,
  directory: string,
  targets: readonly string[],
): Promise<void> {
  const { input } = reading;
  const isOpen = directory === input.cwd;
  const own = {
    scope: scopeOf(input, directory),
    state: 'loaded',
    reason: isOpen ? noOrder : aboveNote,
  } as const;
  const names = ['.github/copilot-instructions.md', 'AGENTS.md', 'CLAUDE.md', '.claude/CLAUDE.md'];
  for (const name of names) await reading.visit({ ...own, path: join(directory, name) });
  await reading.visit({ ...own, path: join(directory, 'CLAUDE.local.md'), scope: 'local' });
  await reading.visit({ ...own, path: join(directory, 'GEMINI.md'), reason: onlyCli });
  const rules = { scope: 'rules', targets, ...(isOpen ? {} : { note: aboveNote }) } as const;
  const instructions = join(directory, '.github', 'instructions');
  await visitCopilotRules(reading, { ...rules, directory: instructions, key: 'applyTo' });
  const claudeRules = join(directory, '.claude', 'rules');
  await visitCopilotRules(reading, { ...rules, directory: claudeRules, key: 'paths' });
  for (const watched of [directory, join(directory, '.github')]) await reading.watchDirectory(watched);
}

async function visitBelow(reading: PlainReading, targets: readonly string[]): Promise<void> {
  const { input } = reading;
  const onTheWay = new Set(directoriesToFiles(input.cwd, targets));
  for (const path of namedBelow(reading, ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md'], targets)) {
    const directory = dirname(path);
    const isAgents = path.endsWith('AGENTS.md');
    await reading.visit({
      path,
      scope: scopeOf(input, directory),
      state: onTheWay.has(directory) ? 'loaded' : 'on-demand',
      trigger: 'read',
      reason: `for work in ${reading.short(directory)}: ${isAgents ? nestedNote : onlyCli}`,
    });
  }
}
