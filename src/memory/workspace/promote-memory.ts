import { basename, dirname, join } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import { firstSecretLine } from '../../base/secrets.ts';
import type { MemoryFile, TextRange } from '../file/memory-file.ts';
import { findPiece } from '../file/pieces.ts';
import { entriesOf } from '../file/splice.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { RecordKind } from '../project/record-kind.ts';
import { type EditContext, type EditedFile, isAutoMemory, readForEdit, shown } from './edit-context.ts';
import type { PromotionRequest } from './edit-requests.ts';
import type { MemoryProblem, RecordDraft } from './memory-workspace.ts';

/** `metadata.type` of a topic file as Claude Code 2.1.330 writes it, and what it is to Varve. */
const kindOfType: Readonly<Record<string, RecordKind>> = {
  user: 'preference',
  feedback: 'convention',
  project: 'decision',
  reference: 'reference',
};

/**
 * A record drafted from Claude Code's auto memory. The text is another agent's: it becomes a proposal, and the
 * original stays untouched. An index line stands for the topic file it names.
 */
export async function draftPromotion(
  context: EditContext,
  request: PromotionRequest,
  readNow: ReadNow,
): Promise<Result<RecordDraft, MemoryProblem>> {
  const { path, piece: name } = request;
  if (!isAutoMemory(context, path)) {
    const message = `${shown(context, path)} is not Claude Code's auto memory. Entries of your own files are moved, not promoted.`;
    return failure({ kind: 'invalid', message, path });
  }
  const read = await existing(context, path, readNow);
  if (!read.ok) return read;
  const piece = name === undefined ? undefined : findPiece(read.value.file, name);
  if (name !== undefined && piece === undefined) return failure(gone(context, path));
  if (piece === undefined) return draftOfFile(context, read.value, request.kind);
  const topic = await topicOf(context, path, piece.text, readNow);
  if (topic !== undefined) return draftOfFile(context, topic, request.kind);
  const secret = secretAt(context, path, read.value.text, piece.range);
  if (secret !== undefined) return failure(secret);
  const draft = { path, title: piece.label, body: piece.text.replace(/^[-*+]\s+/, '') };
  return success(draftOf({ ...draft, kind: request.kind ?? kindOf(read.value.file) }));
}

async function existing(
  context: EditContext,
  path: string,
  readNow: ReadNow,
): Promise<Result<EditedFile, MemoryProblem>> {
  const read = await readForEdit(context, path, readNow);
  return read.ok && read.value.bytes === null ? failure(gone(context, path)) : read;
}

function draftOfFile(
  context: EditContext,
  { path, text, file }: EditedFile,
  kind: RecordKind | undefined,
): Result<RecordDraft, MemoryProblem> {
  if (basename(path) === 'MEMORY.md') {
    const message = `${shown(context, path)} is an index: promote one of its entries or a topic file.`;
    return failure({ kind: 'invalid', message, path });
  }
  const secret = secretAt(context, path, text, { start: 0, end: text.length });
  if (secret !== undefined) return failure(secret);
  const body = text.slice(file.frontMatter?.range.end ?? 0).replace(/^\uFEFF/, '');
  const described = file.frontMatter?.values['description'];
  const title = typeof described === 'string' && described.trim() !== '' ? described : firstLabel(file);
  if (title === '') {
    const message = `${shown(context, path)} says nothing that could be promoted.`;
    return failure({ kind: 'invalid', message, path });
  }
  return success(draftOf({ path, title, body: body.trim(), kind: kind ?? kindOf(file) }));
}

function draftOf({
  path,
  title,
  body,
  kind,
}: Pick<RecordDraft, 'title' | 'body' | 'kind'> & { readonly path: string }): RecordDraft {
  const name = basename(path);
  return {
    kind,
    title,
    body: body === '' ? title : body,
    source: 'agent:Claude Code auto memory',
    group: 'other agent',
    reason: `Promoted from Claude Code's auto memory of this project (${name}). The original stays where it is.`,
    // By name: the whole path would tell others where this person's home is.
    evidence: [{ path: name, text: title }],
  };
}

/** The topic file that a line of the index names. */
async function topicOf(
  context: EditContext,
  path: string,
  line: string,
  readNow: ReadNow,
): Promise<EditedFile | undefined> {
  const name = /\]\(([^()/\\]+\.md)\)/.exec(line)?.[1];
  if (basename(path) !== 'MEMORY.md' || name === undefined || name === 'MEMORY.md') return undefined;
  const read = await existing(context, join(dirname(path), name), readNow);
  return read.ok ? read.value : undefined;
}

function kindOf({ frontMatter }: MemoryFile): RecordKind {
  const { metadata, type } = frontMatter?.values ?? {};
  const nested =
    typeof metadata === 'object' && metadata !== null && 'type' in metadata ? metadata.type : type;
  return kindOfType[String(nested)] ?? 'decision';
}

function firstLabel(file: MemoryFile): string {
  return file.sections.find(({ depth }) => depth > 0)?.title ?? entriesOf(file)[0]?.label ?? '';
}

/** Where in the file it stands, never what it is. */
function secretAt(
  context: EditContext,
  path: string,
  text: string,
  { start, end }: TextRange,
): MemoryProblem | undefined {
  const secret = firstSecretLine(text.slice(start, end));
  if (secret === undefined) return undefined;
  const line = text.slice(0, start).split('\n').length + secret.line - 1;
  const message = `${shown(context, path)}:${line} holds what looks like a secret (${secret.kind}). Take it out, then promote it.`;
  return { kind: 'secret', message, path };
}

function gone(context: EditContext, path: string): MemoryProblem {
  const message = `${shown(context, path)} does not hold that any more. Look at it, then try again.`;
  return { kind: 'changed-meanwhile', message, path };
}
