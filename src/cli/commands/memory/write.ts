import { failure, type Result, success } from '../../../base/result.ts';
import type { Proposal } from '../../../memory/inbox/proposal.ts';
import { type RecordKind, recordKinds } from '../../../memory/project/record-kind.ts';
import { ownerOf, personSource } from '../../../memory/workspace/person.ts';
import { type ExitCode, flag, type ParsedArguments, text, texts } from '../../command.ts';
import { editorOf, editText, readTextFile } from '../../edit-text.ts';
import { findNamed } from '../../find-named.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { proposalLine, shortId } from '../../proposal-line.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { MemoryAction } from './memory-action.ts';

type Text = Result<string, { readonly message: string }>;
/** `base`: what the edit began from, where that is known. */
type Edited = Result<{ readonly text: string; readonly base?: string }, { readonly message: string }>;

export const add: MemoryAction = async (cli, args, workspace) => {
  const kind = text(args, 'kind') ?? 'decision';
  const title = text(args, 'title') ?? args.positionals.join(' ');
  if (!isKind(kind))
    return sayProblem(cli, { message: `--kind is one of ${recordKinds.join(', ')}, not "${kind}".` });
  if (title.trim() === '')
    return sayProblem(cli, { message: 'Say in one line what to remember: --title "…".' });
  const body = await bodyOf(cli, args);
  if (!body.ok) return sayProblem(cli, body.error);
  const proposed = await workspace.propose({
    kind,
    title,
    body: body.value,
    source: personSource(await ownerOf(cli.gitFor(workspace.root))),
    group: 'person',
    paths: texts(args, 'path'),
  });
  if (!proposed.ok) return sayProblem(cli, proposed.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, proposal: proposed.value });
  await cli.terminal.out(proposalLine(proposed.value));
  cli.terminal.say(`Make it part of memory with: varve memory accept ${shortId(proposed.value.id)}\n`);
  return 0;
};

export const edit: MemoryAction = async (cli, args, workspace) => {
  const [word] = args.positionals;
  if (word === undefined) return sayProblem(cli, { message: 'Say which proposal: varve memory edit ID.' });
  const found = findNamed(word, await workspace.proposals(), ({ record }) => record);
  if (!found.ok) return sayProblem(cli, found.error);
  const changed = await editedText(cli, args, found.value);
  if (!changed.ok) return sayProblem(cli, changed.error);
  const done = await workspace.edit(found.value.id, changed.value.text, changed.value.base);
  if (!done.ok) return sayProblem(cli, done.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, entry: done.value });
  return edited(cli, found.value);
};

async function edited(cli: CliSurroundings, proposal: Proposal): Promise<ExitCode> {
  await cli.terminal.out(`${shortId(proposal.id)}  Edited; it stays proposed.\n`);
  cli.terminal.say(`Make it part of memory with: varve memory accept ${shortId(proposal.id)}\n`);
  return 0;
}

async function bodyOf(cli: CliSurroundings, args: ParsedArguments): Promise<Text> {
  const file = text(args, 'file');
  return file === undefined ? success(text(args, 'body') ?? '') : readTextFile(cli, file);
}

async function editedText(cli: CliSurroundings, args: ParsedArguments, proposal: Proposal): Promise<Edited> {
  const file = text(args, 'file');
  if (file !== undefined) {
    const given = await readTextFile(cli, file);
    return given.ok ? success({ text: given.value }) : given;
  }
  const editor = editorOf(cli);
  if (editor === undefined) {
    return failure({
      message: `Give the new text with --file FILE or --file - (standard input), or set EDITOR and run this on a terminal. The text now: ${proposal.path}`,
    });
  }
  return inEditor(cli, editor, proposal);
}

/** Edits a copy: the file itself changes only through the ledger. */
async function inEditor(cli: CliSurroundings, editor: string, proposal: Proposal): Promise<Edited> {
  const base = Buffer.from(await cli.files.readFile(proposal.path)).toString('utf8');
  const edited = await editText(cli, editor, proposal.record.name, base);
  if (!edited.ok) return edited;
  const text = edited.value;
  return text === base ? failure({ message: 'Nothing was changed.' }) : success({ text, base });
}

function isKind(word: string): word is RecordKind {
  return (recordKinds as readonly string[]).includes(word);
}
