import { resolve } from 'node:path';
import { type Command, flag, text } from '../command.ts';
import { outJson, withWorkspace } from '../open-here.ts';

export const effectiveCommand: Command = {
  name: 'effective',
  usage: ['effective [FILE] [--cwd DIRECTORY] [--prompt | --json]'],
  summary: 'Shows what an agent started here really reads, in order, each block with its reason and cost.',
  help: `
  FILE             also what loads when this file is worked on
  --cwd DIRECTORY  where the agent would be started (default: here)
  --prompt         exactly the text that goes into a run's request
  --json           every candidate with its state, reason and tokens`,
  options: {
    cwd: { type: 'string' },
    prompt: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: (cli, args) =>
    withWorkspace(
      cli,
      async (workspace) => {
        const [file] = args.positionals;
        const active = file === undefined ? undefined : resolve(cli.cwd, file);
        const memory = await workspace.effective(active);
        if (flag(args, 'json')) return outJson(cli, { version: 1, root: workspace.root, ...memory });
        const shown = flag(args, 'prompt') ? memory.prompt : memory.document;
        await cli.terminal.out(shown.endsWith('\n') ? shown : `${shown}\n`);
        return 0;
      },
      text(args, 'cwd'),
    ),
};
