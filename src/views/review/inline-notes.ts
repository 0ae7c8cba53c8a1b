import * as vscode from 'vscode';
import {
  formatMarkdownCode,
  formatMarkdownSentence,
  formatMarkdownText,
} from '../../memory/hierarchy/inert-markdown.ts';
import type { InsertionPoint } from '../../memory/inbox/insertion-points.ts';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import { recordTitle } from '../../memory/record/record-parts.ts';
import { showHidden } from '../../memory/record/safe-text.ts';
import type { ProposalEffect } from '../../memory/workspace/proposal-effects.ts';
import { evidenceLine, kindLabel } from '../inbox/inbox-rows.ts';
import type { Row } from '../tree/row.ts';
import { tokenWords } from '../words.ts';
import { originWords, riskSentences, sourceWords } from './risks.ts';

/** A proposal of a folder with what accepting it would change. */
export interface Waiting {
  readonly folder: string;
  readonly proposal: Proposal;
  readonly effect: ProposalEffect | undefined;
}

/** What is said of one proposal at a place of a file. */
export interface NoteEntry {
  /** What commands act on, as a row of the Inbox has it. */
  readonly row: Row;
  /** One line, plain text. */
  readonly heading: string;
  /** Markdown in which nothing of the proposal is a mark, a link or HTML. */
  readonly body: string;
}

/** Something to say at a line of a file: one entry for each proposal, or a list of many. */
export interface InlineNote {
  /** The same as long as it speaks of the same proposals at the same kind of place. */
  readonly key: string;
  /** Zero-based. */
  readonly line: number;
  readonly title: string;
  /** In the proposal's own file. */
  readonly isOwn: boolean;
  readonly entries: readonly NoteEntry[];
  /** Markdown; given instead of single texts where there are many entries. */
  readonly list?: string;
}

/** A proposal whose line would come into a file. */
interface Inserted extends Waiting {
  readonly point: InsertionPoint;
}

/** More proposals than this at one line are listed, not shown one by one. */
const MANY = 5;

/** What stands at the lines of a file: its own proposal, and what would be inserted into it. */
export function inlineNotes(path: string, text: string, waiting: readonly Waiting[]): readonly InlineNote[] {
  const own = waiting.filter(({ proposal }) => proposal.path === path).map((one) => ownNote(text, one));
  const last = Math.max(0, text.replace(/\r?\n$/, '').split('\n').length - 1);
  const byLine = new Map<number, readonly Inserted[]>();
  for (const one of insertedInto(path, waiting)) {
    const line = Math.min(one.point.line, last);
    byLine.set(line, [...(byLine.get(line) ?? []), one]);
  }
  return [...own, ...[...byLine].sort(([a], [b]) => a - b).map(([line, many]) => insertionNote(line, many))];
}

/** Line of a record's title: the first with text behind the front matter. */
export function titleLine(text: string): number {
  const lines = text.split('\n').map((line) => line.trim());
  const isFenced = lines[0]?.replace(/^\uFEFF/, '') === '---';
  const end = isFenced ? lines.indexOf('---', 1) : -1;
  const found = lines.findIndex((line, index) => index > end && line !== '');
  return Math.max(0, found);
}

/** In the order in which their lines would stand. */
function insertedInto(path: string, waiting: readonly Waiting[]): readonly Inserted[] {
  const found = waiting.flatMap((one) => {
    const point = one.effect?.lines.find((line) => line.path === path);
    return point === undefined ? [] : [{ ...one, point }];
  });
  return found.sort((a, b) => a.point.order - b.point.order);
}

function ownNote(text: string, waiting: Waiting): InlineNote {
  return {
    key: `own:${waiting.proposal.id}`,
    line: titleLine(text),
    isOwn: true,
    title:
      waiting.proposal.group === 'arrived'
        ? vscode.l10n.t('Arrived with a pull: agents read this already, nobody looked at it here')
        : vscode.l10n.t('Proposed: agents do not read this until you accept it'),
    entries: [{ ...entryBasics(waiting), body: whyText(waiting) }],
  };
}

function insertionNote(line: number, many: readonly Inserted[]): InlineNote {
  const [first] = many;
  const tokens = tokenWords(many.reduce((sum, { point }) => sum + point.tokens, 0));
  const title =
    many.length === 1 && first?.point.fits === false
      ? vscode.l10n.t('Proposed: this list is full, it would only be counted here')
      : many.length === 1
        ? vscode.l10n.t('Proposed: 1 line would be added here ({0})', tokens)
        : vscode.l10n.t('Proposed: {0} lines would be added here ({1})', many.length, tokens);
  const note = { key: `at:${many.map(({ proposal }) => proposal.id).join()}`, line, title, isOwn: false };
  const isOne = many.length === 1;
  const entries = many.map((one) => ({
    ...entryBasics(one),
    body: [formatMarkdownCode(showHidden(one.point.text)), isOne ? whyText(one) : careText(one)].join('\n\n'),
  }));
  return many.length > MANY ? { ...note, entries, list: listOf(many) } : { ...note, entries };
}

function entryBasics({ folder, proposal }: Waiting): Pick<NoteEntry, 'row' | 'heading'> {
  const { id, path, record } = proposal;
  return {
    row: { id, label: recordTitle(record), subject: { kind: 'proposal', folder, id, path } },
    heading: `${kindLabel(record.kind)}, ${originWords(proposal)}`,
  };
}

/** Rule, reason, evidence, origin and risk, each in its own line. */
function whyText({ proposal, effect }: Pick<Waiting, 'proposal' | 'effect'>): string {
  const { evidence } = proposal;
  const reason = evidence.reason ?? vscode.l10n.t('Written down without a rule.');
  const rule = evidence.rule === undefined ? '' : ` (${formatMarkdownCode(evidence.rule)})`;
  const items = evidence.evidence.map((item) => inert(evidenceLine(item).label));
  const lines = [
    said(vscode.l10n.t('Why proposed'), `${inert(reason)}${rule}`),
    ...(items.length > 0 ? [said(vscode.l10n.t('Evidence'), items.join('; '))] : []),
    said(vscode.l10n.t('Source'), inert(sourceWords(proposal))),
    careText({ proposal, effect }),
  ];
  return lines.join('\n\n');
}

function careText({ proposal, effect }: Pick<Waiting, 'proposal' | 'effect'>): string {
  const sentences = riskSentences(proposal, effect).map(formatMarkdownSentence);
  return said(vscode.l10n.t('Before you accept'), sentences.join(' '));
}

function said(label: string, text: string): string {
  return `**${label}:** ${text}`;
}

/** Text of a proposal as Markdown that is only text. */
function inert(text: string): string {
  return formatMarkdownText(showHidden(text));
}

function listOf(many: readonly Inserted[]): string {
  const lines = many.map(
    ({ proposal }) => `- ${inert(recordTitle(proposal.record))} (${originWords(proposal)})`,
  );
  return [
    vscode.l10n.t('Review them in the Inbox, or all together as one diff with the action above.'),
    '',
    ...lines,
  ].join('\n');
}
