import { expect, it } from 'vitest';
import { claudeCodeReader as reader } from '../../../../src/agent/history/claude-code/claude-code-reader.ts';
import { machineAt, recordedHome } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';
import { readRecorded } from './recorded.ts';

const home = recordedHome('claude-code');
const machine = machineAt(home);

readerContract('Claude Code', { reader, home, isLines: true });

it('names every file of a session', async () => {
  const id = (await readRecorded(home)).sessions['branched'] ?? '';
  const found = (await reader.find(machine, 100)).sessions.find((file) => file.id === id);
  const parts = found ? await reader.parts(machine, found) : [];
  expect(parts.map((path) => path.slice(home.length + 1))).toEqual([
    `.claude/projects/-home-user-project/${id}.jsonl`,
    `.claude/projects/-home-user-project/${id}/custom-title.json`,
    expect.stringMatching(`^\\.claude/file-history/${id}/[0-9a-f]+@v\\d+$`),
  ]);
});
