import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGuard } from '../../../src/agent/guard/decide.ts';
import type { ApprovalDecision, ApprovalRequest, PermissionMode } from '../../../src/agent/guard/guard.ts';
import { historyFrom } from '../../../src/agent/loop/history.ts';
import { runLoop } from '../../../src/agent/loop/loop.ts';
import type { LoopConfig } from '../../../src/agent/loop/loop-config.ts';
import type { LoopEnd, LoopEvent } from '../../../src/agent/loop/loop-event.ts';
import { createAnthropicModel } from '../../../src/agent/model/anthropic.ts';
import { createReadState } from '../../../src/agent/tools/read-state.ts';
import { createRunningCommands } from '../../../src/agent/tools/running-commands.ts';
import type { Tool } from '../../../src/agent/tools/tool.ts';
import { createTools } from '../../../src/agent/tools/toolbox.ts';
import { noUnsavedFiles } from '../../../src/agent/tools/unsaved-files.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import type { Decide } from '../../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../../model-server/server.ts';

export interface LoopBenchOptions {
  readonly decide: Decide;
  readonly mode?: PermissionMode;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Answers approvals; yes, once, unless told. */
  readonly approve?: (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalDecision>;
  /** Called before an event counts as kept; may fail like a full disk. */
  readonly onEvent?: (event: LoopEvent) => void | Promise<void>;
}

export interface LoopBench {
  readonly root: string;
  readonly server: ModelServer;
  readonly events: LoopEvent[];
  readonly stop: AbortController;
  readonly asked: ApprovalRequest[];
  readonly steering: string[];
  put(path: string, content: string): Promise<void>;
  /** `extraTools` come behind the real ones. */
  run(prompt: string, over?: BenchOverrides): Promise<LoopEnd>;
  types(): readonly string[];
  dispose(): Promise<void>;
}

type BenchOverrides = Partial<LoopConfig> & { readonly extraTools?: readonly Tool[] };

/** The loop with the real SDK, tools, guard and files, against a loopback server. */
export async function createLoopBench(options: LoopBenchOptions): Promise<LoopBench> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-loop-')));
  const server = await startModelServer({ decide: options.decide });
  const events: LoopEvent[] = [];
  const asked: ApprovalRequest[] = [];
  const steering: string[] = [];
  const stop = new AbortController();
  const { allow = [], deny = [], mode = 'default', approve } = options;
  const config: Omit<LoopConfig, 'history'> = {
    model: createAnthropicModel({
      baseUrl: server.url,
      apiKey: 'test',
      maxRetries: 3,
      clock: systemClock,
      random: () => 0,
      wait: async () => {},
    }),
    modelName: 'claude-sonnet-5-5',
    maxTokens: 1000,
    system: ['Fixed.'],
    tools: createTools({
      files: nodeFiles,
      readState: createReadState(),
      unsavedFiles: noUnsavedFiles,
      commands: createRunningCommands({ files: nodeFiles, environment: process.env }),
    }),
    guard: createGuard({ files: nodeFiles, root, home: root, mode, rules: { allow, deny, ask: [] } }),
    approver: {
      ask: async (request, signal) => {
        asked.push(request);
        return { decision: approve === undefined ? 'once' : await approve(request, signal) };
      },
    },
    root,
    signal: stop.signal,
    maxTurns: 20,
    emit: async (event) => {
      await options.onEvent?.(event);
      events.push(event);
    },
    takeSteering: () => steering.shift(),
    clock: systemClock,
  };
  return {
    root,
    server,
    events,
    stop,
    asked,
    steering,
    put: async (path, content) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    run: (prompt, { extraTools = [], ...over } = {}) => {
      const first: LoopEvent = { type: 'message-user', text: prompt };
      if (prompt !== '') events.push(first);
      const tools = [...config.tools, ...extraTools];
      return runLoop({ ...config, tools, history: historyFrom(events), ...over });
    },
    types: () =>
      events.map((event) => event.type).filter((type) => type !== 'text-delta' && type !== 'tool-output'),
    dispose: async () => {
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
