import { type Command, flag } from '../command.ts';
import { nearest } from '../nearest.ts';
import { sayProblem } from '../open-here.ts';
import type { SessionsAction } from './sessions/sessions-action.ts';

/** Words behind `varve sessions`, each behind its own import; without a word it lists. */
const actions: Readonly<Record<string, () => Promise<SessionsAction>>> = {
  list: async () => (await import('./sessions/list.ts')).list,
  learn: async () => (await import('./sessions/learn.ts')).learn,
  keep: async () => (await import('./sessions/keep.ts')).keep,
  pin: async () => (await import('./sessions/pin.ts')).pin,
  unpin: async () => (await import('./sessions/pin.ts')).unpin,
  restore: async () => (await import('./sessions/restore.ts')).restore,
  relink: async () => (await import('./sessions/relink.ts')).relink,
};

export const sessionsCommand: Command = {
  name: 'sessions',
  usage: [
    'sessions [--tool TOOL] [--branch NAME] [--file PATH] [--state STATE] [--since DAY] [--by GROUP] [--json]',
    'sessions --search QUERY [--all] [--limit N] [--json]',
    'sessions --all [--json]',
    'sessions learn [ID | --since DAY] [--dry-run] [--json]',
    'sessions keep [ID… | --all] [--tool TOOL] [--yes | --no] [--dry-run] [--json]',
    'sessions pin|unpin ID…',
    'sessions restore ID --to DIR [--older N] [--json]',
    'sessions relink ID | --all-under PATH [--to DIR | --none] [--json]',
  ],
  summary:
    'Earlier work in this project, whichever tool it was done with, newest first. Go on with varve resume ID.',
  help: `
  --search QUERY  sessions in which this was said: words (all of them), "phrases", the last word may be a beginning;
                  with tool:codex branch:main file:src/a.ts state:interrupted since:2026-11-01
  --all           of every project on this machine
  --tool TOOL     varve, claude-code, codex, gemini-cli, copilot, cline, opencode, openclaw, pi
  --branch NAME   worked on on this branch
  --file PATH     that wrote to this file, or to one below this directory
  --state STATE   running, waiting, done, stopped, interrupted, failed
  --since DAY     last changed since then: 2026-11-01, 12h, 7d, 2w
  --by GROUP      headings: day (default), branch, tool, milestone
  --limit N       sessions at most (default 50, with --search 20)
  --json          all that is known of each, as JSON

  ID is what is listed, the beginning of it, or TOOL:ID where two tools have it.

  learn    propose what sessions said and showed that is worth remembering: decisions of the person, rules, tests that
           turned green, troubles with their way out; by rules, each once (default: the last 30 days); --dry-run shows
           what would be proposed
  keep     copies of other programs' sessions before those delete them, compressed under $VARVE_HOME/archive; without
           anything it asks, with the size it takes; --yes and --no answer for good, --all keeps what was said yes to,
           ID this one whatever was said; --dry-run shows what would be kept
  pin      it stays whatever limits say; one of another program is kept at once
  restore  write what is kept into DIR, an empty or a new directory; never where a program has its own; --older N the
           N-th state before the program wrote its files anew
  relink   which project it belongs to, where its folder was moved, renamed or removed; --to DIR says so once and for
           all, --none that it is none of those offered; --all-under PATH for all that were worked in there

  --tool, --branch, --file and --state may be given several times. The first time, sessions of all tools are read; a
  cache keeps what is listed and an index of what was said ($VARVE_HOME/cache/history, which may be deleted).`,
  options: {
    search: { type: 'string' },
    all: { type: 'boolean' },
    tool: { type: 'string', multiple: true },
    branch: { type: 'string', multiple: true },
    file: { type: 'string', multiple: true },
    state: { type: 'string', multiple: true },
    since: { type: 'string' },
    by: { type: 'string' },
    limit: { type: 'string' },
    json: { type: 'boolean' },
    yes: { type: 'boolean' },
    no: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    to: { type: 'string' },
    older: { type: 'string' },
    'all-under': { type: 'string' },
    none: { type: 'boolean' },
    // For an editor; see docs/formats/history-cache.md.
    serve: { type: 'boolean' },
  },
  run: async (cli, args) => {
    if (flag(args, 'serve')) return (await import('./sessions/serve.ts')).serve(cli, args);
    const [name = 'list', ...rest] = args.positionals;
    const load = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!load) return sayProblem(cli, { message: unknownAction(name) });
    // An option that is passed over in silence would write what was only to be shown.
    if (flag(args, 'dry-run') && name !== 'keep' && name !== 'learn')
      return sayProblem(cli, { message: '--dry-run is for keep and learn; nothing was done.' });
    return (await load())(cli, { ...args, positionals: rest });
  },
};

function unknownAction(name: string): string {
  const meant = nearest(name, Object.keys(actions));
  const hint = meant ? `Did you mean varve sessions ${meant}?` : 'See varve sessions --help.';
  return `varve sessions does not know "${name}". ${hint}`;
}
