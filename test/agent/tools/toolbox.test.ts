import { expect, test } from 'vitest';
import { systemPrompt } from '../../../src/agent/loop/system-prompt.ts';
import { createReadState } from '../../../src/agent/tools/read-state.ts';
import { createRunningCommands } from '../../../src/agent/tools/running-commands.ts';
import { createTools, type ToolboxOptions } from '../../../src/agent/tools/toolbox.ts';
import { noUnsavedFiles } from '../../../src/agent/tools/unsaved-files.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { failure, success } from '../../../src/base/result.ts';

const least: ToolboxOptions = {
  files: nodeFiles,
  readState: createReadState(),
  unsavedFiles: noUnsavedFiles,
  commands: createRunningCommands({ files: nodeFiles, environment: {} }),
};

/** Only what the tools say of themselves is looked at. */
const all: ToolboxOptions = {
  ...least,
  memory: { search: async () => [] },
  asker: { ask: async () => undefined },
  fetch: { namedHosts: [] },
  store: {
    session: 'x',
    store: {
      records: async () => [],
      proposals: async () => [],
      propose: async () => failure({ message: 'no' }),
      edit: async () => success(undefined),
    },
  },
};

const names = (options: ToolboxOptions) => createTools(options).map((tool) => tool.definition.name);

test('the fixed part of every request, all tools there are included, stays within 12 KB', () => {
  const system = systemPrompt({ root: '/a/workspace', platform: 'linux', day: '2026-11-22', branch: 'main' });
  const fixed = JSON.stringify([...system, ...createTools(all).map((tool) => tool.definition)]);
  expect(Buffer.byteLength(fixed)).toBeLessThan(12 * 1024);
});

test('the tools come in the order that is cached', () => {
  const first = ['read', 'list', 'glob', 'grep', 'edit', 'write', 'run_command'];
  const later = ['multi_edit', 'command_output', 'stop_command', 'todo'];
  expect(names(least)).toEqual([...first, ...later]);
  const memory = ['memory', 'record_decision', 'record_milestone'];
  expect(names(all)).toEqual([...first, 'recall', ...later, 'ask_user', ...memory, 'fetch']);
});

test('each tool has an object schema without loose ends', () => {
  for (const { definition } of createTools(all)) {
    expect(definition.input_schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(definition.input_schema).not.toHaveProperty('$schema');
    expect(definition.description.length).toBeGreaterThan(20);
  }
});
