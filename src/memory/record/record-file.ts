import { failure, type Result, success } from '../../base/result.ts';
import { readFrontMatter } from '../file/front-matter.ts';
import { setFrontMatterValue } from '../file/front-matter-edit.ts';
import { type RecordKind, recordKinds } from '../project/record-kind.ts';
import { hasMergeMarks } from './merge-marks.ts';
import { type MemoryRecord, type RecordStatus, recordStatuses } from './record.ts';
import { plainScalar, safeBody, showHidden } from './safe-text.ts';

export interface RecordProblem {
  /** `merge-conflict`: git left both sides of a merge in it. */
  readonly kind: 'not-a-record' | 'newer-version' | 'merge-conflict';
  /** A sentence that names the file. */
  readonly message: string;
}

/** `metadata.type` as Claude Code 2.1.330 knows it: user, feedback, project or reference. */
const typeOfKind: Readonly<Record<RecordKind, string>> = {
  decision: 'project',
  milestone: 'project',
  convention: 'project',
  gotcha: 'project',
  preference: 'user',
  reference: 'reference',
};

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/**
 * Reads one record file; `fileName` has no directory. Tolerant: order, quoting, unknown keys, line ends and a BOM are
 * the file's own business (nothing is ever re-rendered from a parsed record, edits are splices). Whoever wrote the
 * file, description and body come with what cannot be seen made visible: every face shows them. What cannot be
 * missing is `varve_id`, `varve_kind` and `varve_status`: guessing one would deliver or duplicate a record.
 */
export function parseRecord(fileName: string, text: string): Result<MemoryRecord, RecordProblem> {
  // In the body alone they would not keep it from being read, and agents would be told both sides.
  if (hasMergeMarks(text)) return failure(bothSides(fileName));
  const reading = readFrontMatter(text);
  if (reading.frontMatter === undefined) return notARecord(fileName, 'has no front matter');
  const values = reading.frontMatter.values;
  const metadata = isObject(values['metadata']) ? values['metadata'] : {};
  const version = Number(metadata['varve_version'] ?? 1);
  if (!(version <= 1)) return newer(fileName, version);

  const id = textOf(metadata['varve_id']);
  const kind = recordKinds.find((known) => known === metadata['varve_kind']);
  const status = recordStatuses.find((known) => known === metadata['varve_status']);
  if (!ulid.test(id)) return notARecord(fileName, 'has no varve_id under metadata');
  if (kind === undefined) return notARecord(fileName, `has no varve_kind of ${recordKinds.join(', ')}`);
  if (status === undefined)
    return notARecord(fileName, `has no varve_status of ${recordStatuses.join(', ')}`);

  const modified = textOf(metadata['modified'] ?? values['modified']);
  return success({
    id: id.toUpperCase(),
    kind,
    status,
    name: fileName.replace(/\.md$/i, ''),
    // A line break in it would begin a row of its own wherever rows stand.
    description: showHidden(textOf(values['description'])).replace(/\s*\n\s*/g, ' '),
    modified,
    body: showHidden(text.slice(reading.bodyStart)).replace(/^\n+/, '').trimEnd(),
  });
}

function bothSides(fileName: string): RecordProblem {
  const message = `${fileName} holds both sides of a merge. Keep one, take the conflict marks out, then git add it.`;
  return { kind: 'merge-conflict', message };
}

function notARecord(fileName: string, lack: string): Result<never, RecordProblem> {
  return failure({
    kind: 'not-a-record',
    message: `${fileName} ${lack}, so it is not read as a record; restore it from git or take it out of this directory.`,
  });
}

function newer(fileName: string, version: number): Result<never, RecordProblem> {
  return failure({
    kind: 'newer-version',
    message: `${fileName} was written by a newer Varve (record version ${version}); update Varve to read it.`,
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/**
 * The bytes of a new record file. Front matter holds plain scalars only; description and body are made safe (see
 * `safe-text.ts`), so a record whose text is already safe is rendered as it is. The front matter stays below 2 KB:
 * what recall needs stands in the first 4,096 bytes, which is what Claude Code 2.1.330 reads of a topic file.
 */
export function renderRecord(record: MemoryRecord): string {
  return [
    '---',
    `name: ${plainScalar(record.name)}`,
    `description: ${plainScalar(record.description)}`,
    'metadata:',
    '  node_type: memory',
    `  type: ${typeOfKind[record.kind]}`,
    `  modified: ${plainScalar(record.modified)}`,
    `  varve_id: ${record.id}`,
    `  varve_kind: ${record.kind}`,
    `  varve_status: ${record.status}`,
    '---',
    safeBody(record.body),
    '',
  ].join('\n');
}

const statusLine = /^([ \t]+varve_status:[ \t]*)[^\s#]+/m;

/** The text of a record file with another status; no other byte changes. Text that is no record comes back as it is. */
export function withStatus(text: string, status: RecordStatus): string {
  const set = setFrontMatterValue(text, ['metadata', 'varve_status'], status);
  if (set.ok) return set.value;
  // The careful edit refuses YAML it cannot keep faithfully (anchors, flow maps); the line itself is still ours.
  const reading = readFrontMatter(text);
  const head = text.slice(0, reading.bodyStart);
  return head.replace(statusLine, `$1${status}`) + text.slice(reading.bodyStart);
}
