import { basename, dirname, join } from 'node:path';
import { readIfThere } from '../../base/atomic-write.ts';
import type { Git } from '../../base/git.ts';
import { isInside, relativePath } from '../hierarchy/places.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import { type EditContext, encode, shown } from './edit-context.ts';
import type { PlaceName } from './edit-requests.ts';

/**
 * How a memory file begins that was not there: a CLAUDE.md beside an AGENTS.md makes Claude Code 2.1.330 drop
 * AGENTS.md, so the new file imports it; so does the first CLAUDE.local.md. A rule begins with the files that call for
 * it. Empty for everything else.
 */
export async function firstLines(
  { surroundings }: EditContext,
  path: string,
  place: PlaceName,
): Promise<string> {
  if ('scope' in place && place.scope === 'rules') return frontMatter(place.paths ?? []);
  const name = basename(path);
  if (name !== 'CLAUDE.md' && name !== 'CLAUDE.local.md') return '';
  const directory = dirname(path);
  const isThere = async (...parts: readonly string[]): Promise<boolean> =>
    (await surroundings.files.linkStatus(join(directory, ...parts)).catch(() => undefined)) !== undefined;
  if (!(await isThere('AGENTS.md'))) return '';
  const isClaimed =
    name === 'CLAUDE.local.md' && ((await isThere('CLAUDE.md')) || (await isThere('.claude', 'CLAUDE.md')));
  return isClaimed ? '' : '@AGENTS.md\n';
}

// Quoted: `**/*.ts` alone is an alias to YAML. JSON's strings are YAML's.
function frontMatter(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  return `---\npaths:\n${paths.map((path) => `  - ${JSON.stringify(path)}\n`).join('')}---\n`;
}

/** Said with the making of a file: consequences that its text does not show. */
export async function newFileNotes(
  context: EditContext,
  path: string,
  keepOutOfGit: boolean,
): Promise<readonly string[]> {
  const notes = silencedAgents(context, path).map(
    (agents) =>
      `${agents} no longer loads by itself once ${shown(context, path)} is there: Claude Code reads AGENTS.md only in a project without CLAUDE.md. Import it with a line @… if agents should go on reading it.`,
  );
  if (basename(path) !== 'CLAUDE.local.md' || keepOutOfGit || (await isIgnored(context.git, path)))
    return notes;
  return [
    ...notes,
    `git would show ${shown(context, path)} as a new file. It is meant for you alone: list it in .git/info/exclude.`,
  ];
}

/** The line in `info/exclude` that keeps a file of one's own out of commits; undefined where it needs none. */
export async function excludeChange(
  { project, git }: EditContext,
  path: string,
  readNow: ReadNow,
): Promise<FileChange | undefined> {
  if (project.commonDirectory === undefined || !isInside(path, project.root)) return undefined;
  if (await isIgnored(git, path)) return undefined;
  const exclude = join(project.commonDirectory, 'info', 'exclude');
  const before = await readNow(exclude);
  const line = encode(`/${relativePath(project.root, path)}\n`);
  const old = before ?? new Uint8Array();
  const isWhole = old.length === 0 || old.at(-1) === 0x0a;
  // By bytes: what a person wrote there may have any encoding.
  return { path: exclude, before, after: Buffer.concat([old, ...(isWhole ? [] : [encode('\n')]), line]) };
}

/** What stands at a path now, outside the project lock. */
export function readerOf({ surroundings }: EditContext): ReadNow {
  return (path) => readIfThere(surroundings.files, path);
}

// AGENTS.md files that load now and stand elsewhere: the one beside the new file is imported by it.
function silencedAgents(context: EditContext, path: string): readonly string[] {
  const { hierarchy, project } = context;
  const isFirst = /^CLAUDE(?:\.local)?\.md$/.test(basename(path)) && isInside(project.folder, dirname(path));
  if (!isFirst) return [];
  return hierarchy.files
    .filter(
      (file) =>
        file.state === 'loaded' &&
        file.parent === undefined &&
        basename(file.path) === 'AGENTS.md' &&
        dirname(file.path) !== dirname(path),
    )
    .map((file) => shown(context, file.path));
}

async function isIgnored(git: Git | undefined, path: string): Promise<boolean> {
  if (git === undefined) return true;
  const asked = await git.text(['check-ignore', '-q', '--', path]);
  return asked.ok || asked.error.kind !== 'failed';
}
