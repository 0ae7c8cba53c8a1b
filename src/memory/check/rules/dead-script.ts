import type { CheckedFile, CheckRule, Finding } from '../check-input.ts';
import { type CommandMention, commandMentions } from '../command-mentions.ts';
import { directoryOf, loadingFiles } from '../loads-together.ts';
import { type ProjectCommands, projectCommands } from '../project-commands.ts';
import { quote } from '../quote.ts';
import { speaksOfHere } from './dead-path.ts';

export const deadScript: CheckRule = {
  name: 'dead-script',
  severity: 'warning',
  summary: 'A script or target is called that the project does not have.',
  help: 'An agent that runs it gets an error and begins to guess. `npm run X`, `pnpm X`, `yarn X`, `bun run X` and `make X` in inline code and shell blocks are looked up in package.json and Makefile of the directory and those above it, and in every package.json that git knows. Add the script, or correct the call.',
  async find(input) {
    const known = new Map<string, Promise<ProjectCommands>>();
    const found: Finding[] = [];
    for (const file of loadingFiles(input.files)) {
      if (!speaksOfHere(file, input)) continue;
      const mentions = commandMentions(file);
      if (mentions.length === 0) continue;
      const directory = file.resolved?.scope === 'auto' ? input.root : directoryOf(file.path);
      const commands = known.get(directory) ?? projectCommands(input.surroundings, directory, input.root);
      known.set(directory, commands);
      found.push(...judge(file, mentions, await commands));
    }
    return found;
  },
};

function judge(
  file: CheckedFile,
  mentions: readonly CommandMention[],
  commands: ProjectCommands,
): readonly Finding[] {
  const isDefinedHere = (script: string) => file.file.text.includes(`"${script}":`);
  return mentions
    .filter((mention) => isMissing(mention, commands) && !isDefinedHere(mention.script))
    .map(({ tool, script, range }) => ({
      path: file.path,
      range: file.at(range),
      message:
        tool === 'make'
          ? `The Makefile has no target ${quote(script)}. Add it, or correct the call.`
          : `No package.json here has a script ${quote(script)}. Add it, or correct the call.`,
    }));
}

function isMissing({ tool, script, isExplicit }: CommandMention, commands: ProjectCommands): boolean {
  if (tool === 'make')
    return commands.targets !== undefined && !commands.targets.has(script) && !/[./]/.test(script);
  if (commands.scripts === undefined || commands.scripts.has(script) || built.has(script)) return false;
  if (isExplicit) return !(tool === 'bun' && /[./]/.test(script));
  // Without `run` it may be a program of a dependency or a command of the tool.
  return !commands.dependencies.has(script) && (script.includes(':') || usual.test(script));
}

/** `npm run env` is built in; `npm start` runs server.js where there is no script. */
const built = new Set(['env', 'start', 'install', 'restart', 'stop']);
const usual =
  /^(?:lint|format|typecheck|type-check|dev|build|e2e|check-types|storybook|codegen|migrate|seed|coverage|watch|compile|preview)$/;
