import { findClaude } from '../../agent/engine/claude/claude-program.ts';
import { findLocalServers, type LocalServer } from '../../agent/model/local-servers.ts';
import { type ListedModel, listModels } from '../../agent/model/model-list.ts';
import { hasPrice } from '../../agent/model/prices.ts';
import { useProxy } from '../../agent/model/proxy.ts';
import { type ModelSettings, readModelSettings } from '../../agent/model/settings.ts';
import type { Result } from '../../base/result.ts';
import { readSettings, varveHome } from '../../memory/project/settings.ts';
import { type Command, type ExitCode, flag } from '../command.ts';
import { outJson } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';

export const modelsCommand: Command = {
  name: 'models',
  usage: ['models [--json]'],
  summary:
    'Models that runs can use here: of the server that is set, of this machine, of programs installed.',
  help: `
  --json  the same as JSON

  Asks the server that is set, and the usual ports of Ollama, LM Studio and llama.cpp on this machine, by GET only.
  A model whose price is not known is said to be so; nothing is guessed.`,
  options: { json: { type: 'boolean' } },
  run: async (cli, args) => {
    const found = await lookAround(cli);
    return flag(args, 'json') ? outJson(cli, { version: 1, ...found }) : print(cli, found);
  },
};

interface FoundModel extends ListedModel {
  readonly priceKnown: boolean;
}

interface Found {
  readonly server: {
    readonly baseUrl?: string;
    /** What a run asks unless told. */
    readonly default?: string;
    readonly models: readonly FoundModel[];
    readonly problem?: string;
  };
  readonly local: readonly LocalServer[];
  readonly claude: { readonly path: string; readonly version: string } | { readonly problem: string };
}

async function lookAround(cli: CliSurroundings): Promise<Found> {
  const unproxied = useProxy(cli.environment);
  if (unproxied !== undefined) cli.terminal.say(`${unproxied}\n`);
  const [server, local, claude] = await Promise.all([
    listServer(cli),
    findLocalServers(),
    findClaude({ ...cli, environment: cli.environment }),
  ]);
  return { server, local, claude: claude.ok ? claude.value : { problem: claude.error.message } };
}

async function listServer(cli: CliSurroundings): Promise<Found['server']> {
  const kept = await readSettings(cli.files, varveHome(cli.environment, cli.homeDirectory));
  if (!kept.ok) return { models: [], problem: kept.error.message };
  const { name, baseUrl } = kept.value.settings.model;
  const settings = readModelSettings(cli.environment, { model: name, baseUrl });
  if (!settings.ok) return { models: [], problem: settings.error.message };
  return serverOf(settings.value, await listModels(settings.value));
}

function serverOf(
  { baseUrl, model }: ModelSettings,
  listed: Result<readonly ListedModel[], { readonly message: string }>,
): Found['server'] {
  const named = { baseUrl, default: model };
  if (!listed.ok) return { ...named, models: [], problem: listed.error.message };
  return { ...named, models: listed.value.map((one) => ({ ...one, priceKnown: hasPrice(one.id) })) };
}

async function print(cli: CliSurroundings, { server, local, claude }: Found): Promise<ExitCode> {
  const out = (line: string): Promise<void> => cli.terminal.out(`${line}\n`);
  if (server.baseUrl !== undefined) await out(`${server.baseUrl}  (default: ${server.default})`);
  for (const { id, title, priceKnown } of server.models) {
    const facts = [title === id ? '' : title, priceKnown ? '' : 'price unknown'].filter(
      (fact) => fact !== '',
    );
    await out(`  ${id}${facts.length > 0 ? `  (${facts.join(', ')})` : ''}`);
  }
  if (server.problem !== undefined) cli.terminal.say(`${server.problem}\n`);
  for (const { name, baseUrl, models, messages, remark } of local) {
    await out(`${baseUrl}  (${name}${messages === 'yes' ? '' : `: ${remark}`})`);
    for (const { id } of models) await out(`  ${id}  (price unknown)`);
  }
  if ('path' in claude)
    await out(`${claude.path}  (Claude Code ${claude.version}, an engine for the editor)`);
  return server.problem === undefined ? 0 : 1;
}
