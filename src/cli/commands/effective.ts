import { basename, dirname, join, resolve } from 'node:path';
import { type Dialect, dialects } from '../../memory/hierarchy/hierarchy.ts';
import type { EffectiveMemory, MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type Command, type ExitCode, flag, type ParsedArguments, text } from '../command.ts';
import { openHere, outJson, sayProblem } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';

export const effectiveCommand: Command = {
  name: 'effective',
  usage: [
    'effective [FILE] [--cwd DIRECTORY] [--dialect NAME] [--prompt | --json]',
    'effective [FILE] --explain PATH [--cwd DIRECTORY] [--dialect NAME] [--json]',
  ],
  summary: 'Shows what an agent started here really reads, in order, each block with its reason and cost.',
  help: `
  FILE             also what loads when this file is worked on; looked for here, then in DIRECTORY
  --cwd DIRECTORY  where the agent would be started (default: here)
  --dialect NAME   which program: ${dialects.join(', ')}
                   (default: claude-code)
  --explain PATH   why this file does or does not load; for a directory all memory files in it
  --prompt         exactly the text that goes into a run's request
  --json           every candidate with its state, reason and tokens`,
  options: {
    cwd: { type: 'string' },
    dialect: { type: 'string' },
    explain: { type: 'string' },
    prompt: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async (cli, args) => {
    const named = text(args, 'dialect');
    const dialect = dialects.find((known) => known === (named ?? 'claude-code'));
    if (dialect === undefined) {
      const message = `There is no dialect "${named}". The dialects are ${dialects.join(', ')}.`;
      return sayProblem(cli, { message });
    }
    const [, second] = args.positionals;
    if (second !== undefined) {
      const message = `varve effective takes one FILE; "${second}" is one too many. See varve effective --help.`;
      return sayProblem(cli, { message });
    }
    const opened = await openToRead(cli, text(args, 'cwd'));
    if (!opened.ok) return sayProblem(cli, opened.error);
    try {
      return await show(cli, args, { workspace: opened.value, dialect });
    } finally {
      opened.value.dispose();
    }
  },
};

// What loads does not depend on which project Varve takes the folder for: a doubt about that is no reason to stop.
async function openToRead(cli: CliSurroundings, folder: string | undefined) {
  const opened = await openHere(cli, folder);
  if (opened.ok || opened.error.kind !== 'ambiguous') return opened;
  return openHere({ ...cli, environment: { ...cli.environment, VARVE_PROJECT: 'new' } }, folder);
}

interface Shown {
  readonly workspace: MemoryWorkspace;
  readonly dialect: Dialect;
}

async function show(
  cli: CliSurroundings,
  args: ParsedArguments,
  { workspace, dialect }: Shown,
): Promise<ExitCode> {
  const [file] = args.positionals;
  const active = file === undefined ? undefined : await place(cli, workspace, file);
  const asked = text(args, 'explain');
  if (asked !== undefined) {
    const path = await place(cli, workspace, asked);
    const { explanation, document } = await workspace.explain(path, active, dialect);
    return flag(args, 'json') ? outJson(cli, { version: 1, ...explanation }) : outText(cli, document);
  }
  if (flag(args, 'prompt')) return outText(cli, (await workspace.effective(active, [], dialect)).prompt);
  const memory = await workspace.checkedEffective(active, dialect);
  return flag(args, 'json') ? outJson(cli, effectiveJson(memory)) : outText(cli, memory.document);
}

/** Absolute: where it is found, here or in the folder of the session; else where it would stand in that folder. */
async function place(cli: CliSurroundings, workspace: MemoryWorkspace, path: string): Promise<string> {
  const [here, there] = [resolve(cli.cwd, path), resolve(workspace.folder, path)];
  for (const candidate of [here, there]) {
    const status = await cli.files.status(candidate).catch(() => undefined);
    if (status === undefined) continue;
    // The session's folder is known by its real path; the last name may be a link that is itself asked about.
    const directory = await cli.files.realPath(dirname(candidate)).catch(() => dirname(candidate));
    return join(directory, basename(candidate));
  }
  return there;
}

async function outText(cli: CliSurroundings, shown: string): Promise<ExitCode> {
  await cli.terminal.out(shown.endsWith('\n') ? shown : `${shown}\n`);
  return 0;
}

/** The document of `docs/formats/effective.md`, version 1. */
function effectiveJson({ dialect, cwd, activeFile, hierarchy, notes }: EffectiveMemory): object {
  const noted = (kind: 'repeat' | 'conflict') =>
    notes
      .filter((note) => note.kind === kind)
      .map(({ path, line, text: words }) => ({ path, line, text: words }));
  return {
    version: 1,
    dialect,
    cwd,
    activeFile,
    files: hierarchy.files.map((file) => ({
      path: file.path,
      kind: file.scope,
      reason: file.reason,
      parent: file.parent,
      globs: file.globs,
      state: file.state,
      trigger: file.trigger,
      loaded: file.state === 'loaded',
      skipped: file.state === 'skipped' ? file.reason : undefined,
      bytes: file.bytes,
      tokens: file.tokens,
      cutOff: file.cutOff,
    })),
    tokens: hierarchy.tokens,
    problems: hierarchy.problems.map(({ path, message }) => ({ path, message })),
    repeats: noted('repeat'),
    conflicts: noted('conflict'),
  };
}
