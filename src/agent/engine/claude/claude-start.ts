import type { RunTask } from '../run-engine.ts';
import type { TimelessEvent } from './claude-reading.ts';
import { type Loose, listOf, namesOf, textOf } from './loose-json.ts';

/** What Claude Code says of a run when it begins (`system/init`, 2.1.330), as our event. */
export function startEvent(
  { cwd, resume, fork, permissionMode, budget }: RunTask,
  init: Loose,
  memory: { readonly files: readonly string[]; readonly tokens: number },
): TimelessEvent {
  return {
    type: 'run-start',
    session: textOf(init['session_id']),
    model: textOf(init['model']),
    cwd,
    tools: namesOf(init['tools']),
    permissionMode,
    memory,
    resumed: resume !== undefined && fork !== true,
    engine: 'claude',
    agents: namesOf(init['agents']),
    skills: namesOf(init['skills']),
    mcpServers: listOf(init['mcp_servers']).map(({ name, status }) => ({
      name: textOf(name),
      status: textOf(status),
    })),
    ...(budget !== undefined && { budget }),
  };
}
