import { type Command, flag } from '../command.ts';
import { sayProblem } from '../open-here.ts';

export const permissionsCommand: Command = {
  name: 'permissions',
  usage: ['permissions', 'permissions --json < LINES', 'permissions --audit'],
  summary: 'What the agent may do here without asking, what it never may, and where that is written.',
  help: `
  Rules are those of Claude Code: deny before ask before allow, each part of a command by itself.

  --json   answer questions on standard input, one JSON object a line:
           {"allow": […], "deny": […], "ask": […], "cmd": "git log", "cwd": "…"}, or "tool" and "input"
           for "cmd"; for each a line {"decision": "allow"|"ask"|"deny", "rule", "reason"}, in order
  --audit  check the record of decisions of this project, and print it as it stands`,
  options: { json: { type: 'boolean' }, audit: { type: 'boolean' } },
  run: async (cli, args) => {
    if (args.positionals.length > 0)
      return sayProblem(cli, { message: 'varve permissions takes no words. See varve permissions --help.' });
    if (flag(args, 'json')) return (await import('./permissions/answer-lines.ts')).answerLines(cli);
    if (flag(args, 'audit')) return (await import('./permissions/show-audit.ts')).showAudit(cli);
    return (await import('./permissions/show-rules.ts')).showRules(cli);
  },
};
