import type { RunBudget } from '../../agent/engine/run-channel.ts';
import { createBudgetMeter } from '../../agent/loop/budget.ts';
import type { BudgetMeter } from '../../agent/loop/loop-config.ts';
import { openDaySpend } from '../../agent/session/spend.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { type Settings, varveHome } from '../../memory/project/settings.ts';
import type { CliSurroundings } from '../surroundings.ts';

/** The meter of a run and all its subagents; undefined where nothing is limited. Turns are counted by the loop. */
export async function composeBudget(
  cli: CliSurroundings,
  { usd, tokens }: RunBudget,
  { budget: { tokensPerDay } }: Settings,
): Promise<BudgetMeter | undefined> {
  if (usd === undefined && tokens === undefined && tokensPerDay === undefined) return undefined;
  return createBudgetMeter({
    ...(usd !== undefined && { usd }),
    ...(tokens !== undefined && { tokens }),
    ...(tokensPerDay !== undefined && { day: { tokens: tokensPerDay, spend: await spendHere(cli) } }),
  });
}

async function spendHere({ files, clock, environment, homeDirectory }: CliSurroundings) {
  return openDaySpend({
    files,
    clock,
    owner: await currentOwner(),
    home: varveHome(environment, homeDirectory),
  });
}
