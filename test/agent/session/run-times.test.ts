import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunTimes } from '../../../src/agent/session/run-times.ts';
import { createSession } from '../../../src/agent/session/session.ts';
import { place, prompt, runStart, surroundingsIn, temporaryDirectory } from './fixtures.ts';

async function sessionIn(directory: string) {
  const surroundings = await surroundingsIn(directory);
  const made = await createSession(surroundings, place);
  if (!made.ok) throw new Error(made.error.message);
  return { surroundings, session: made.value };
}

describe('the times of runs', () => {
  it('reach from start to end, and a session that rested has two', async () => {
    const directory = await temporaryDirectory();
    const { surroundings, session } = await sessionIn(directory);
    for (const text of ['One', 'Two']) {
      await session.append(runStart);
      await session.append(prompt(text));
      await session.append({ type: 'run-end', outcome: 'success', message: '', totals: session.totals });
    }
    await session.close();
    const [first, second] = await readRunTimes(surroundings, directory);
    expect(first!.to).toBeGreaterThan(first!.from);
    expect(second!.from).toBeGreaterThan(first!.to);
    expect(second!.to).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  it('go on while the session is held, and a moment longer where it was cut off', async () => {
    const directory = await temporaryDirectory();
    const { surroundings, session } = await sessionIn(directory);
    await session.append(runStart);
    expect((await readRunTimes(surroundings, directory)).map((time) => time.to)).toEqual([
      Number.POSITIVE_INFINITY,
    ]);
    await session.close();
    const [cutOff] = await readRunTimes(surroundings, directory);
    expect(cutOff!.to - cutOff!.from).toBe(60_000);
  });

  it('are none where there is no directory, and what cannot be read says nothing', async () => {
    const directory = await temporaryDirectory();
    const surroundings = await surroundingsIn(directory);
    await writeFile(join(directory, '01a20274-b2d0-780b-b31d-8dd9121956a9.jsonl'), 'torn');
    expect(await readRunTimes(surroundings, directory)).toEqual([]);
    expect(await readRunTimes(surroundings, join(directory, 'nowhere'))).toEqual([]);
  });
});
