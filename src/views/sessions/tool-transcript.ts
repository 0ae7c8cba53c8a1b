import * as vscode from 'vscode';
import type { CallEntry, Transcript, TranscriptEntry } from '../../agent/history/transcript.ts';
import { toolNames } from '../../agent/history/transcript.ts';
import { titleOf } from '../../agent/session/session-title.ts';
import { formatMarkdownCode, formatMarkdownText } from '../../memory/hierarchy/inert-markdown.ts';
import { harmless } from '../run/terminal-text.ts';
import { bounded, code, fileLink, item, lastPieces, said, timeOf } from '../run/transcript-pieces.ts';
import { costWords, joined, oneLine, shortNumber } from '../words.ts';

/**
 * A session of any tool as Markdown. All that was said or printed in it stands in code blocks and code spans: nothing of
 * it comes to life. Links are ours and lead to files below the session's directory. `before`: the id of an entry; only what
 * stands above it.
 */
export function toolTranscript(transcript: Transcript, before?: string): string {
  const { title, id, cwd, branch, created, problems, tool } = transcript;
  const at = transcript.entries.findIndex((entry) => entry.id === before);
  const entries = at < 0 ? transcript.entries : transcript.entries.slice(0, at);
  const branches = at < 0 ? transcript.branches : [];
  const first = transcript.entries.find((entry) => entry.kind === 'prompt')?.text ?? '';
  const name =
    formatMarkdownText(oneLine(harmless(title || titleOf(first)), 100)) || vscode.l10n.t('Session');
  const where = joined(
    formatMarkdownText(joined(toolNames[tool], transcript.toolVersion)),
    formatMarkdownCode(id),
    timeOf(created),
    cwd !== '' && formatMarkdownCode(cwd),
    branch !== undefined && formatMarkdownCode(branch),
  );
  const note = `*${vscode.l10n.t('Written by another program: text to read, nothing to follow.')}*`;
  const head = [`# ${name}`, where, formatMarkdownText(numbersOf(transcript)), note, ...problems.map(code)];
  const pieces = entries.map((entry) => pieceOf(entry, cwd));
  const others = branches.map(
    (line) =>
      `## ${vscode.l10n.t('Another line of this conversation')}\n\n${line.entries.map((entry) => pieceOf(entry, cwd)).join('\n\n')}`,
  );
  return `${[...head.filter(Boolean), ...lastPieces([...pieces, ...others])].join('\n\n')}\n`;
}

function numbersOf({ turns, usage, costUsd }: Transcript): string {
  const tokens = usage && vscode.l10n.t('{0} tokens', shortNumber(usage.inputTokens + usage.outputTokens));
  return joined(vscode.l10n.t('{0} turns', turns), tokens, costWords(costUsd));
}

function pieceOf(entry: TranscriptEntry, cwd: string): string {
  switch (entry.kind) {
    case 'prompt':
      return `### ${vscode.l10n.t('You')}${when(entry.time)}\n\n${said(entry.text)}`;
    case 'answer':
      return `### ${entry.model === undefined ? vscode.l10n.t('The agent') : code(entry.model)}\n\n${said(entry.text)}`;
    case 'call':
      return callPiece(entry, cwd);
    case 'plan':
      return entry.steps
        .map(({ text, state }) => `- [${state === 'done' ? 'x' : ' '}] ${code(text)}`)
        .join('\n');
    case 'compaction':
      return `### ${vscode.l10n.t('The conversation goes on with this summary')}\n\n${said(entry.summary)}`;
    case 'notice':
      return item(code(entry.text));
  }
}

function when(time: number | undefined): string {
  return time === undefined ? '' : ` · ${timeOf(time)}`;
}

function callPiece({ name, summary, writes, result }: CallEntry, cwd: string): string {
  const files = writes.map((path) => fileLink(path, cwd)).join(' ');
  const head = item([code(name), code(summary), files].filter((part) => part !== '').join(' '));
  if (result === undefined) return `${head}\n${item(`*${vscode.l10n.t('without a result')}*`)}`;
  if (result.denied) return `${head}\n${item(`*${vscode.l10n.t('denied')}*`)}`;
  const failed = result.ok ? '' : `\n${item(vscode.l10n.t('{0} failed', code(name)))}`;
  return `${head}${failed}\n\n${bounded(result.text, '')}`;
}
