import { join } from 'node:path';
import { environmentMask } from '../../agent/guard/secret-mask.ts';
import type { Sandbox } from '../../agent/sandbox/sandbox.ts';
import { openSessionNotes } from '../../agent/session/notes.ts';
import type { SeenFiles } from '../../agent/session/seen-files.ts';
import type { Session } from '../../agent/session/session.ts';
import { secretlessStore } from '../../agent/tools/memory/secretless-store.ts';
import { createRunningCommands } from '../../agent/tools/running-commands.ts';
import type { Tool } from '../../agent/tools/tool.ts';
import { createTools } from '../../agent/tools/toolbox.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { fetchOptions } from './fetch-rules.ts';
import type { RunPartner } from './run-partner.ts';
import { composeProtection } from './run-protection.ts';

export interface ToolSurroundings {
  readonly cli: CliSurroundings;
  readonly workspace: MemoryWorkspace;
  readonly session: Session;
  readonly partner: RunPartner;
  /** The tools' read state, as the journal knew it. */
  readonly seenFiles: SeenFiles;
  /** Some models know some tools by themselves. */
  readonly modelName?: string;
  /** Tools of other rooms, e.g. subagents, skills and MCP servers; they come last. */
  readonly extraTools?: readonly Tool[];
  /** The run's allow rules: `fetch` is there only where one names it. */
  readonly allowed?: readonly string[];
  /** What confines commands; nothing unless told. */
  readonly sandbox?: Sandbox;
}

export interface ComposedTools {
  /** In the order the model sees them. */
  readonly tools: readonly Tool[];
  /** Ends what they still have under way. */
  readonly endTools: () => Promise<void>;
}

/** The tools of a run. */
export function composeTools({
  cli,
  workspace,
  session,
  partner,
  seenFiles,
  modelName,
  extraTools = [],
  allowed = [],
  sandbox,
}: ToolSurroundings): ComposedTools {
  const { files, environment } = cli;
  const mask = environmentMask(environment);
  const outputDirectory = join(workspace.sessionsDirectory, `${session.id}.output`);
  const commands = createRunningCommands({
    files,
    environment,
    outputDirectory,
    session: session.id,
    mask,
    ...(sandbox?.state.on === true && { sandbox }),
  });
  const fetch = fetchOptions(allowed);
  const own = createTools({
    files,
    unsavedFiles: partner.unsavedFiles,
    readState: seenFiles,
    commands,
    memory: workspace,
    store: {
      store: secretlessStore(workspace, mask),
      session: session.id,
      notes: openSessionNotes({ files, directory: workspace.sessionsDirectory, session: session.id, mask }),
      ...(modelName !== undefined && { modelName }),
    },
    ...(fetch !== undefined && { fetch: { ...fetch, environment } }),
    ...(partner.asker !== undefined && { asker: partner.asker }),
  });
  const protection = composeProtection(cli, workspace, session, sandbox);
  return {
    tools: [...own.map((tool) => protection.protect(tool)), ...extraTools],
    endTools: async () => {
      await commands.endAll();
      for (const said of await protection.settle()) cli.terminal.say(`${said}\n`);
    },
  };
}
