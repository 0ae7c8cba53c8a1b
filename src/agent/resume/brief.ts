import { estimateTokens } from '../../base/tokens.ts';
import type { FinishedCall, SessionState } from '../session/session-state.ts';

/** What happened to the project outside the session since it was last active. */
export interface SinceThen {
  /** One line each, newest first. */
  readonly commits: readonly string[];
  /** Relative paths of files of the session that are no longer as it left them. */
  readonly changedFiles: readonly string[];
}

export interface BriefMaterial {
  readonly state: SessionState;
  /** Real path of the workspace root; paths are said from here. */
  readonly root: string;
  /** Descriptions of accepted decisions, newest first. */
  readonly decisions: readonly string[];
  readonly since: SinceThen;
  /** The session's working notes; none unless told. */
  readonly notes?: string;
}

export const BRIEF_TOKENS = 2_000;

interface Part {
  readonly title: string;
  readonly lines: string[];
}

/**
 * What somebody who goes on with a session needs to know, as Markdown of at most 2,000 estimated tokens. A pure
 * function of its material: no model, no clock. Too much of it is cut from the end of the longest part.
 */
export function writeBrief(material: BriefMaterial): string {
  const { state } = material;
  const parts: Part[] = [
    { title: 'Goal', lines: goal(state) },
    {
      title: 'Decisions that hold here',
      lines: material.decisions.slice(0, 12).map((line) => `- ${cut(line, 200)}`),
    },
    { title: 'Done', lines: done(material) },
    { title: 'Notes', lines: noted(material.notes ?? '') },
    { title: 'Where it stopped', lines: stopped(state) },
    { title: 'Last failing check', lines: lastFailure(state) },
    { title: 'Changed since', lines: changed(material.since) },
  ];
  let text = render(state, parts);
  while (estimateTokens(text) > BRIEF_TOKENS && shorten(parts)) text = render(state, parts);
  return text;
}

function render(state: SessionState, parts: readonly Part[]): string {
  const { header } = state;
  const day = new Date(state.modified).toISOString().slice(0, 16).replace('T', ' ');
  const branch = state.branch === undefined ? '' : ` · ${state.branch}`;
  const head = `# Earlier work: ${state.title || 'without a title'}\n\nSession ${header.session} · last active ${day} UTC${branch}`;
  const filled = parts.filter(({ lines }) => lines.length > 0);
  return `${[head, ...filled.map(({ title, lines }) => `## ${title}\n${lines.join('\n')}`)].join('\n\n')}\n`;
}

/** False when nothing can go any more. */
function shorten(parts: readonly Part[]): boolean {
  const sizes = parts.map(({ lines }) => lines.reduce((sum, line) => sum + line.length, 0));
  const longest = parts[sizes.indexOf(Math.max(...sizes))];
  const last = longest?.lines.pop();
  if (!longest || last === undefined) return false;
  if (longest.lines.length === 0 && last.length > 80)
    longest.lines.push(cut(last, Math.floor(last.length / 2)));
  return true;
}

function goal(state: SessionState): string[] {
  const [first, ...later] = state.prompts;
  if (first === undefined) return [];
  const recent = later.slice(-3).map((prompt) => `- then: ${cut(oneLine(prompt), 300)}`);
  return [cut(first.trim(), 1_200), ...recent];
}

function done({ state, root }: BriefMaterial): string[] {
  const files = state.filesWritten.map(
    ({ path, after }) => `- ${after === null ? 'removed' : 'wrote'} ${fromRoot(root, path)}`,
  );
  const commands = state.calls
    .filter((call) => call.effect === 'execute' && call.ok)
    .slice(-5)
    .map((call) => `- ran ${cut(oneLine(call.summary), 160)}`);
  const said = lastSaid(state);
  return [...files, ...commands, ...(said === '' ? [] : [`- said last: ${cut(oneLine(said), 600)}`])];
}

/** Quoted line by line: a heading of the notes must not look like one of the brief. */
function noted(notes: string): string[] {
  const lines = notes.trim().split(/\r?\n/);
  return notes.trim() === '' ? [] : lines.map((line) => `> ${cut(line, 300)}`.trimEnd());
}

function lastSaid(state: SessionState): string {
  const answer = state.messages.findLast(({ role }) => role === 'assistant');
  return (answer?.content ?? []).flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
}

function stopped(state: SessionState): string[] {
  const calls = state.openCalls.map((call) =>
    call.intent
      ? `- under way, outcome to be checked: ${cut(oneLine(call.intent.summary), 200)}`
      : `- not begun: ${call.name}`,
  );
  const unclear = state.calls
    .filter(({ recovered }) => recovered === 'unknown' || recovered === 'changed-since')
    .slice(-3)
    .map((call) => `- outcome unknown after a crash: ${cut(oneLine(call.summary), 200)}`);
  return [outcomeLine(state), ...calls, ...unclear];
}

function outcomeLine(state: SessionState): string {
  const { outcome } = state;
  if (outcome === undefined) return 'Its process ended in the middle of a run.';
  switch (outcome) {
    case 'interrupted':
      return 'The run was interrupted with its process.';
    case 'stopped':
      return 'A person stopped the run.';
    case 'max-turns':
      return 'The run reached its limit of turns.';
    case 'max-budget':
      return 'The run reached its budget.';
    case 'no-structured-output':
      return 'The run ended without the structured answer it was asked for.';
    case 'failed':
      return `The run failed: ${cut(oneLine(state.outcomeMessage ?? ''), 300)}`;
    case 'success':
      return 'The last run came to its end.';
  }
}

/** The last command that failed and did not succeed later. */
function lastFailure(state: SessionState): string[] {
  const commands = state.calls.filter(({ effect }) => effect === 'execute');
  const failed = commands.findLast((call) => !call.ok && !succeededLater(commands, call));
  if (!failed) return [];
  const tail = failed.text.trimEnd().split('\n').slice(-15);
  return [`${cut(oneLine(failed.summary), 200)}:`, ...tail.map((line) => `    ${cut(line, 200)}`)];
}

function succeededLater(commands: readonly FinishedCall[], call: FinishedCall): boolean {
  return commands.slice(commands.indexOf(call) + 1).some(({ ok, summary }) => ok && summary === call.summary);
}

function changed(since: SinceThen): string[] {
  const commits = since.commits.slice(0, 10).map((line) => `- commit ${cut(line, 160)}`);
  const files = since.changedFiles
    .slice(0, 20)
    .map((path) => `- ${path} is no longer as the session left it`);
  return [...commits, ...files];
}

function fromRoot(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function cut(text: string, units: number): string {
  return text.length <= units ? text : `${text.slice(0, units - 1).trimEnd()}…`;
}
