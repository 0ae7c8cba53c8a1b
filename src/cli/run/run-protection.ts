import { createHash } from 'node:crypto';
import { basename, dirname, join, relative } from 'node:path';
import { movesByGit, showsProtectedWrite } from '../../agent/guard/command-judging.ts';
import { createProtectedFiles, type ProtectedChange } from '../../agent/guard/protected-files.ts';
import type { Sandbox } from '../../agent/sandbox/sandbox.ts';
import { storeObject } from '../../agent/session/object-store.ts';
import type { Session } from '../../agent/session/session.ts';
import { createProtection, type Protection } from '../../agent/tools/protected-command.ts';
import { sha256 } from '../../base/hash.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { protectedHomes } from './protected-homes.ts';

const recentEntries = 50;
const maxProposalLetters = 4_000;

/** Holds what steers agents and tools as it was, over the commands of one run. */
export function composeProtection(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  session: Session,
  sandbox?: Sandbox,
): Protection {
  const root = session.header.worktree;
  const scope = {
    files: cli.files,
    root,
    home: cli.homeDirectory,
    alsoProtected: protectedHomes(cli),
    additionalRoots: [],
  };
  return createProtection({
    protectedFiles: createProtectedFiles(cli.files, root, () => knownFolders(workspace, root)),
    handler: {
      isExpected: async (change, command) =>
        (sandbox?.state.on === true && isPlaceholder(change)) ||
        (await isOfVarve(workspace, change)) ||
        (movesByGit(command) && (await isCommitted(cli, root, change))),
      keep: (change) => keep(cli, workspace, session, root, change),
    },
    isShown: (command) => showsProtectedWrite(scope, command),
    ...(sandbox !== undefined && { afterCommand: () => sandbox.tidy() }),
  });
}

/** Folders below the root that memory files are known in. */
async function knownFolders(workspace: MemoryWorkspace, root: string): Promise<readonly string[]> {
  const { hierarchy } = await workspace.effective();
  const folders = hierarchy.files.map(({ path }) => dirname(path));
  return [...new Set(folders)].filter(
    (folder) => folder.startsWith(`${root}/`) && !/\/\.(claude|varve)(\/|$)/.test(folder),
  );
}

/** The sandbox holds back what is not there by an empty file, as long as commands run. */
function isPlaceholder({ before, after }: ProtectedChange): boolean {
  return before === null && after?.length === 0;
}

/** What the ledger wrote meanwhile, e.g. a record that a person accepted in the editor. */
async function isOfVarve(workspace: MemoryWorkspace, { path, after }: ProtectedChange): Promise<boolean> {
  const hash = after === null ? null : sha256(after);
  const entries = (await workspace.log()).slice(-recentEntries);
  return entries.some(({ targets }) =>
    targets.some((target) => target.post === hash && basename(target.path) === basename(path)),
  );
}

/** Whether the path holds, byte for byte, what the commit that is checked out has there. */
async function isCommitted(
  cli: CliSurroundings,
  root: string,
  { path, after, link }: ProtectedChange,
): Promise<boolean> {
  const name = relative(root, path).split('\\').join('/');
  if (name.startsWith('..') || name.startsWith('.git/')) return false;
  const found = await cli.gitFor(root).text(['rev-parse', '--verify', '-q', `HEAD:./${name}`]);
  if (!found.ok) return after === null && link === undefined && found.error.kind === 'failed';
  const bytes = link === undefined ? after : Buffer.from(link);
  if (bytes === null) return false;
  const hash = createHash(found.value.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex') === found.value;
}

/** Nothing a command wrote is lost: its text becomes a proposal where it is memory, its bytes are kept in any case. */
async function keep(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  session: Session,
  root: string,
  change: ProtectedChange,
): Promise<string> {
  const { after, link } = change;
  if (link !== undefined) return `It had been made a link to ${link}.`;
  if (after === null) return 'It had been removed or replaced.';
  const objects = join(workspace.stateDirectory, 'objects');
  const path = await storeObject(cli.files, objects, after);
  const kept = `What the command wrote is kept as ${path}.`;
  const name = relative(root, change.path);
  const added = addedText(change);
  if (
    !/(^|[\\/])(CLAUDE|CLAUDE\.local|AGENTS)\.md$|^\.claude[\\/]rules[\\/].*\.md$/.test(name) ||
    added === ''
  )
    return kept;
  const proposed = await workspace.propose({
    kind: 'convention',
    title: `What a command wrote into ${name}`,
    body: added,
    source: `run:${session.id}`,
    group: 'run',
    reason: `A command of the run changed ${name}, which agents obey; the change was taken back.`,
  });
  return proposed.ok ? `${kept} Its text waits in the inbox as a proposal.` : kept;
}

function addedText({ before, after }: ProtectedChange): string {
  const linesOf = (bytes: Uint8Array | null) =>
    Buffer.from(bytes ?? [])
      .toString('utf8')
      .split(/\r?\n/);
  const known = new Set(linesOf(before));
  const added = linesOf(after)
    .filter((line) => !known.has(line))
    .join('\n')
    .trim();
  return added.slice(0, maxProposalLetters);
}
