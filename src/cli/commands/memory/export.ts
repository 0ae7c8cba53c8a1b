import { join, resolve } from 'node:path';
import { changelogDraft } from '../../../memory/timeline/changelog-draft.ts';
import {
  decisionRecords,
  type ExistingDecision,
  exportedRecordId,
} from '../../../memory/timeline/decision-records.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { type ExitCode, text } from '../../command.ts';
import { count } from '../../count.ts';
import { sayProblem } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { MemoryAction } from './memory-action.ts';

/** Decisions as ADR files, or a draft of a changelog. Nothing that is there is written over. */
export const exportMemory: MemoryAction = async (cli, args, workspace) => {
  const format = text(args, 'format') ?? 'adr';
  if (format === 'changelog') {
    await cli.terminal.out(changelogDraft(await workspace.timeline()));
    return 0;
  }
  if (format !== 'adr') return sayProblem(cli, { message: `--format is adr or changelog, not "${format}".` });
  return exportDecisions(cli, workspace, resolve(cli.cwd, text(args, 'out') ?? 'docs/decisions'));
};

async function exportDecisions(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  directory: string,
): Promise<ExitCode> {
  const files = decisionRecords(await workspace.timeline(), await existing(cli, directory));
  if (files.length === 0) {
    cli.terminal.say('There is no decision that is not a decision document already.\n');
    return 0;
  }
  await cli.files.makeDirectory(directory, 0o777);
  for (const { name, text: content } of files) {
    const path = join(directory, name);
    await cli.files.writeNew(path, new TextEncoder().encode(content), 0o666);
    await cli.terminal.out(`${path}\n`);
  }
  cli.terminal.say(`${count(files.length, 'decision')} written.\n`);
  return 0;
}

async function existing(cli: CliSurroundings, directory: string): Promise<readonly ExistingDecision[]> {
  const entries = await cli.files.readDirectory(directory).catch(() => []);
  const names = entries.filter(({ name }) => name.endsWith('.md')).map(({ name }) => name);
  return Promise.all(
    names.map(async (name) => {
      const bytes = await cli.files.readFile(join(directory, name)).catch(() => new Uint8Array());
      const recordId = exportedRecordId(new TextDecoder().decode(bytes));
      return recordId === undefined ? { name } : { name, recordId };
    }),
  );
}
