import { beforeAll, describe, expect, it } from 'vitest';
import { claudeCodeReader as reader } from '../../../../src/agent/history/claude-code/claude-code-reader.ts';
import { findProgram } from '../../../claude-code/program.ts';
import { temporaryDirectory } from '../../../fakes/temporary-directory.ts';
import { machineAt, recordedHome } from '../machine.ts';
import { conversationsOf } from './ask-program.ts';
import { type Conversation, conversationTold, sinceCompaction } from './conversation.ts';
import { RECORDED_TREES, type Recorded, readRecorded, treeSession, writeTrees } from './recorded.ts';

const home = recordedHome('claude-code');
const program = await findProgram();

/** Our conversation beside the program's, of each session. */
async function compared(
  at: string,
  sent: ReadonlyMap<string, Conversation>,
  change = (said: Conversation) => said,
): Promise<readonly { readonly ours: Conversation; readonly theirs: Conversation }[]> {
  const machine = machineAt(at);
  const { sessions } = await reader.find(machine, 10_000);
  return Promise.all(
    [...sent].map(async ([id, conversation]) => {
      const file = sessions.find((found) => found.id === id);
      const read = file && (await reader.read(machine, file));
      const theirs = change(conversation);
      const told = read?.ok ? change(conversationTold(read.value.entries)) : [`${id} was not read`];
      return { ours: sinceCompaction(told, theirs), theirs };
    }),
  );
}

/** In the middle of a conversation the program leaves out calls that came to nothing. */
function withoutOpenCalls(said: Conversation): Conversation {
  return said.filter((line) => !line.endsWith(' open'));
}

function expectSame(pairs: readonly { readonly ours: Conversation; readonly theirs: Conversation }[]): void {
  expect(pairs.length).toBeGreaterThan(0);
  expect(pairs.map(({ ours }) => ours)).toEqual(pairs.map(({ theirs }) => theirs));
}

describe('the main line is what the program goes on with', () => {
  let recorded: Recorded;
  beforeAll(async () => {
    recorded = await readRecorded(home);
  });

  it('in every session that was recorded', async () => {
    const sent = new Map(Object.entries(recorded.conversations));
    expect([...sent.keys()].sort()).toEqual(Object.values(recorded.sessions).sort());
    expectSame(await compared(home, sent));
  });

  it('in trees of messages that grew by chance', async () => {
    const at = await temporaryDirectory();
    const seeds = Array.from({ length: RECORDED_TREES }, (_, seed) => seed);
    await writeTrees(at, seeds);
    const sent = new Map(seeds.map((seed) => [treeSession(seed), recorded.trees[seed] ?? []]));
    expectSame(await compared(at, sent, withoutOpenCalls));
  });

  // VARVE_FULL asks about all of them and about as many trees again that nobody has seen.
  const isFull = process.env['VARVE_FULL'] === '1';

  it.skipIf(program === undefined)('asked anew, by the program itself', { timeout: 600_000 }, async () => {
    const names = isFull
      ? Object.keys(recorded.sessions)
      : ['rewound', 'compacted', 'killedAndResumed', 'typed'];
    const ids = names.map((name) => recorded.sessions[name] ?? '');
    expectSame(await compared(home, await conversationsOf(program ?? '', home, ids)));
  });

  it.skipIf(program === undefined)('in trees asked anew', { timeout: 1_200_000 }, async () => {
    const at = await temporaryDirectory();
    const first = isFull ? RECORDED_TREES : 0;
    const seeds = Array.from({ length: isFull ? RECORDED_TREES : 4 }, (_, index) => first + index);
    await writeTrees(at, seeds);
    const sent = await conversationsOf(program ?? '', at, seeds.map(treeSession));
    expectSame(await compared(at, sent, withoutOpenCalls));
  });
});
