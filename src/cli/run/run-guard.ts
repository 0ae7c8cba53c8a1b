import { type Audit, auditedApprover, auditedGuard, openAudit } from '../../agent/guard/audit.ts';
import { createGuard } from '../../agent/guard/decide.ts';
import type { Approver, Guard, PermissionMode } from '../../agent/guard/guard.ts';
import { managedSettings, readRuleFiles, rulesOf } from '../../agent/guard/rule-files.ts';
import { unreadableRules } from '../../agent/guard/rules.ts';
import { environmentMask } from '../../agent/guard/secret-mask.ts';
import { keepApproval, readApprovals } from '../../agent/session/approvals.ts';
import type { Session } from '../../agent/session/session.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { claudeDirectory, protectedHomes } from './protected-homes.ts';
import type { RunOptions } from './run-options.ts';

/** The guard of a run: rules of the command line, the session, this machine, and of files written for Claude Code. */
export async function composeGuard(
  cli: CliSurroundings,
  options: RunOptions,
  workspace: MemoryWorkspace,
  session: Session,
  mode: PermissionMode,
  homes = protectedHomes(cli),
): Promise<{
  readonly guard: Guard;
  readonly audit: Audit;
  readonly remarks: readonly string[];
  /** The allow rules, as written. */
  readonly allowed: readonly string[];
}> {
  const { files, environment, homeDirectory } = cli;
  const read = await readRuleFiles(files, {
    root: workspace.root,
    configDirectory: claudeDirectory(cli),
    varveHome: varveHome(environment, homeDirectory),
    managed: managedSettings(cli.platform),
  });
  const written = rulesOf(read);
  const always = await readApprovals(files, workspace.stateDirectory);
  const rules = {
    allow: [...options.allowedTools, ...always, ...session.state.sessionRules, ...written.allow],
    deny: [...options.disallowedTools, ...written.deny],
    ask: written.ask,
  };
  const guard = createGuard({
    mode,
    root: session.header.cwd,
    home: homeDirectory,
    files,
    alsoProtected: homes,
    additionalRoots: options.addDirectories,
    rules,
  });
  const unread = unreadableRules(rules).map(
    (rule) => `The rule "${rule}" cannot be read and does not hold for this run.`,
  );
  const untrusted = read.untrusted === undefined ? [] : [read.untrusted];
  const allowed = rules.allow.map((rule) => (typeof rule === 'string' ? rule : rule.text));
  const mask = environmentMask(environment);
  const { clock } = cli;
  const directory = workspace.stateDirectory;
  const audit = openAudit({ files, clock, directory, session: session.id, mask });
  return {
    guard: auditedGuard(guard, audit),
    audit,
    remarks: [...read.problems, ...unread, ...untrusted],
    allowed,
  };
}

/** Writes down what is allowed for always; a rule that cannot be kept still holds for this run. */
export function keepingApprover(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  approver: Approver,
  audit: Audit,
): Approver {
  const mask = environmentMask(cli.environment);
  return auditedApprover(
    {
      ask: async (request, signal) => {
        const answer = await approver.ask(request, signal);
        if (answer.decision === 'always' && request.offeredRule !== undefined) {
          const kept = await keepApproval(cli.files, workspace.stateDirectory, request.offeredRule, mask);
          if (!kept.ok) cli.terminal.say(`${kept.error.message}\n`);
        }
        return answer;
      },
    },
    audit,
  );
}
