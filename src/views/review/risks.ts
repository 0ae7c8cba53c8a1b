import * as vscode from 'vscode';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import { recordPart } from '../../memory/record/record-parts.ts';
import { showHidden } from '../../memory/record/safe-text.ts';
import type { ProposalEffect } from '../../memory/workspace/proposal-effects.ts';
import { tokenWords } from '../words.ts';

/** Below this a rule guesses more than it knows. */
const SURE = 0.6;

/** Invisible characters that capture made visible, see `showHidden`. */
const shownCode = /‹U\+[0-9A-F]{4,6}›/;

/** What speaks for care before a proposal is accepted, one sentence each; who it is from comes first. */
export function riskSentences(proposal: Proposal, effect: ProposalEffect | undefined): readonly string[] {
  const { record, evidence } = proposal;
  const found = [
    originRisk(proposal),
    hasHidden(`${record.description}\n${record.body}`) &&
      vscode.l10n.t('It holds invisible characters; they are shown by their codes.'),
    ...(effect?.replaces ?? []).map(({ title }) =>
      vscode.l10n.t('It supersedes what was accepted: {0}.', title),
    ),
    evidence.standing !== undefined &&
      ['rejected', 'deprecated', 'superseded'].includes(evidence.standing) &&
      vscode.l10n.t('Its own document says: {0}.', evidence.standing),
    recordPart(record, 'Why') === undefined && vscode.l10n.t('No reason is given.'),
    evidence.confidence !== undefined &&
      evidence.confidence < SURE &&
      vscode.l10n.t('The rule is only {0} % sure.', percent(evidence.confidence)),
    costSentence(proposal, effect),
  ];
  return found.filter((sentence) => typeof sentence === 'string');
}

/** What it costs agents from then on. */
export function costSentence({ group }: Pick<Proposal, 'group'>, effect: ProposalEffect | undefined): string {
  if (group === 'arrived') return vscode.l10n.t('Agents load it already.');
  if (effect?.isLoading === false)
    return vscode.l10n.t('It goes to the archive, where it can be found; agents do not load it.');
  const lines = effect?.lines ?? [];
  const loaded = lines.filter(({ isLoaded }) => isLoaded);
  const tokens = (loaded.length > 0 ? loaded : lines).reduce((sum, { tokens: own }) => sum + own, 0);
  if (tokens === 0) return vscode.l10n.t('What agents load is full: it would only be counted there.');
  return loaded.length > 0
    ? vscode.l10n.t('It changes what agents load: {0} more at every start.', tokenWords(tokens))
    : vscode.l10n.t('It comes into the index, which agents read on demand: {0}.', tokenWords(tokens));
}

/** In words who it came from, as this reader knows them. */
export function originWords({ origin }: Pick<Proposal, 'origin'>): string {
  switch (origin) {
    case 'owner':
      return vscode.l10n.t('by you');
    case 'system':
      return vscode.l10n.t('by Varve');
    case 'agent':
      return vscode.l10n.t('by an agent');
    case 'untrusted':
      return vscode.l10n.t('by somebody else');
  }
}

export function percent(confidence: number): number {
  return Math.round(confidence * 100);
}

/** `commit:Ada <a@b>` as a person says it. */
export function sourceWords({ evidence: { source } }: Pick<Proposal, 'evidence'>): string {
  const plain = showHidden(source.replace(/^(?:person|agent):/, ''));
  if (plain.startsWith('commit:')) return vscode.l10n.t('a commit of {0}', plain.slice('commit:'.length));
  if (plain.startsWith('run:')) return vscode.l10n.t('run {0}', plain.slice('run:'.length));
  if (plain.startsWith('session:')) return plain.slice('session:'.length);
  return plain === 'unknown' ? vscode.l10n.t('unknown, its evidence is missing') : plain;
}

function originRisk(proposal: Proposal): string | false {
  const source = sourceWords(proposal);
  if (proposal.origin === 'agent') return vscode.l10n.t('An agent wrote it: {0}.', source);
  return proposal.origin === 'untrusted' && vscode.l10n.t('Somebody else wrote it: {0}.', source);
}

function hasHidden(text: string): boolean {
  return shownCode.test(text) || showHidden(text) !== text.replace(/\r\n?/g, '\n').replace(/\u00A0/g, ' ');
}
