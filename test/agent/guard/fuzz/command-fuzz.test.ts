import { expect, test } from 'vitest';
import { createGuard } from '../../../../src/agent/guard/decide.ts';
import type { Guard, Verdict } from '../../../../src/agent/guard/guard.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { allowedRules, createChooser, harmlessLine, hiddenCall, nest, unsafePart } from './compose.ts';

const full = process.env['VARVE_FULL'] !== undefined;
const count = full ? 100_000 : 5_000;
const seed = Number(process.env['VARVE_SEED'] ?? 20_261_122);

function guardOf(allow: readonly string[], deny: readonly string[]): Guard {
  const rules = {
    allow: allow.map((rule) => `Bash(${rule})`),
    deny: deny.map((rule) => `Bash(${rule})`),
    ask: [],
  };
  return createGuard({
    files: nodeFiles,
    root: '/workspace-that-is-not-there',
    home: '/home/ada',
    mode: 'default',
    rules,
  });
}

async function faults(
  guard: Guard,
  lines: Iterable<string>,
  isFault: (verdict: Verdict) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const command of lines) {
    const verdict = await guard.decide({ tool: 'run_command', effect: 'execute', command });
    if (isFault(verdict)) found.push(`${verdict.decision}: ${JSON.stringify(command)} (${verdict.reason})`);
  }
  return found;
}

function* composed(
  offset: number,
  share: number,
  compose: (choose: ReturnType<typeof createChooser>) => string,
) {
  const choose = createChooser(seed + offset);
  for (let left = Math.ceil(count * share); left > 0; left -= 1) yield compose(choose);
}

const time = full ? 1_800_000 : 240_000;

test('no command with an unsafe part is let pass', { timeout: time }, async () => {
  const lines = composed(0, 0.6, (choose) => nest(choose, unsafePart(choose), 4));
  expect(
    (await faults(guardOf(allowedRules, []), lines, (verdict) => verdict.decision === 'allow')).slice(0, 10),
  ).toEqual([]);
});

test('a deny rule holds wherever its command stands', { timeout: time }, async () => {
  const lines = composed(1, 0.2, (choose) => nest(choose, hiddenCall(choose, 'rm', '-rf y'), 3));
  expect(
    (await faults(guardOf(['*'], ['rm *']), lines, (verdict) => verdict.decision !== 'deny')).slice(0, 10),
  ).toEqual([]);
});

test('what is harmless in every part is let pass', { timeout: time }, async () => {
  const lines = composed(2, 0.2, harmlessLine);
  expect(
    (await faults(guardOf(allowedRules, []), lines, (verdict) => verdict.decision !== 'allow')).slice(0, 10),
  ).toEqual([]);
});
