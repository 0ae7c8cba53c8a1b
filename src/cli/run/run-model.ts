import { createAnthropicModel } from '../../agent/model/anthropic.ts';
import { type EditorModels, withEditorModels } from '../../agent/model/editor-model.ts';
import type { Model } from '../../agent/model/model.ts';
import { useProxy } from '../../agent/model/proxy.ts';
import type { ModelSettings } from '../../agent/model/settings.ts';
import type { CliSurroundings } from '../surroundings.ts';

/**
 * The model that a run asks: behind the server, or behind the editor where its name says so. Requests go through the
 * proxy of the environment from here on.
 */
export function composeModel(
  cli: CliSurroundings,
  settings: ModelSettings,
  onStreamEvent?: (event: unknown) => void,
  editor?: EditorModels,
): Model {
  const unproxied = useProxy(cli.environment);
  if (unproxied !== undefined) cli.terminal.say(`${unproxied}\n`);
  const hearing = onStreamEvent && { onStreamEvent };
  const server = createAnthropicModel({ ...settings, ...hearing, clock: cli.clock, random: Math.random });
  return withEditorModels(server, editor);
}

/** Where the key comes from, as `claude -p` names it; `none` for a server that asks for none. */
export function keySource(settings: ModelSettings): string {
  if (settings.apiKey !== undefined) return 'ANTHROPIC_API_KEY';
  return settings.authToken === undefined ? 'none' : 'ANTHROPIC_AUTH_TOKEN';
}
