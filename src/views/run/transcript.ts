import * as vscode from 'vscode';
import type { JournalEvent, JournalHeader } from '../../agent/session/journal-event.ts';
import { titleOf } from '../../agent/session/session-title.ts';
import { formatMarkdownCode, formatMarkdownText } from '../../memory/hierarchy/inert-markdown.ts';
import { outcomeWords } from '../runs/run-words.ts';
import { costWords, joined, oneLine, tokenWords, usedTokens } from '../words.ts';
import { harmless } from './terminal-text.ts';
import { bounded, code, fileLink, item, lastPieces, said, timeOf } from './transcript-pieces.ts';
import { answerWords } from './waiting-text.ts';

export interface Transcript {
  readonly header: JournalHeader;
  readonly events: readonly JournalEvent[];
}

/**
 * The whole session as Markdown. All that a person, a model, a tool or a file said stands in code blocks and code
 * spans: no heading, link, picture or HTML of theirs comes to life. Links are ours and lead to files inside the
 * session's directory. `before`: an event by its `#seq`; only what stands above it.
 */
export function transcriptOf({ header, events: all }: Transcript, before?: string): string {
  const at = before === undefined ? -1 : all.findIndex(({ seq }) => `#${seq}` === before);
  const events = at < 0 ? all : all.slice(0, at);
  const prompt = events.find((event) => event.type === 'message-user')?.text ?? '';
  const pieces = events.flatMap((event) => pieceOf(event, header) ?? []);
  const streaming = streamingText(events);
  if (streaming !== '') pieces.push(said(streaming));
  const head = [
    `# ${formatMarkdownText(oneLine(harmless(titleOf(prompt)), 100)) || vscode.l10n.t('Session')}`,
    `${formatMarkdownCode(header.session)} · ${timeOf(header.created)} · ${formatMarkdownCode(header.cwd)}`,
  ];
  return `${[...head, ...lastPieces(pieces)].join('\n\n')}\n`;
}

/** What the model has said of an answer that is not whole yet. */
function streamingText(events: readonly JournalEvent[]): string {
  const from = events.findLastIndex(({ type }) => type === 'message-assistant' || type === 'request-start');
  return events
    .slice(from + 1)
    .map((event) => (event.type === 'text-delta' ? event.text : ''))
    .join('');
}

type Of<T extends JournalEvent['type']> = Extract<JournalEvent, { readonly type: T }>;

function pieceOf(event: JournalEvent, header: JournalHeader): string | undefined {
  switch (event.type) {
    case 'run-start':
      return `## ${vscode.l10n.t('Run')}\n\n${startLine(event)}`;
    case 'message-user': {
      const who = event.steer ? vscode.l10n.t('You, while it ran') : vscode.l10n.t('You');
      return `### ${who}\n\n${said(event.text)}`;
    }
    case 'message-assistant':
      return answerPiece(event);
    case 'approval-ask':
      return item(vscode.l10n.t('Asked: {0}', code(event.request.summary)));
    case 'approval-answer': {
      const why = event.message === undefined ? '' : `: ${code(event.message)}`;
      return item(`${answerWords(event.decision)}${why}`);
    }
    case 'tool-intent': {
      const link = event.write ? ` ${fileLink(event.write.path, homeOf(header))}` : '';
      return item(`${code(event.name)} ${code(event.summary)}${link}`);
    }
    case 'tool-result':
      return resultPiece(event, header);
    case 'todo-update':
      return event.items
        .map(({ text, state }) => `- [${state === 'done' ? 'x' : ' '}] ${code(text)}`)
        .join('\n');
    case 'checkpoint-create':
      return item(vscode.l10n.t('Checkpoint {0}', event.checkpoint));
    case 'rewind':
      return item(rewindWords(event));
    case 'compaction-end':
      return `### ${vscode.l10n.t('The conversation goes on with this summary')}\n\n${said(event.summary)}`;
    case 'subagent-start':
      return item(vscode.l10n.t('Subagent {0}, session {1}', code(event.agent), code(event.session)));
    case 'retry-wait':
    case 'notice':
      return item(code(event.type === 'notice' ? event.text : event.message));
    case 'run-end':
      return endPiece(event);
    case 'request-start':
    case 'text-delta':
    case 'process-start':
      return undefined;
    default:
      // Written by a newer Varve.
      return undefined;
  }
}

function startLine({ time, model, memory, branch }: Of<'run-start'>): string {
  const read = vscode.l10n.t('{0} of memory from {1} files', tokenWords(memory.tokens), memory.files.length);
  return joined(timeOf(time), code(model), branch !== undefined && code(branch), read);
}

function answerPiece({ content, model }: Of<'message-assistant'>): string | undefined {
  const parts = content.flatMap((block) => {
    if (block.type === 'text' && block.text.trim() !== '') return [said(block.text)];
    if (block.type === 'thinking' && block.thinking.trim() !== '')
      return [`*${vscode.l10n.t('Thinking')}*\n\n${said(block.thinking)}`];
    return [];
  });
  return parts.length === 0 ? undefined : [`### ${code(model)}`, ...parts].join('\n\n');
}

function resultPiece({ ok, name, text, change }: Of<'tool-result'>, header: JournalHeader): string {
  const failed = ok ? '' : `${item(vscode.l10n.t('{0} failed', code(name)))}\n\n`;
  if (!change) return `${failed}${bounded(text, '')}`;
  const line = /^@@ -\d+(?:,\d+)? \+(\d+)/m.exec(change.diff)?.[1];
  return `${failed}${fileLink(change.path, homeOf(header), line)}\n\n${bounded(change.diff, 'diff')}`;
}

function rewindWords({ checkpoint, restored }: Of<'rewind'>): string {
  switch (restored) {
    case 'files':
      return vscode.l10n.t('Files went back to checkpoint {0}', checkpoint);
    case 'conversation':
      return vscode.l10n.t('The conversation went back to checkpoint {0}', checkpoint);
    case 'both':
      return vscode.l10n.t('Files and conversation went back to checkpoint {0}', checkpoint);
  }
}

function endPiece({ outcome, message, totals }: Of<'run-end'>): string {
  const numbers = joined(
    vscode.l10n.t('{0} turns', totals.turns),
    usedTokens(totals.usage),
    costWords(totals.costUsd),
  );
  const head = `**${outcomeWords(outcome)}** · ${formatMarkdownText(numbers)}`;
  return outcome === 'success' || message === '' ? head : `${head}\n\n${said(message)}`;
}

function homeOf({ cwd, worktree }: JournalHeader): string {
  return worktree || cwd;
}
