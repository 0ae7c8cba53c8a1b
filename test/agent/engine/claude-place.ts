import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createClaudeEngine } from '../../../src/agent/engine/claude/claude-engine.ts';
import type { ClaudeRunOptions } from '../../../src/agent/engine/claude/claude-run.ts';
import type { RunEvent } from '../../../src/agent/engine/run-channel.ts';
import type { Run, RunTask } from '../../../src/agent/engine/run-engine.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import type { Answer, AnswerBlock, MessagesBody } from '../../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../../model-server/server.ts';

type Unsaved = (path: string) => boolean;
type Reply = 'once' | 'session' | 'always' | 'deny' | 'never';

/** A repository and a home of their own, a loopback Messages server, and the real Claude Code between them. */
export interface ClaudePlace {
  readonly repository: string;
  readonly home: string;
  readonly objects: string;
  readonly server: ModelServer;
  readonly kept: readonly string[];
  path(name: string): string;
  start(given: Partial<RunTask>, answer?: Reply, unsaved?: Unsaved): WatchedRun;
}

export interface WatchedRun {
  readonly run: Run;
  readonly events: RunEvent[];
}

/** What the model does, one step per answer: its calls, then a text. A subagent's requests are told by their prompt. */
export interface ClaudeScript {
  readonly steps: readonly (readonly AnswerBlock[])[];
  readonly subagent?: { readonly prompt: string; readonly steps: readonly (readonly AnswerBlock[])[] };
  /** The first answer, or every one. */
  readonly first?: Answer;
  readonly always?: Answer;
}

export const call = (name: string, input: unknown): AnswerBlock => ({ type: 'tool_use', name, input });

export async function makeClaudePlace(
  program: string,
  script: (repository: string, home: string) => ClaudeScript,
  options: Partial<ClaudeRunOptions> = {},
  where: { readonly repository?: string; readonly home?: string } = {},
): Promise<ClaudePlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-claude-')));
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const { repository = join(root, 'demo'), home = join(root, 'user') } = where;
  const objects = join(root, 'objects');
  await Promise.all([mkdir(repository, { recursive: true }), mkdir(home, { recursive: true })]);
  if (where.repository === undefined) {
    await writeFile(join(repository, 'a.txt'), 'one\ntwo\n');
    await writeFile(join(repository, 'CLAUDE.md'), '# Demo\n');
  }
  const server = await serve(script(repository, home));
  const kept: string[] = [];
  const engine = createClaudeEngine({
    program,
    environment: environmentOf(home, server.url),
    files: nodeFiles,
    clock: systemClock,
    homeDirectory: home,
    alsoProtected: [],
    objectsDirectory: objects,
    keepRule: async (rule) => {
      kept.push(rule);
    },
    ...options,
  });
  return {
    repository,
    home,
    objects,
    server,
    kept,
    path: (name) => join(repository, name),
    start: (given, answer = 'once', unsaved = () => false) => {
      const task: RunTask = {
        prompt: 'Do it',
        cwd: repository,
        permissionMode: 'default',
        allowedTools: [],
        ...given,
      };
      return watch(engine.start(task), answer, unsaved);
    },
  };
}

function environmentOf(home: string, url: string): Record<string, string | undefined> {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    LANG: 'C.UTF-8',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'loopback',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // As if this were a command of another session: taken out again by the engine.
    CLAUDECODE: '1',
    CLAUDE_CODE_CHILD_SESSION: '1',
  };
}

function watch(run: Run, answer: Reply, unsaved: Unsaved): WatchedRun {
  const events: RunEvent[] = [];
  run.onEvent((event) => {
    events.push(event);
    if (event.type === 'unsaved-ask')
      run.send({ type: 'unsaved-answer', id: event.id, unsaved: unsaved(event.path) });
    if (event.type === 'approval-ask' && answer !== 'never')
      run.send({ type: 'approval-answer', id: event.request.id, decision: answer });
  });
  onTestFinished(() => run.stop());
  return { run, events };
}

async function serve(script: ClaudeScript): Promise<ModelServer> {
  let asked = 0;
  const server = await startModelServer({
    decide: ({ body }) => {
      // Side requests, e.g. for a title, come without tools.
      if (!(body.tools ?? []).some(({ name }) => name === 'Read')) return text('Side.');
      asked += 1;
      if (script.always !== undefined) return script.always;
      if (script.first !== undefined && asked === 1) return script.first;
      const { subagent } = script;
      const isSub = subagent !== undefined && JSON.stringify(body.messages[0]).includes(subagent.prompt);
      const blocks = (isSub ? subagent.steps : script.steps)[resultsIn(body)];
      return blocks === undefined ? text('All done.') : { content: blocks };
    },
  });
  onTestFinished(() => server.close());
  return server;
}

const text = (said: string): Answer => ({ content: [{ type: 'text', text: said }] });

function resultsIn({ messages }: MessagesBody): number {
  return messages.filter(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'tool_result'),
  ).length;
}

/** Events of one type, in order. */
export function ofType<Type extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: Type,
): readonly Extract<RunEvent, { readonly type: Type }>[] {
  return events.filter((event): event is Extract<RunEvent, { readonly type: Type }> => event.type === type);
}
