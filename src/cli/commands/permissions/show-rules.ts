import { join } from 'node:path';
import { managedSettings, type RuleFile, readRuleFiles, textOf } from '../../../agent/guard/rule-files.ts';
import { readApprovals } from '../../../agent/session/approvals.ts';
import { varveHome } from '../../../memory/project/settings.ts';
import { showHidden } from '../../../memory/record/safe-text.ts';
import type { ExitCode } from '../../command.ts';
import { withWorkspace } from '../../open-here.ts';
import { claudeDirectory } from '../../run/protected-homes.ts';
import type { CliSurroundings } from '../../surroundings.ts';

const owners = { organisation: 'of your organisation', user: 'yours', project: "the project's" } as const;

/** What holds in this project, file by file, for a person. */
export function showRules(cli: CliSurroundings): Promise<ExitCode> {
  return withWorkspace(cli, async (workspace) => {
    const read = await readRuleFiles(cli.files, {
      root: workspace.root,
      configDirectory: claudeDirectory(cli),
      varveHome: varveHome(cli.environment, cli.homeDirectory),
      managed: managedSettings(cli.platform),
    });
    const always = await readApprovals(cli.files, workspace.stateDirectory);
    const parts = read.files.map(showFile);
    if (always.length > 0) {
      const path = join(workspace.stateDirectory, 'project.json');
      parts.push(
        `${path} (your answers of "always")\n${always.map((rule) => `  allow  ${rule}\n`).join('')}`,
      );
    }
    await cli.terminal.out(showHidden(parts.join('\n')));
    if (parts.length === 0) cli.terminal.say('No rules are written here.\n');
    for (const problem of read.problems) cli.terminal.say(`${showHidden(problem)}\n`);
    if (read.untrusted !== undefined) cli.terminal.say(`${showHidden(read.untrusted)}\n`);
    cli.terminal.say(
      'What no rule covers goes by the mode: unless told, reading in the workspace is allowed and the rest is asked.\n',
    );
    return 0;
  });
}

function showFile({ path, owner, rules, passedOver }: RuleFile): string {
  const rows = (['deny', 'ask', 'allow'] as const).flatMap((list) =>
    rules[list].map((rule) => `  ${list.padEnd(5)}  ${textOf(rule)}\n`),
  );
  const without = passedOver.map(
    (rule) => `  (allow  ${rule}: does not count, the project is not trusted)\n`,
  );
  return `${path} (${owners[owner]})\n${[...rows, ...without].join('') || '  no rules\n'}`;
}
