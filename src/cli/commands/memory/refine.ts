import { type RefineCall, RefineLedger, spentOn } from '../../../agent/refine/refine-ledger.ts';
import { type RefineParts, refineProposal } from '../../../agent/refine/refine-proposal.ts';
import { currentOwner } from '../../../base/process-identity.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { Proposal } from '../../../memory/inbox/proposal.ts';
import { recordKinds } from '../../../memory/project/record-kind.ts';
import {
  type RefineSettings,
  readSettings,
  updateSettings,
  varveHome,
} from '../../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { cappedModel } from '../../capped-model.ts';
import { type ExitCode, flag, type ParsedArguments, text, texts } from '../../command.ts';
import { findNamed } from '../../find-named.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { shortId } from '../../proposal-line.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { MemoryAction } from './memory-action.ts';

type Problem = { readonly message: string };

/** A model puts proposals into better words, where the user allowed it; and what that cost so far. */
export const refine: MemoryAction = async (cli, args, workspace) => {
  const changed = await changeSettings(cli, args);
  if (!changed.ok) return sayProblem(cli, changed.error);
  if (flag(args, 'calls')) return showCalls(cli, args);
  const named = await chosen(args, workspace);
  if (!named.ok) return sayProblem(cli, named.error);
  if (named.value.length === 0) return showSettings(cli, changed.value);
  const parts = await partsOf(cli, args, workspace, changed.value);
  return parts.ok ? refineAll(cli, args, parts.value, named.value) : sayProblem(cli, parts.error);
};

async function refineAll(
  cli: CliSurroundings,
  args: ParsedArguments,
  parts: RefineParts,
  proposals: readonly Proposal[],
): Promise<ExitCode> {
  const stop = new AbortController();
  const listening = cli.onEndSignal(() => stop.abort());
  const calls: RefineCall[] = [];
  let code: ExitCode = 0;
  try {
    for (const proposal of proposals) {
      if (stop.signal.aborted) return 130;
      const done = await refineProposal(parts, proposal, stop.signal);
      if (done.ok) calls.push(done.value);
      else {
        code = 1;
        cli.terminal.say(`${shortId(proposal.id)}  ${done.error.message}\n`);
        // The next proposal would meet the same.
        if (done.error.kind === 'over-cap' || done.error.kind === 'no-price') break;
      }
    }
  } finally {
    listening.dispose();
  }
  if (flag(args, 'json')) await outJson(cli, { version: 1, calls });
  else for (const call of calls) await cli.terminal.out(callLine(call));
  if (calls.length > 0)
    cli.terminal.say('They stay proposals: varve memory show ID, accept, reject, or undo.\n');
  return stop.signal.aborted ? 130 : code;
}

async function chosen(
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<Result<readonly Proposal[], Problem>> {
  const all = await workspace.proposals();
  if (flag(args, 'all')) return success(all);
  const found: Proposal[] = [];
  for (const word of args.positionals) {
    const one = findNamed(word, all, ({ record }) => record);
    if (!one.ok) return one;
    found.push(one.value);
  }
  return success(found);
}

async function partsOf(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  settings: RefineSettings,
): Promise<Result<RefineParts, Problem>> {
  const model = await cappedModel(cli, workspace.name, text(args, 'model'), settings);
  if (!model.ok) return model;
  return success({ ...model.value, files: cli.files, workspace, git: cli.gitFor(workspace.root) });
}

/** `--allow`, `--forbid` and the caps are kept for this user before anything is asked. */
async function changeSettings(
  cli: CliSurroundings,
  args: ParsedArguments,
): Promise<Result<RefineSettings, Problem>> {
  const home = varveHome(cli.environment, cli.homeDirectory);
  const read = await readSettings(cli.files, home);
  if (!read.ok) return read;
  const now = read.value.settings.refine;
  const [allow, forbid] = [allowed(texts(args, 'allow')), allowed(texts(args, 'forbid'))];
  if (!allow.ok) return allow;
  if (!forbid.ok) return forbid;
  const [tokens, usd] = [amount(args, 'tokens-per-day'), amount(args, 'usd-per-day')];
  if (!tokens.ok) return tokens;
  if (!usd.ok) return usd;
  const kinds = recordKinds.filter(
    (kind) => (now.kinds.includes(kind) || allow.value.has(kind)) && !forbid.value.has(kind),
  );
  const next: RefineSettings = {
    kinds,
    briefs: (now.briefs || allow.value.has(BRIEF)) && !forbid.value.has(BRIEF),
    tokensPerDay: tokens.value ?? now.tokensPerDay,
    usdPerDay: usd.value ?? now.usdPerDay,
  };
  if (JSON.stringify(next) === JSON.stringify(now)) return success(now);
  const parts = { files: cli.files, clock: cli.clock, home, owner: await currentOwner() };
  const saved = await updateSettings(parts, (settings) => ({ ...settings, refine: next }));
  return saved.ok ? success(next) : saved;
}

/** Beside kinds of records: the briefs of sessions. */
const BRIEF = 'brief';

function allowed(words: readonly string[]): Result<ReadonlySet<string>, Problem> {
  const known: readonly string[] = [...recordKinds, BRIEF];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown === undefined) return success(new Set(words));
  return failure({ message: `There is no kind "${unknown}": choose from ${known.join(', ')}.` });
}

function amount(args: ParsedArguments, name: string): Result<number | undefined, Problem> {
  const given = text(args, name);
  if (given === undefined) return success(undefined);
  const value = Number(given);
  if (given.trim() !== '' && Number.isFinite(value) && value >= 0) return success(value);
  return failure({ message: `--${name} is a number from 0 on, not "${given}".` });
}

async function showSettings(cli: CliSurroundings, settings: RefineSettings): Promise<ExitCode> {
  const { kinds, briefs, tokensPerDay, usdPerDay } = settings;
  const words = `${kinds.length === 0 ? 'no kind of proposal' : kinds.join(', ')}${briefs ? ', and briefs' : ''}`;
  await cli.terminal.out(
    `A model may refine ${words}, for at most ${tokensPerDay} tokens and $${usdPerDay.toFixed(2)} a day.\n`,
  );
  cli.terminal.say('Allow one with --allow KIND, refine with varve memory refine ID… | --all.\n');
  return 0;
}

async function showCalls(cli: CliSurroundings, args: ParsedArguments): Promise<ExitCode> {
  const home = varveHome(cli.environment, cli.homeDirectory);
  const ledger = new RefineLedger(cli.files, cli.clock, await currentOwner(), home);
  const calls = await ledger.calls();
  const today = spentOn(new Date(cli.clock.now()).toISOString().slice(0, 10), calls);
  if (flag(args, 'json')) return outJson(cli, { version: 1, today, calls });
  for (const call of calls) await cli.terminal.out(callLine(call));
  cli.terminal.say(`Today: ${today.tokens} tokens, $${today.usd.toFixed(4)}. Kept in ${ledger.path}\n`);
  return 0;
}

function callLine(call: RefineCall): string {
  const cost = call.usd === null ? 'price unknown' : `$${call.usd.toFixed(4)}`;
  const reason = call.reason === undefined ? '' : `  ${call.reason}`;
  // A proposal by the end of its id; a brief by its session.
  const subject = call.proposal.startsWith('brief:') ? call.proposal : shortId(call.proposal);
  return `${subject}  ${call.time.slice(0, 16).replace('T', ' ')}  ${call.outcome.padEnd(9)} ${call.model} at ${call.host}  ${call.tokens} tokens, ${cost}${reason}\n`;
}
