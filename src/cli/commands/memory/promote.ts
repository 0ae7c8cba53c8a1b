import { resolve } from 'node:path';
import { failure, type Result, success } from '../../../base/result.ts';
import { type RecordKind, recordKinds } from '../../../memory/project/record-kind.ts';
import type { PromotionRequest } from '../../../memory/workspace/edit-requests.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { type ExitCode, flag, type ParsedArguments, text } from '../../command.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { proposalLine, shortId } from '../../proposal-line.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import { entryNamed } from './entry-words.ts';
import type { MemoryAction } from './memory-action.ts';

export const promote: MemoryAction = async (cli, args, workspace) => {
  const request = await requestOf(cli, args, workspace);
  if (!request.ok) return sayProblem(cli, request.error);
  if (flag(args, 'dry-run')) return showDraft(cli, args, workspace, request.value);
  const proposed = await workspace.edits.promote(request.value);
  if (!proposed.ok) return sayProblem(cli, proposed.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, applied: true, proposal: proposed.value });
  await cli.terminal.out(proposalLine(proposed.value));
  cli.terminal.say(
    `Read it with varve memory show ${shortId(proposed.value.id)}, then make it part of memory with varve memory accept ${shortId(proposed.value.id)}.\n`,
  );
  return 0;
};

async function requestOf(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<Result<PromotionRequest, { readonly message: string }>> {
  const [word] = args.positionals;
  if (word === undefined)
    return failure({ message: 'Say which file of the auto memory, or PATH:LINE for an entry.' });
  const kind = text(args, 'kind');
  if (kind !== undefined && !isKind(kind)) {
    return failure({ message: `--kind is one of ${recordKinds.join(', ')}, not "${kind}".` });
  }
  const chosen = kind === undefined ? {} : { kind };
  const path = resolve(cli.cwd, word);
  if ((await cli.files.status(path).catch(() => undefined))?.kind === 'file')
    return success({ path, ...chosen });
  const entry = await entryNamed(cli, workspace, word);
  return entry.ok ? success({ ...entry.value, ...chosen }) : entry;
}

async function showDraft(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  request: PromotionRequest,
): Promise<ExitCode> {
  const draft = await workspace.edits.planPromotion(request);
  if (!draft.ok) return sayProblem(cli, draft.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, applied: false, draft: draft.value });
  const { kind, title, body } = draft.value;
  await cli.terminal.out(`${kind}: ${title}\n\n${body}\n`);
  cli.terminal.say('Nothing was written.\n');
  return 0;
}

function isKind(word: string): word is RecordKind {
  return recordKinds.some((kind) => kind === word);
}
