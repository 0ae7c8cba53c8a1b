import { readArguments } from './arguments.ts';
import type { Command, ExitCode } from './command.ts';
import { nearest } from './nearest.ts';
import type { CliSurroundings } from './surroundings.ts';

/** Commands by name, each behind its own import: what is not called is not loaded. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  'set-up': async () => (await import('./commands/set-up.ts')).setUpCommand,
  memory: async () => (await import('./commands/memory.ts')).memoryCommand,
  effective: async () => (await import('./commands/effective.ts')).effectiveCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  capture: async () => (await import('./commands/capture.ts')).captureCommand,
  models: async () => (await import('./commands/models.ts')).modelsCommand,
  sessions: async () => (await import('./commands/sessions.ts')).sessionsCommand,
  permissions: async () => (await import('./commands/permissions.ts')).permissionsCommand,
  trust: async () => (await import('./commands/trust.ts')).trustCommand,
  resume: async () => (await import('./commands/resume.ts')).resumeCommand,
  standup: async () => (await import('./commands/standup.ts')).standupCommand,
  rewind: async () => (await import('./commands/rewind.ts')).rewindCommand,
  purge: async () => (await import('./commands/purge.ts')).purgeCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
};

/** Runs one command line to its end. Never rejects: what nobody foresaw becomes a sentence and exit code 1. */
export async function main(cli: CliSurroundings): Promise<ExitCode> {
  try {
    return await dispatch(cli);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    cli.terminal.say(`Varve could not finish: ${message}\n`);
    if (cli.environment['VARVE_DEBUG'] && error instanceof Error) cli.terminal.say(`${error.stack}\n`);
    return 1;
  }
}

async function dispatch(cli: CliSurroundings): Promise<ExitCode> {
  const [first, ...rest] = cli.args;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    return help(cli, first === 'help' ? rest[0] : undefined);
  }
  if (first === '--version' || first === '-v') {
    await cli.terminal.out(`${cli.version}\n`);
    return 0;
  }
  if (first.startsWith('-')) {
    const { printCommand } = await import('./commands/print.ts');
    return run(cli, printCommand, cli.args);
  }
  const load = commands[first];
  if (!load && cli.args.some((arg) => arg === '-p' || arg === '--print')) {
    // As with claude, the task may stand before the options.
    const { printCommand } = await import('./commands/print.ts');
    return run(cli, printCommand, cli.args);
  }
  if (!load) return unknownCommand(cli, first);
  return run(cli, await load(), rest);
}

async function run(cli: CliSurroundings, command: Command, args: readonly string[]): Promise<ExitCode> {
  if (args.includes('--help') || args.includes('-h')) {
    await cli.terminal.out(helpOf(command));
    return 0;
  }
  const parsed = readArguments(args, command.options);
  if (!parsed.ok) {
    cli.terminal.say(`${parsed.error}\n`);
    return 1;
  }
  return command.run(cli, parsed.value);
}

function unknownCommand(cli: CliSurroundings, name: string): ExitCode {
  const meant = nearest(name, [...Object.keys(commands), 'help']);
  const hint = meant
    ? `Did you mean varve ${meant}?`
    : 'To give an agent a task: varve -p "…". See varve --help.';
  cli.terminal.say(`There is no command "${name}". ${hint}\n`);
  return 1;
}

async function help(cli: CliSurroundings, name: string | undefined): Promise<ExitCode> {
  const load = name === undefined ? undefined : commands[name];
  if (name !== undefined && !load) return unknownCommand(cli, name);
  if (load) {
    await cli.terminal.out(helpOf(await load()));
    return 0;
  }
  const { overview } = await import('./overview.ts');
  await cli.terminal.out(overview);
  return 0;
}

function helpOf(command: Command): string {
  const usage = command.usage.map((form, index) => `${index === 0 ? 'Usage:' : '      '} varve ${form}`);
  return `${usage.join('\n')}\n\n${command.summary}\n\n${command.help.trim()}\n`;
}
