import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createReadState } from '../../../src/agent/tools/read-state.ts';
import { createRunningCommands, type RunningCommands } from '../../../src/agent/tools/running-commands.ts';
import type { ToolContext, ToolPlan, ToolResult } from '../../../src/agent/tools/tool.ts';
import { createTools } from '../../../src/agent/tools/toolbox.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

export interface ToolBench {
  readonly root: string;
  /** Where long output is kept. */
  readonly state: string;
  readonly commands: RunningCommands;
  readonly stop: AbortController;
  readonly output: string[];
  readonly processes: number[];
  /** Paths the editor has unsaved edits of. */
  readonly unsaved: Set<string>;
  readonly context: ToolContext;
  put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  plan(name: string, input: unknown): Promise<ToolPlan | ToolResult>;
  /** Plans and, where that went well, runs. */
  call(name: string, input: unknown): Promise<ToolResult>;
  dispose(): Promise<void>;
}

/** Real tools on a real directory of their own. */
export async function createToolBench(): Promise<ToolBench> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-tools-')));
  const state = await mkdtemp(join(tmpdir(), 'varve-tools-state-'));
  const stop = new AbortController();
  const output: string[] = [];
  const processes: number[] = [];
  const unsaved = new Set<string>();
  const commands = createRunningCommands({
    files: nodeFiles,
    environment: process.env,
    outputDirectory: join(state, 'output'),
  });
  const tools = createTools({
    files: nodeFiles,
    readState: createReadState(),
    unsavedFiles: { isUnsaved: async (path) => unsaved.has(path) },
    commands,
  });
  const context: ToolContext = {
    root,
    signal: stop.signal,
    onOutput: (chunk) => void output.push(chunk),
    onProcess: async ({ pid }) => void processes.push(pid),
  };
  const plan = async (name: string, input: unknown) => {
    const tool = tools.find((candidate) => candidate.definition.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.plan(input, context);
  };
  return {
    root,
    state,
    commands,
    stop,
    output,
    processes,
    unsaved,
    context,
    plan,
    call: async (name, input) => {
      const planned = await plan(name, input);
      return 'run' in planned ? planned.run(context) : planned;
    },
    put: async (files) => {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), content);
      }
    },
    dispose: async () => {
      await commands.endAll();
      await rm(root, { recursive: true, force: true });
      await rm(state, { recursive: true, force: true });
    },
  };
}
