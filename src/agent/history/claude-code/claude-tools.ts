import type { CallShape } from '../call-shape.ts';

/**
 * What the program's own tools do (2.1.330, with the names of earlier versions). Tools of servers (`mcp__…`) are not
 * known.
 */
const shapes: Readonly<Record<string, CallShape>> = {
  Read: { act: 'read', paths: ['file_path'] },
  NotebookRead: { act: 'read', paths: ['notebook_path'] },
  LS: { act: 'read', about: ['path'] },
  Glob: { act: 'search', about: ['pattern'] },
  Grep: { act: 'search', about: ['pattern'] },
  ToolSearch: { act: 'search', about: ['query'] },
  Edit: { act: 'write', paths: ['file_path'] },
  MultiEdit: { act: 'write', paths: ['file_path'] },
  Write: { act: 'write', paths: ['file_path'] },
  NotebookEdit: { act: 'write', paths: ['notebook_path'] },
  Bash: { act: 'execute', command: 'command' },
  PowerShell: { act: 'execute', command: 'command' },
  Monitor: { act: 'execute', command: 'command' },
  WebFetch: { act: 'fetch', about: ['url'] },
  WebSearch: { act: 'fetch', about: ['query'] },
  Agent: { act: 'delegate', about: ['description', 'prompt'] },
  Task: { act: 'delegate', about: ['description', 'prompt'] },
  Workflow: { act: 'delegate', about: ['description', 'name'] },
  Skill: { act: 'other', about: ['skill', 'command'] },
  TaskCreate: { act: 'other', about: ['subject'] },
  TaskUpdate: { act: 'other', about: ['subject', 'taskId'] },
  ExitPlanMode: { act: 'other', about: ['plan'] },
};

export function shapeOf(name: string): CallShape | undefined {
  return Object.hasOwn(shapes, name) ? shapes[name] : undefined;
}

/** Tools whose call is a question to the person. */
export function isQuestion(name: string): boolean {
  return name === 'AskUserQuestion' || name === 'ExitPlanMode';
}
