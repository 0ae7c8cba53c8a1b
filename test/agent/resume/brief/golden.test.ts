import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allReaders } from '../../../../src/agent/history/all-readers.ts';
import type { HistoryReader } from '../../../../src/agent/history/history-reader.ts';
import { writeBrief } from '../../../../src/agent/resume/brief/write-brief.ts';
import { learnFrom } from '../../../../src/agent/resume/learn/learn-from.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import { materialOf } from '../told-session.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/histories');
const golden = join(import.meta.dirname, 'golden');
const recorded = await readdir(fixtures);
const readers = allReaders({ varveHome: join(fixtures, 'varve/.varve'), owner: await currentOwner() });

/** Sessions that the real program made, see `record.ts` of each tool. */
describe.each(
  readers.filter(({ tool }) => recorded.includes(tool)).map((reader) => [reader.name, reader] as const),
)('sessions recorded with %s', (_name, reader) => {
  it('give the briefs that are kept, and are learnt from as is kept', async () => {
    const sessions = await sessionsOf(reader);
    expect(sessions.length).toBeGreaterThan(0);
    for (const { id, transcript } of sessions) {
      const material = materialOf(transcript, {
        root: transcript.cwd,
        git: { commits: [], status: [], statusCount: 0 },
      });
      const learnt = learnFrom(transcript).map(
        ({ rule, kind, title, number }) => `${rule} [t${number}] ${kind}: ${title}\n`,
      );
      const kept = `${writeBrief(material).text}\n---\n${learnt.join('') || 'nothing is learnt\n'}`;
      await expect(kept).toMatchFileSnapshot(join(golden, reader.tool, `${id.replace(/[^\w.-]/g, '_')}.md`));
    }
  });
});

async function sessionsOf(reader: HistoryReader) {
  const homeDirectory = join(fixtures, reader.tool);
  const machine = { files: nodeFiles, homeDirectory, environment: {}, platform: 'linux' } as const;
  const { sessions } = await reader.find(machine, 1_000);
  const read = await Promise.all(
    sessions.map(async (file) => ({ id: file.id, transcript: await reader.read(machine, file) })),
  );
  return read.flatMap(({ id, transcript }) =>
    // The time of a file is of whoever checked it out.
    transcript.ok ? [{ id, transcript: { ...transcript.value, modified: lastTime(transcript.value) } }] : [],
  );
}

function lastTime({
  entries,
  created,
}: {
  readonly entries: readonly { readonly time?: number }[];
  readonly created: number;
}) {
  return entries.reduce((last, { time }) => Math.max(last, time ?? 0), created);
}
