import type { ResolvedFile, ResolvedHierarchy, Scope } from './hierarchy.ts';

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
