import { basename, dirname, join } from 'node:path';
import type { CheckedFile, CheckInput, CheckRule, Finding } from '../check-input.ts';
import type { CheckFix } from '../check-problem.ts';
import { pathName } from '../quote.ts';

export const silencedAgents: CheckRule = {
  name: 'silenced-agents',
  severity: 'warning',
  summary: 'Claude Code does not read an AGENTS.md because a CLAUDE.md is there.',
  help: 'Since 2.1.277 Claude Code reads AGENTS.md only in a project without CLAUDE.md, CLAUDE.local.md or .claude/CLAUDE.md. Other agents read it still. Put `@AGENTS.md` into the CLAUDE.md beside it, so that all read the same.',
  async find(input) {
    const found: Finding[] = [];
    const silenced = input.hierarchy.files.filter(
      ({ path, state, reason }) =>
        basename(path) === 'AGENTS.md' &&
        state === 'skipped' &&
        /only in a project without CLAUDE\.md|CLAUDE\.md stands beside/.test(reason),
    );
    for (const { path } of silenced) {
      const isRead = input.hierarchy.files.some((file) => file.path === path && file.state !== 'skipped');
      if (!isRead && !isPointerOnly(input, path)) found.push(await findingFor(input, path));
    }
    return found;
  },
};

/** An AGENTS.md that holds Varve's pointer and nothing else tells Claude Code nothing it does not get by its rules. */
function isPointerOnly(input: CheckInput, path: string): boolean {
  const text = input.files.find((file) => file.path === path)?.file.text ?? '';
  const rest = text.replace(/<!--\s*varve:begin[\s\S]*?varve:end[^>]*-->/, '');
  return rest !== text && rest.trim() === '';
}

async function findingFor(input: CheckInput, path: string): Promise<Finding> {
  const directory = dirname(path);
  const home = basename(directory) === '.claude' ? dirname(directory) : directory;
  const places = [join(home, 'CLAUDE.md'), join(home, '.claude', 'CLAUDE.md')];
  const beside = places
    .map((place) => input.files.find((file) => file.path === place))
    .find((file) => file !== undefined);
  const told = 'other agents read it, Claude Code does not';
  if (beside !== undefined) {
    const message = `${pathName(input, beside.path)} stands in its way: ${told}. Import it there with @AGENTS.md.`;
    return { path, message, fixes: [insertImport(beside, path)] };
  }
  const message = `A CLAUDE.md or CLAUDE.local.md elsewhere in the project stands in its way: ${told}. Create a CLAUDE.md beside it that imports it.`;
  const target = join(home, 'CLAUDE.md');
  if (await input.surroundings.exists(target)) return { path, message };
  const text = `${importOf(target, path)}\n`;
  return {
    path,
    message,
    fixes: [{ kind: 'create', title: 'Create CLAUDE.md with @AGENTS.md', path: target, text }],
  };
}

/** At the head of the file, behind front matter: what is common comes before what is Claude's own. */
function insertImport(claude: CheckedFile, agents: string): CheckFix {
  const { text, frontMatter } = claude.file;
  const start = frontMatter?.range.end ?? (text.startsWith('\uFEFF') ? 1 : 0);
  const range = claude.at({ start, end: start });
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  return {
    kind: 'replace',
    title: `Insert @AGENTS.md into ${basename(claude.path)}`,
    path: claude.path,
    range,
    text: `${importOf(claude.path, agents)}${lineEnd}${text.slice(start).trim() === '' ? '' : lineEnd}`,
  };
}

function importOf(claude: string, agents: string): string {
  const from = dirname(claude);
  if (dirname(agents) === from) return '@AGENTS.md';
  return basename(from) === '.claude' ? '@../AGENTS.md' : '@.claude/AGENTS.md';
}
