import { dirname } from 'node:path';
import type { ListedSession } from '../../../agent/history/catalogue/catalogue.ts';
import { describeSession } from '../../../agent/session/session-list.ts';
import { currentOwner } from '../../../base/process-identity.ts';
import type { CliSurroundings } from '../../surroundings.ts';

/** Rows as docs/formats/sessions.md has them. Of Varve's own what its journals say besides. */
export async function sessionsAsJson(
  { files }: CliSurroundings,
  sessions: readonly ListedSession[],
): Promise<readonly object[]> {
  const owner = await currentOwner();
  const rows: object[] = [];
  for (const session of sessions) {
    const { key: _, fileCount, files: paths, branchCount, lineage, archived, ...row } = session;
    const directory = dirname(session.path);
    const own =
      session.tool === 'varve' && !archived
        ? await describeSession({ files, owner, directory }, session.id)
        : undefined;
    const subagent =
      lineage?.how === 'subagent' ? { agent: lineage.agent ?? '', parent: lineage.from } : undefined;
    rows.push({
      ...row,
      files: fileCount,
      ...(subagent && { subagent }),
      ...own,
      paths,
      branches: branchCount,
      ...(lineage && { lineage }),
      ...(archived && { archived }),
    });
  }
  return rows;
}
