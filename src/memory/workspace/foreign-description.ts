import { findSecrets } from '../../base/secrets.ts';
import { readFrontMatter } from '../file/front-matter.ts';
import { isInside, shortPath } from '../hierarchy/places.ts';
import { showHidden } from '../record/safe-text.ts';
import { directoriesOf } from './edit-context.ts';
import type { ForeignWrite } from './foreign-writes.ts';
import type { OpenProject } from './open-project.ts';
import type { SeenStore, SeenWrite } from './seen-memory.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What is remembered of a write, with its texts and what a person should know of it. */
export async function describeWrite(
  { surroundings, project }: Pick<OpenProject, 'surroundings' | 'project'>,
  store: SeenStore,
  write: SeenWrite,
): Promise<ForeignWrite> {
  const { id, path, firstSeen, lastSeen } = write;
  const [before, after] = await Promise.all([textOf(store, write.before), textOf(store, write.after)]);
  const { homeDirectory } = surroundings;
  const session = sessionOf(after ?? before ?? '');
  const isClaudes = isInside(path, `${directoriesOf(surroundings).configDirectory}/projects`);
  return {
    id,
    path,
    label: showHidden(shortPath(path, { root: project.root, homeDirectory })),
    kind: write.before === null ? 'created' : write.after === null ? 'deleted' : 'changed',
    by: isClaudes || session !== undefined ? 'Claude Code' : 'another program',
    ...(session === undefined ? {} : { session }),
    firstSeen,
    lastSeen,
    before,
    after,
    risks: risksOf(before ?? '', after ?? ''),
  };
}

async function textOf(store: SeenStore, hash: string | null): Promise<string | undefined> {
  if (hash === null) return undefined;
  const bytes = await store.content(hash);
  return bytes === undefined ? '' : decoder.decode(bytes);
}

/** `metadata.originSessionId` of a topic file of Claude Code 2.1.330. */
function sessionOf(text: string): string | undefined {
  const metadata: unknown = readFrontMatter(text).frontMatter?.values['metadata'];
  if (typeof metadata !== 'object' || metadata === null || !('originSessionId' in metadata)) return undefined;
  const session = metadata.originSessionId;
  return typeof session === 'string' && /^[0-9a-f-]{36}$/i.test(session) ? session : undefined;
}

function risksOf(before: string, after: string): readonly string[] {
  const secrets = findSecrets(after)
    .filter(({ start, end }) => !before.includes(after.slice(start, end)))
    .map(({ kind, start }) => `Line ${lineAt(after, start)} holds what looks like a secret (${kind}).`);
  const plain = (text: string) => text.replace(/\r\n?/g, '\n').replace(/\u00A0/g, ' ');
  const hides = showHidden(after) !== plain(after) && showHidden(before) === plain(before);
  return hides ? [...secrets, 'It holds characters that cannot be seen.'] : secrets;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
