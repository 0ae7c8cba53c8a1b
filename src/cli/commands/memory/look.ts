import { statesByRecord } from '../../../memory/freshness/states-by-record.ts';
import type { Proposal } from '../../../memory/inbox/proposal.ts';
import type { OutlineNode } from '../../../memory/outline/outline.ts';
import { renderOutlineText } from '../../../memory/outline/outline-text.ts';
import type { MemoryRecord } from '../../../memory/record/record.ts';
import { showHidden } from '../../../memory/record/safe-text.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { type ExitCode, flag } from '../../command.ts';
import { findNamed } from '../../find-named.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { proposalLine, shortId } from '../../proposal-line.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { MemoryAction } from './memory-action.ts';

export const tree: MemoryAction = async (cli, args, workspace) => {
  const [outline, proposals, unreadable] = await Promise.all([
    outlineOf(workspace),
    workspace.proposals(),
    workspace.unreadable(),
  ]);
  if (flag(args, 'json')) {
    return outJson(cli, {
      version: 1,
      root: workspace.root,
      setUp: workspace.setUpState,
      outline,
      proposals,
      unreadable,
    });
  }
  await cli.terminal.out(renderOutlineText(outline));
  if (proposals.length > 0)
    await cli.terminal.out(`Inbox\n${proposals.map((one) => `  ${proposalLine(one)}`).join('')}`);
  for (const { path, message } of unreadable)
    cli.terminal.say(showHidden(`${path} cannot be read: ${message}\n`));
  if (outline.length === 0) {
    cli.terminal.say('Nothing is remembered here yet. Start with a CLAUDE.md, or with varve set-up.\n');
  }
  return 0;
};

export const show: MemoryAction = async (cli, args, workspace) => {
  const [proposals, records] = await Promise.all([workspace.proposals(), workspace.records()]);
  const [word] = args.positionals;
  if (word === undefined) return showAll(cli, flag(args, 'json'), proposals, records);
  const proposed = proposals.map((proposal) => ({ record: proposal.record, proposal }));
  const waiting = new Set(proposals.map(({ id }) => id));
  // What arrived is both: a record, and waiting to be looked at.
  const others = records.filter(({ id }) => !waiting.has(id));
  const all = [...proposed, ...others.map((record) => ({ record, proposal: undefined }))];
  const found = findNamed(word, all, ({ record }) => record);
  if (!found.ok) return sayProblem(cli, found.error);
  const { record, proposal } = found.value;
  const path = proposal?.path ?? (await pathOf(workspace, record.id));
  if (flag(args, 'json'))
    return outJson(cli, { version: 1, record, ...(proposal && { proposal }), ...(path && { path }) });
  if (path !== undefined)
    await cli.terminal.out(showHidden(Buffer.from(await cli.files.readFile(path)).toString('utf8')));
  else await cli.terminal.out(`${record.description}\n\n${record.body.trim()}\n`);
  if (path !== undefined) cli.terminal.say(showHidden(`${path}\n`));
  const reason = proposal?.evidence.reason;
  if (reason !== undefined) cli.terminal.say(`Why it is proposed: ${reason}\n`);
  return 0;
};

/** The tree with what became of the code that records speak of. */
async function outlineOf(workspace: MemoryWorkspace): Promise<readonly OutlineNode[]> {
  return workspace.outline({ states: statesByRecord(await workspace.freshness.look()) });
}

async function showAll(
  cli: CliSurroundings,
  json: boolean,
  proposals: readonly Proposal[],
  records: readonly MemoryRecord[],
): Promise<ExitCode> {
  if (json) return outJson(cli, { version: 1, proposals, records });
  for (const proposal of proposals) {
    const state = proposal.group === 'arrived' ? 'arrived ' : 'proposed';
    await cli.terminal.out(`${state}  ${proposalLine(proposal)}`);
  }
  for (const record of records) {
    const id = shortId(record.id);
    await cli.terminal.out(
      `${record.status.padEnd(10)}${id}  ${record.kind.padEnd(10)} ${record.description}\n`,
    );
  }
  if (proposals.length + records.length === 0) {
    cli.terminal.say('No records and no proposals here. varve capture looks for them in the git history.\n');
  }
  return 0;
}

async function pathOf(workspace: MemoryWorkspace, id: string): Promise<string | undefined> {
  const find = (nodes: readonly OutlineNode[]): OutlineNode | undefined => {
    for (const node of nodes) {
      const found = node.recordId === id ? node : find(node.children);
      if (found) return found;
    }
    return undefined;
  };
  return find(await workspace.outline())?.path;
}
