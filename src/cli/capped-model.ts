import { createAnthropicModel } from '../agent/model/anthropic.ts';
import { readModelSettings } from '../agent/model/settings.ts';
import type { CappedParts } from '../agent/refine/capped-call.ts';
import { RefineLedger } from '../agent/refine/refine-ledger.ts';
import { currentOwner } from '../base/process-identity.ts';
import { type Result, success } from '../base/result.ts';
import { type RefineSettings, readSettings, varveHome } from '../memory/project/settings.ts';
import type { CliSurroundings } from './surroundings.ts';

/** The model that puts memory into better words, with the caps of the day; `--model` names another one. */
export async function cappedModel(
  cli: CliSurroundings,
  project: string,
  wanted: string | undefined,
  given?: RefineSettings,
): Promise<Result<CappedParts, { readonly message: string }>> {
  const home = varveHome(cli.environment, cli.homeDirectory);
  const read = await readSettings(cli.files, home);
  if (!read.ok) return read;
  const { name, baseUrl } = read.value.settings.model;
  const model = readModelSettings(cli.environment, { model: wanted ?? name, baseUrl });
  if (!model.ok) return model;
  const { clock, files } = cli;
  const { hostname } = new URL(model.value.baseUrl);
  return success({
    clock,
    project,
    settings: given ?? read.value.settings.refine,
    model: createAnthropicModel({ ...model.value, clock, random: Math.random }),
    modelName: wanted ?? model.value.model,
    host: { name: hostname, isLocal: /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname) },
    ledger: new RefineLedger(files, clock, await currentOwner(), home),
  });
}
