import { createAnthropicModel } from '../../agent/model/anthropic.ts';
import type { Model } from '../../agent/model/model.ts';
import type { ModelSettings } from '../../agent/model/settings.ts';
import type { CliSurroundings } from '../surroundings.ts';

/** The model that a run asks. */
export function composeModel(cli: CliSurroundings, settings: ModelSettings): Model {
  return createAnthropicModel({ ...settings, clock: cli.clock, random: Math.random });
}

/** Where the key comes from, as `claude -p` names it; `none` for a server that asks for none. */
export function keySource(settings: ModelSettings): string {
  if (settings.apiKey !== undefined) return 'ANTHROPIC_API_KEY';
  return settings.authToken === undefined ? 'none' : 'ANTHROPIC_AUTH_TOKEN';
}
