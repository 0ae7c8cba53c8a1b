import type { ResolvedFile, ResolvedHierarchy, Scope } from './hierarchy.ts';
import { fence, formatMarkdownCode } from './inert-markdown.ts';
import { shortPath } from './places.ts';

/** What paths are shown relative to. */
export interface EffectiveLabels {
  readonly root?: string;
  readonly homeDirectory?: string;
}

const origins: Record<Scope, string> = {
  managed: 'your organisation',
  user: 'yours, on this machine',
  project: 'checked in with the project',
  folder: 'checked in with the project',
  local: 'yours, in this project only',
  rules: 'checked in with the project',
  auto: 'written by Claude Code on this machine',
  session: 'notes of this session',
};

const kinds: Record<Scope, string> = {
  managed: 'instructions set by the organisation',
  user: "the user's instructions for every project",
  project: 'project instructions, checked in',
  folder: 'project instructions for one folder, checked in',
  local: "the user's private instructions for this project",
  rules: 'project rule, checked in',
  auto: "the agent's memory from earlier sessions",
  session: 'working notes of this session',
};

/**
 * The effective memory as a Markdown document for people: each loaded file with reason, cost and origin, then what
 * does not load and why. The files' own text is inert: fenced, so that no link, HTML or image in it comes to life.
 */
export function renderEffectiveDocument(
  hierarchy: ResolvedHierarchy,
  activeFile?: string,
  labels: EffectiveLabels = {},
): string {
  const loaded = hierarchy.files.filter(({ state }) => state === 'loaded');
  const others = hierarchy.files.filter(({ state }) => state !== 'loaded');
  const name = (path: string) => formatMarkdownCode(shortPath(path, labels));
  const start =
    activeFile === undefined
      ? 'What Claude Code reads here when a session starts.'
      : `What Claude Code reads here with ${name(activeFile)} open.`;
  const parts = [
    `# Effective memory\n\n${start}\n\n${totals(loaded, hierarchy.tokens)}`,
    ...loaded.map((file, index) => block(file, index + 1, name)),
    ...(others.length === 0 ? [] : [absent(others, name)]),
    ...(hierarchy.problems.length === 0 ? [] : [problems(hierarchy, name)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/**
 * The loaded files for a model's request: each framed with its absolute path and kind, stated as facts. The
 * frame's name does not occur in any text, so that no file can end its frame and speak as another.
 */
export function renderEffectivePrompt(hierarchy: ResolvedHierarchy): string {
  const loaded = hierarchy.files.filter(({ state }) => state === 'loaded');
  if (loaded.length === 0) return '';
  const tag = unusedTag(loaded);
  const frames = loaded.map(({ path, scope, text, cutOff }) => {
    const note = cutOff === undefined ? '' : ` note="${attribute(cutOff)}"`;
    return `<${tag} path="${attribute(path)}" kind="${kinds[scope]}"${note}>\n${text.replace(/\s+$/, '')}\n</${tag}>`;
  });
  return `These memory files apply in this project, broadest first; where they differ, the later one is nearer to the task.\n\n${frames.join('\n\n')}\n`;
}

function totals(loaded: readonly ResolvedFile[], tokens: number): string {
  if (loaded.length === 0) return 'Nothing loads here.';
  return `${loaded.length} ${loaded.length === 1 ? 'file' : 'files'}, about ${count(tokens)} tokens.`;
}

function block(file: ResolvedFile, position: number, name: (path: string) => string): string {
  const facts = [
    `${sentence(file.reason)}.`,
    `About ${count(file.tokens)} tokens.`,
    `Origin: ${origins[file.scope]}.`,
    ...(file.cutOff === undefined ? [] : [`**Cut off**: ${plain(file.cutOff)}.`]),
  ];
  return `## ${position}. ${name(file.path)}\n\n${facts.join(' ')}\n\n${fence(file.text, 'markdown')}`;
}

function absent(files: readonly ResolvedFile[], name: (path: string) => string): string {
  const rows = files.map((file) => {
    const state = file.state === 'on-demand' ? `On demand, about ${count(file.tokens)} tokens` : 'Skipped';
    return `| ${name(file.path).replaceAll('|', '\\|')} | ${state} | ${sentence(file.reason)} |`;
  });
  return `## Does not load here\n\n| File | State | Why |\n| --- | --- | --- |\n${rows.join('\n')}`;
}

function problems(hierarchy: ResolvedHierarchy, name: (path: string) => string): string {
  return `## Problems\n\n${hierarchy.problems.map(({ path, message }) => `- ${name(path)}: ${plain(message)}`).join('\n')}`;
}

function sentence(reason: string): string {
  const text = plain(reason);
  // Only words: a path keeps its own case.
  return /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

// Reasons name files and patterns: their marks are text here, and their addresses no links.
function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[\\`*_{}[\]<>#|!&~@]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.');
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function unusedTag(files: readonly ResolvedFile[]): string {
  const base = 'memory-file';
  for (let number = 1; ; number += 1) {
    const tag = number === 1 ? base : `${base}-${number}`;
    const closing = `</${tag}`;
    if (!files.some(({ text }) => text.toLowerCase().includes(closing))) return tag;
  }
}

function attribute(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
