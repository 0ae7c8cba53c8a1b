import { join } from 'node:path';
import { readClaudeRules } from '../../agent/engine/claude-rules.ts';
import { createGuard } from '../../agent/guard/decide.ts';
import type { Approver, Guard, PermissionMode } from '../../agent/guard/guard.ts';
import { unreadableRules } from '../../agent/guard/rules.ts';
import { keepApproval, readApprovals } from '../../agent/session/approvals.ts';
import type { Session } from '../../agent/session/session.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import type { RunOptions } from './run-options.ts';

/** The guard of a run: rules of the command line, the session, this machine, and of files written for Claude Code. */
export async function composeGuard(
  cli: CliSurroundings,
  options: RunOptions,
  workspace: MemoryWorkspace,
  session: Session,
  mode: PermissionMode,
): Promise<{ readonly guard: Guard; readonly remarks: readonly string[] }> {
  const { files, environment, homeDirectory } = cli;
  const configDirectory = environment['CLAUDE_CONFIG_DIR'] || join(homeDirectory, '.claude');
  const written = await readClaudeRules(files, { root: workspace.root, configDirectory });
  const always = await readApprovals(files, workspace.stateDirectory);
  const rules = {
    allow: [...options.allowedTools, ...always, ...session.state.sessionRules],
    deny: [...options.disallowedTools, ...written.deny],
    ask: written.ask,
  };
  const guard = createGuard({
    mode,
    root: session.header.cwd,
    home: homeDirectory,
    files,
    alsoProtected: [varveHome(environment, homeDirectory), configDirectory],
    rules,
  });
  const unread = unreadableRules(rules).map(
    (rule) => `The rule "${rule}" cannot be read and does not hold for this run.`,
  );
  return { guard, remarks: [...written.problems, ...unread] };
}

/** Writes down what is allowed for always; a rule that cannot be kept still holds for this run. */
export function keepingApprover(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  approver: Approver,
): Approver {
  return {
    ask: async (request, signal) => {
      const answer = await approver.ask(request, signal);
      if (answer.decision === 'always' && request.offeredRule !== undefined) {
        const kept = await keepApproval(cli.files, workspace.stateDirectory, request.offeredRule);
        if (!kept.ok) cli.terminal.say(`${kept.error.message}\n`);
      }
      return answer;
    },
  };
}
